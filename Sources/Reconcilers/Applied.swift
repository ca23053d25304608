internal import FoundationEssentials
internal import Kubernetes

/// Whether a live object still is what was applied, so that nothing is written when nothing differs.
///
/// A stamp on the object (SHA-256 of the desired state) tells whether *we* want something else than last time, removed
/// fields included. Whether *somebody else* changed it is told by looking for every desired field in the live object:
/// what the server filled in beside them is not a difference.
enum Applied {
  static let stamp = "cloudlinker.dev/applied"

  /// `object` with the stamp of its own content.
  static func stamped<Object: Resource>(_ object: Object) -> Object {
    var object = object
    object.metadata.annotations?[stamp] = nil
    let digest = String(Digest.sha256((try? encoder().encode(object)).map { [UInt8]($0) } ?? []).prefix(16))
    object.metadata.annotations = (object.metadata.annotations ?? [:]).merging([stamp: digest]) { _, new in new }
    return object
  }

  /// Whether `live` was last applied with just this desired state.
  static func isStampedAs<Object: Resource>(_ desired: Object, _ live: Object) -> Bool {
    let wanted = desired.metadata.annotations?[stamp] ?? stamped(desired).metadata.annotations?[stamp]
    return live.metadata.annotations?[stamp] == wanted
  }

  /// Paths of the desired fields that the live object lacks or has otherwise; empty: nothing to write.
  static func differences<Object: Resource>(_ desired: Object, _ live: Object) -> [String] {
    let desired = desired.metadata.annotations?[stamp] == nil ? stamped(desired) : desired
    guard isStampedAs(desired, live) else { return ["as applied"] }
    guard let wanted = tree(desired), let present = tree(live) else { return ["unreadable"] }
    var paths: [String] = []
    compare(wanted, present, "", &paths)
    return paths
  }

  private static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return encoder
  }

  private static func tree<Object: Resource>(_ object: Object) -> JSONValue? {
    guard let bytes = try? encoder().encode(object) else { return nil }
    return try? JSONDecoder().decode(JSONValue.self, from: bytes)
  }

  static func compare(_ desired: JSONValue, _ live: JSONValue, _ path: String, _ paths: inout [String]) {
    switch (desired, live) {
    case (.object(let desired), .object(let live)):
      for (key, value) in desired.sorted(by: { $0.key < $1.key }) {
        let path = path.isEmpty ? key : "\(path).\(key)"
        if let present = live[key] {
          compare(value, present, path, &paths)
        } else if !isEmpty(value) {
          paths.append(path)
        }
      }
    case (.array(let desired), .array(let live)):
      guard desired.count == live.count else { return paths.append(path) }
      if let wanted = named(desired), let present = named(live) {
        return compare(.object(wanted), .object(present), path, &paths)
      }
      for (index, (value, present)) in zip(desired, live).enumerated() {
        compare(value, present, "\(path)[\(index)]", &paths)
      }
    default:
      if desired != live, Quantity(desired) == nil || Quantity(desired) != Quantity(live) { paths.append(path) }
    }
  }

  /// A list of which each element has a name of its own (a Service's ports, a Pod's containers), by that name; nil when
  /// it is no such list. The order of its elements is the server's: server-side apply keeps the one it finds.
  private static func named(_ elements: [JSONValue]) -> [String: JSONValue]? {
    var result: [String: JSONValue] = [:]
    for element in elements {
      guard case .object(let members) = element, case .string(let name) = members["name"] ?? .null,
        result.updateValue(element, forKey: name) == nil
      else { return nil }
    }
    return result
  }

  /// The server leaves out what is empty.
  private static func isEmpty(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .object(let members): members.isEmpty
    case .array(let elements): elements.isEmpty
    default: false
    }
  }
}

/// A Kubernetes quantity (`500m`, `0.5`, `64Mi`), for comparing what a user wrote with what the server made of it
/// (k8s.io/apimachinery/pkg/api/resource: suffixes n u m k M G T P E and Ki … Ei, decimal exponents).
struct Quantity: Equatable {
  private let value: Double

  init?(_ json: JSONValue) {
    switch json {
    case .int(let number): value = Double(number)
    case .double(let number): value = number
    case .string(let text):
      guard let number = Self.parse(text) else { return nil }
      value = number
    default: return nil
    }
  }

  private static func parse(_ text: String) -> Double? {
    let digits = text.prefix { "+-.0123456789".contains($0) }
    let suffix = text.dropFirst(digits.count)
    guard !digits.isEmpty, let number = Double(digits) else { return nil }
    let scales: [Substring: Double] = [
      "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
      "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
      "Ei": 1_152_921_504_606_846_976,
    ]
    if let scale = scales[suffix] { return number * scale }
    return suffix.first.map { "eE".contains($0) } == true ? Double(text) : nil
  }
}

/// Gateway Secrets in the cache: keys with the digests of their values, never the values.
enum SecretDigest {
  static let key = "digest"

  /// For a cache: what remains of a Secret of ours.
  static func transform(_ secret: Secret) -> Secret {
    var secret = secret
    secret.data = [key: digest(secret.data ?? [:])]
    return secret
  }

  static func digest(_ data: [String: String]) -> String {
    Digest.sha256(data.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined())
  }

  /// Whether the cached `live` holds just what `desired` asks for.
  static func same(_ desired: Secret, _ live: Secret?) -> Bool {
    guard let live, live.data?[key] == digest(desired.data ?? [:]) else { return false }
    let wanted = desired.metadata
    return (wanted.labels ?? [:]).allSatisfy { live.metadata.labels?[$0.key] == $0.value }
      && (wanted.annotations ?? [:]).allSatisfy { live.metadata.annotations?[$0.key] == $0.value }
  }
}
