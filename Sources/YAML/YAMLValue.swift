/// A YAML value, with the keys of its objects in order.
public indirect enum YAMLValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case array([YAMLValue])
  case object([Member])

  public struct Member: Sendable, Hashable {
    public var key: String
    public var value: YAMLValue
    public init(_ key: String, _ value: YAMLValue) {
      self.key = key
      self.value = value
    }
  }

  /// The value at `key` of an object; nil if this is no object or has no such key.
  public subscript(key: String) -> YAMLValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }
}

extension YAMLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: YAMLValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, YAMLValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

extension YAMLValue {
  /// This value as JSON. Numbers that JSON lacks (infinities, not-a-number) become null; the parser accepts none.
  var json: [UInt8] {
    var out: [UInt8] = []
    appendJSON(to: &out)
    return out
  }

  private func appendJSON(to out: inout [UInt8]) {
    switch self {
    case .null: out += "null".utf8
    case .bool(let value): out += (value ? "true" : "false").utf8
    case .int(let value): out += String(value).utf8
    case .double(let value): out += (value.isFinite ? "\(value)" : "null").utf8
    case .string(let value): Self.appendQuoted(value, to: &out)
    case .array(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        item.appendJSON(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        Self.appendQuoted(member.key, to: &out)
        out.append(UInt8(ascii: ":"))
        member.value.appendJSON(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// RFC 8259 §7: quotation mark, reverse solidus and the control characters are escaped.
  private static func appendQuoted(_ text: String, to out: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}
