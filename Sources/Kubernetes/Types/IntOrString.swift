/// apimachinery's IntOrString: a port by number or name, a number of pods or a percentage such as `50%`.
public enum IntOrString: Sendable, Hashable {
  case int(Int)
  case string(String)
}

extension IntOrString: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // Numbers are the most common case, and each failed attempt costs an error.
    if let number = try? container.decode(Int.self) {
      self = .int(number)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .int(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    }
  }
}

extension IntOrString: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, CustomStringConvertible {
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public var description: String {
    switch self {
    case .int(let value): String(value)
    case .string(let value): value
    }
  }
}
