/// Why YAML could not be read or written.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The message for a person. It names keys but never values, because a value may be a secret.
  public var message: String
  /// The line, from 1; nil if the text is well formed but its content is unexpected.
  public var line: Int?
  public var column: Int?
  /// The place in the value, such as `clusters[0].cluster.server`; nil for the whole value, or if the text is
  /// malformed.
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

/// Limits on what an input may cost. Aliases count as what they expand to, so that a few lines of anchors that refer to
/// each other ("billion laughs") do not become gigabytes.
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
  /// The complaint of a decoder with its place, for types that decode a part of a document themselves.
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
