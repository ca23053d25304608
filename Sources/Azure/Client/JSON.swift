internal import FoundationEssentials

/// Any JSON value. Resources are kept as they came, because a PUT replaces all of a resource: what this client does not
/// know must go back as it was.
public enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Nil for anything but JSON.
  public init?(parsing bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSON.self, from: Data(bytes)) else { return nil }
    self = value
  }

  /// UTF-8, keys sorted.
  public var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A value of this type is always JSON but for numbers that are none; those do not come from parsing.
    return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
  }

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var int: Int64? { if case .int(let value) = self { value } else { nil } }
  /// Empty when it is not an array.
  public var array: [JSON] { if case .array(let value) = self { value } else { [] } }
  /// Empty when it is not an object.
  public var object: [String: JSON] { if case .object(let value) = self { value } else { [:] } }

  /// The value below those keys; setting makes the objects on the way, nil removes.
  public subscript(path: String...) -> JSON? {
    get { self[path[...]] }
    set { self[path[...]] = newValue }
  }

  private subscript(path: ArraySlice<String>) -> JSON? {
    get {
      guard let key = path.first else { return self == .null ? nil : self }
      return object[key]?[path.dropFirst()]
    }
    set {
      guard let key = path.first else { return self = newValue ?? .null }
      var members = object
      if path.count == 1 {
        members[key] = newValue
      } else {
        var member = members[key] ?? .object([:])
        member[path.dropFirst()] = newValue
        members[key] = member
      }
      self = .object(members)
    }
  }
}

extension JSON: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([String: JSON].self) {
      self = .object(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .int(value)
    } else {
      self = .double(try container.decode(Double.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}
