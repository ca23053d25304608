internal import Foundations

/// Labels of addresses, the only objects of a Backbone in Google Cloud that have labels. They hold the user-supplied
/// tags in the spelling of labels, the Backbone's uid, and a record of which tags the operator has set (`TagRecord`),
/// ten to a label.
package struct GoogleCloudLabels {
  static let backbone = "cloudlinker-backbone"
  private static let record = "cloudlinker-tags-"
  /// How many characters of `TagRecord.text` a label holds. A label's value has 63 characters at most.
  private static let recordWidth = 60

  private let users: [String: String]
  private let uid: String

  init(_ desired: DesiredNetwork) {
    users = Self.spelled(desired.tags)
    uid = Self.spelled(desired.mark.uid)
  }

  /// All labels for an object that now has `current`.
  func labels(instead current: [String: String]) -> [String: String] {
    let parts = current.filter { $0.key.hasPrefix(Self.record) }
    let record = TagRecord(parts.sorted { $0.key < $1.key }.map(\.value).joined())
    var labels = current.filter { parts[$0.key] == nil }
    for key in record.stale(in: labels, wanted: users) { labels[key] = nil }
    let text = Array((record.updated(current, wanted: users).text ?? "").utf8)
    labels.merge(users) { $1 }
    labels[Self.backbone] = uid
    for start in stride(from: 0, to: text.count, by: Self.recordWidth) {
      let part = text[start..<min(start + Self.recordWidth, text.count)]
      labels["\(Self.record)\(start / Self.recordWidth + 1)"] = String(decoding: part, as: UTF8.self)
    }
    return labels
  }

  /// The labels without our marks.
  static func unmarked(_ labels: [String: String]) -> [String: String] {
    labels.filter { $0.key != backbone && !$0.key.hasPrefix(record) }
  }

  /// User-supplied tags as labels.
  package static func spelled(_ tags: [String: String]) -> [String: String] {
    var labels: [String: String] = [:]
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
      let key = spelled(key)
      labels[key.first?.isLetter == true ? key : String("x-\(key)".prefix(63))] = spelled(value)
    }
    return labels
  }

  /// Spells a text as labels require: lower case, digits, `-` and `_`, at most 63 characters; keys begin with a letter.
  package static func spelled(_ text: String) -> String {
    String(text.lowercased().prefix(63).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" })
  }
}
