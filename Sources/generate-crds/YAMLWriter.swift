internal import Kubernetes

/// Writes block YAML for people to read: keys in order, prose folded at `width` columns.
struct YAMLWriter {
  private let width = 110
  private(set) var text = ""

  init(_ value: JSONValue) { write(value, indent: 0) }

  private mutating func write(_ value: JSONValue, indent: Int) {
    switch value {
    case .object(let fields) where !fields.isEmpty:
      for (key, field) in fields.sorted(by: { $0.key < $1.key }) {
        text += "\(margin(indent))\(scalar(key)):"
        writeNested(field, indent: indent, listIndent: indent)
      }
    case .array(let items) where !items.isEmpty:
      for item in items { writeItem(item, indent: indent) }
    default: text += "\(margin(indent))\(inline(value))\n"
    }
  }

  /// What follows a key: on the same line where it fits, else below.
  private mutating func writeNested(_ value: JSONValue, indent: Int, listIndent: Int) {
    switch value {
    case .object(let fields) where !fields.isEmpty:
      text += "\n"
      write(value, indent: indent + 2)
    case .array(let items) where !items.isEmpty:
      text += "\n"
      write(value, indent: listIndent)
    case .string(let string) where isProse(string, indent: indent):
      text += " >-\n"
      for line in folded(string, indent: indent + 2) { text += "\(margin(indent + 2))\(line)\n" }
    default: text += " \(inline(value))\n"
    }
  }

  private mutating func writeItem(_ item: JSONValue, indent: Int) {
    guard case .object(let fields) = item, !fields.isEmpty else {
      text += "\(margin(indent))- \(inline(item))\n"
      return
    }
    var lead = "\(margin(indent))- "
    for (key, field) in fields.sorted(by: { $0.key < $1.key }) {
      text += "\(lead)\(scalar(key)):"
      writeNested(field, indent: indent + 2, listIndent: indent + 2)
      lead = margin(indent + 2)
    }
  }

  private func margin(_ indent: Int) -> String { String(repeating: " ", count: indent) }

  private func inline(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): scalar(value)
    case .array: "[]"
    case .object: "{}"
    }
  }

  /// Folding keeps words and single spaces only.
  private func isProse(_ string: String, indent: Int) -> Bool {
    string.utf8.count + indent > width && string.contains(" ") && !string.contains("  ")
      && !string.hasPrefix(" ") && !string.hasSuffix(" ")
      && string.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  private func folded(_ string: String, indent: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in string.split(separator: " ") {
      if !line.isEmpty && line.utf8.count + 1 + word.utf8.count + indent > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? "\(word)" : " \(word)"
    }
    lines.append(line)
    return lines
  }

  /// Plain where no reader could take it for anything but this string, else in double quotes.
  private func scalar(_ string: String) -> String {
    let letters = string.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): true
      default: false
      }
    }
    let first = string.utf8.first ?? 0
    let startsWithLetter = (first | 0x20) >= UInt8(ascii: "a") && (first | 0x20) <= UInt8(ascii: "z")
    let taken = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(string.lowercased())
    if letters && startsWithLetter && !taken { return string }
    var quoted = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
