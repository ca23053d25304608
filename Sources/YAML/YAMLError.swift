/// Why YAML could not be read or written.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// For a person. Names keys, never values: a value may be a secret.
  public var message: String
  /// Counted from 1; nil when the text is well formed but its content is not what was expected.
  public var line: Int?
  public var column: Int?
  /// Where in the value, as `clusters[0].cluster.server`; nil for the whole, or where the text is malformed.
  public var path: String?

  public init(_ message: String, line: Int? = nil, column: Int? = nil, path: String? = nil) {
    self.message = message
    self.line = line
    self.column = column
    self.path = path
  }

  public var description: String {
    if let line, let column { return "line \(line), column \(column): \(message)" }
    return path.map { "\($0): \(message)" } ?? message
  }
}

/// What an input may cost. Aliases are charged what they expand to, so that a few lines of anchors that refer to each
/// other ("billion laughs") do not become gigabytes.
public struct YAMLLimits: Sendable, Hashable {
  /// Bytes of input. Default 16 MiB.
  public var inputBytes = 16 << 20
  /// Levels of nesting. Default 100.
  public var depth = 100
  /// Values in all documents together, aliases expanded. Default 1,000,000.
  public var nodes = 1_000_000
  /// Bytes of scalars in all documents together, aliases expanded. Default 64 MiB.
  public var scalarBytes = 64 << 20
  public init() {}
}

extension YAMLError {
  /// What a decoder complains about, and where; for types that decode a part of a document by themselves.
  public init(decoding error: any Error) {
    switch error as? DecodingError {
    case .typeMismatch(let type, let context):
      self.init("is not \(Self.name(of: type))", path: Self.path(context.codingPath))
    case .valueNotFound(_, let context): self.init("is null", path: Self.path(context.codingPath))
    case .keyNotFound(let key, let context):
      self.init("is missing", path: Self.path(context.codingPath + [key]))
    case .dataCorrupted(let context): self.init(context.debugDescription, path: Self.path(context.codingPath))
    default: self.init("cannot be read: \(type(of: error))")
    }
  }

  init(encoding error: any Error) {
    guard case .invalidValue(_, let context) = error as? EncodingError else {
      self = error as? YAMLError ?? YAMLError("cannot be written: \(type(of: error))")
      return
    }
    self.init(context.debugDescription, path: Self.path(context.codingPath))
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "a boolean"
    case is any BinaryInteger.Type: "an integer"
    case is any FloatingPoint.Type: "a number"
    case is [String: Any].Type: "an object"
    case is [Any].Type: "a list"
    default: "a \(type)"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String? {
    var path = ""
    for key in keys {
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
    return path.isEmpty ? nil : path
  }
}
