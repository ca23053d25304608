/// A tree of sections, values and lists. strongSwan's configuration has this form, over vici or as text, and so do its
/// answers.
public struct ConfigurationSection: Sendable, Hashable {
  public indirect enum Item: Sendable, Hashable {
    case value([UInt8])
    case list([[UInt8]])
    case section(ConfigurationSection)
  }
  /// In order. Names may repeat in messages that charon sends.
  public var items: [(name: String, item: Item)] = []

  public init() {}

  public static func == (left: Self, right: Self) -> Bool {
    left.items.count == right.items.count
      && zip(left.items, right.items).allSatisfy { $0.name == $1.name && $0.item == $1.item }
  }
  public func hash(into hasher: inout Hasher) {
    for (name, item) in items {
      hasher.combine(name)
      hasher.combine(item)
    }
  }

  // MARK: Building

  public mutating func set(_ name: String, _ value: String) { items.append((name, .value(Array(value.utf8)))) }
  public mutating func set(_ name: String, _ value: [UInt8]) { items.append((name, .value(value))) }
  public mutating func set(_ name: String, list: [String]) { items.append((name, .list(list.map { Array($0.utf8) }))) }
  public mutating func set(_ name: String, _ section: ConfigurationSection) { items.append((name, .section(section))) }
  public mutating func section(_ name: String, _ build: (inout ConfigurationSection) -> Void) {
    var section = ConfigurationSection()
    build(&section)
    set(name, section)
  }

  // MARK: Reading

  public subscript(_ name: String) -> Item? { items.first { $0.name == name }?.item }
  public func bytes(_ name: String) -> [UInt8]? {
    if case .value(let value)? = self[name] { value } else { nil }
  }
  public func string(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }
  public func integer(_ name: String) -> Int64? { string(name).flatMap { Int64($0) } }
  public func strings(_ name: String) -> [String] {
    if case .list(let values)? = self[name] { values.map { String(decoding: $0, as: UTF8.self) } } else { [] }
  }
  public func section(_ name: String) -> ConfigurationSection? {
    if case .section(let value)? = self[name] { value } else { nil }
  }
  public var sections: [(name: String, section: ConfigurationSection)] {
    items.compactMap { name, item in if case .section(let value) = item { (name, value) } else { nil } }
  }

  // MARK: Text

  /// The section in the syntax of swanctl.conf, for people and golden tests. Binary and PEM values show their length
  /// only.
  public var text: String { lines(indentation: "").joined() }

  private func lines(indentation: String) -> [String] {
    items.flatMap { name, item -> [String] in
      switch item {
      case .value(let value): ["\(indentation)\(name) = \(Self.shown(value))\n"]
      case .list(let values): ["\(indentation)\(name) = \(values.map(Self.shown).joined(separator: ", "))\n"]
      case .section(let section):
        ["\(indentation)\(name) {\n"] + section.lines(indentation: indentation + "  ") + ["\(indentation)}\n"]
      }
    }
  }

  private static func shown(_ value: [UInt8]) -> String {
    guard let text = String(validating: value, as: UTF8.self), text.isSingleLine, !text.hasPrefix("-----BEGIN") else {
      return "<\(value.count) bytes>"
    }
    let plain = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789.-_/:@%".unicodeScalars.contains($0)
    }
    if plain && !text.isEmpty { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
