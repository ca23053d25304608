/// Lists of objects that are maps by some of their fields (`listType=map`), so that elements which others added are not
/// a difference. Every other list is atomic: it is compared as a whole, element by element.
///
/// The rules follow the `x-kubernetes-list-map-keys` of built-in kinds. A controller adds those of its own kinds.
public struct MergeKeys: Sendable {
  struct Rule: Sendable {
    /// The last names of the path, without elements of lists: `containers`, `ports`.
    var path: [String]
    var keys: [String]
    /// The server's default for a missing key.
    var defaults: [String: JSONScalar]
  }
  /// A key's default.
  public enum JSONScalar: Sendable, Hashable { case string(String), int(Int64) }

  private var rules: [String: [Rule]] = [:]

  private init() {}

  /// Adds a list.
  /// - Parameters:
  ///   - path: as many of the last names of its path as make it unique, such as `containers.ports`.
  ///   - keys: the fields that together identify an element.
  public mutating func add(_ path: String, by keys: [String], defaults: [String: JSONScalar] = [:]) {
    let names = path.split(separator: ".").map(String.init)
    guard let last = names.last, !keys.isEmpty else { return }
    rules[last, default: []].append(Rule(path: names, keys: keys, defaults: defaults))
  }

  func rule(_ path: [String]) -> Rule? {
    guard let last = path.last, let candidates = rules[last] else { return nil }
    // The longest matching path is the most specific.
    return candidates.filter { path.suffix($0.path.count).elementsEqual($0.path) }.max { $0.path.count < $1.path.count }
  }

  public static let builtIn: MergeKeys = {
    var keys = MergeKeys()
    let tcp: [String: JSONScalar] = ["protocol": .string("TCP")]
    for kind in ["containers", "initContainers", "ephemeralContainers"] {
      keys.add(kind, by: ["name"])
      keys.add("\(kind).env", by: ["name"])
      keys.add("\(kind).volumeMounts", by: ["mountPath"])
      keys.add("\(kind).volumeDevices", by: ["devicePath"])
      keys.add("\(kind).ports", by: ["containerPort", "protocol"], defaults: tcp)
    }
    keys.add("spec.volumes", by: ["name"])
    keys.add("spec.imagePullSecrets", by: ["name"])
    keys.add("spec.hostAliases", by: ["ip"])
    keys.add("spec.topologySpreadConstraints", by: ["topologyKey", "whenUnsatisfiable"])
    keys.add("spec.ports", by: ["port", "protocol"], defaults: tcp)
    keys.add("metadata.ownerReferences", by: ["uid"])
    keys.add("status.conditions", by: ["type"])
    keys.add("imagePullSecrets", by: ["name"])
    return keys
  }()
}
