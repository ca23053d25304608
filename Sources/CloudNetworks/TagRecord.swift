internal import Digests

/// Records in a tag of an object which of the user-supplied tags on it the operator has set.
///
/// A tag that the spec no longer has is removed only if it is recorded here and still has the value that was set. Tags
/// that others set or changed stay. A tag that others had already set to the value of the spec is not recorded.
///
/// An entry is six characters of a digest of key and value, because a tag's value has 256 characters at most and forty
/// keys of 128 would not fit. Two tags have the same digest once in 2^30.
struct TagRecord: Sendable, Hashable {
  static let key = "cloudlinker.dev/tags"
  private static let width = 6
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
  private var digests: Set<String> = []

  /// Reads what `text` wrote. Any other text gives an empty record.
  init(_ text: String?) {
    let bytes = Array((text ?? "").utf8)
    guard bytes.count % Self.width == 0, bytes.allSatisfy(Self.alphabet.contains) else { return }
    for start in stride(from: 0, to: bytes.count, by: Self.width) {
      digests.insert(String(decoding: bytes[start..<start + Self.width], as: UTF8.self))
    }
  }

  init(of tags: [String: String]) { digests = Set(tags.map { Self.digest($0.key, $0.value) }) }

  /// The text of the tag; nil if the record is empty.
  var text: String? { digests.isEmpty ? nil : digests.sorted().joined() }

  func holds(_ key: String, _ value: String) -> Bool { digests.contains(Self.digest(key, value)) }

  /// Keys of tags to remove, in order.
  func stale(in found: [String: String], wanted: [String: String]) -> [String] {
    found.filter { wanted[$0.key] == nil && holds($0.key, $0.value) }.keys.sorted()
  }

  /// The record of an object that has `found`, once `wanted` is set.
  func updated(_ found: [String: String], wanted: [String: String]) -> TagRecord {
    TagRecord(of: wanted.filter { holds($0.key, $0.value) || found[$0.key] != $0.value })
  }

  private static func digest(_ key: String, _ value: String) -> String {
    let bytes = SHA256.digest(Array("\(key)=\(value)".utf8)).prefix(width)
    return String(decoding: bytes.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }
}
