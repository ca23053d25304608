internal import FoundationEssentials
public import Foundations

/// Resources are kept as they came, because a PUT replaces all of a resource: what this client does not know must go
/// back as it was.
extension JSONValue {
  /// Nil for anything but JSON.
  public init?(parsing bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return nil }
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
  public var array: [JSONValue] { if case .array(let value) = self { value } else { [] } }
  /// Empty when it is not an object.
  public var object: [String: JSONValue] { if case .object(let value) = self { value } else { [:] } }

  /// The value below those keys; setting makes the objects on the way, nil removes.
  public subscript(path: String...) -> JSONValue? {
    get { self[path[...]] }
    set { self[path[...]] = newValue }
  }

  private subscript(path: ArraySlice<String>) -> JSONValue? {
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
