internal import FoundationEssentials
public import Foundations

/// Resources are kept as received. A PUT replaces a whole resource, so fields that this client does not know must be
/// sent back unchanged.
extension JSONValue {
  /// Nil for anything that is not JSON.
  public init?(parsing bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return nil }
    self = value
  }

  /// UTF-8 with sorted keys.
  public var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A value of this type can always be encoded, except for numbers such as NaN, which parsing never produces.
    return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
  }

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var int: Int64? { if case .int(let value) = self { value } else { nil } }
  /// Empty if it is not an array.
  public var array: [JSONValue] { if case .array(let value) = self { value } else { [] } }
  /// Empty if it is not an object.
  public var object: [String: JSONValue] { if case .object(let value) = self { value } else { [:] } }

  /// The value below those keys. Setting it creates missing objects on the way; nil removes it.
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
