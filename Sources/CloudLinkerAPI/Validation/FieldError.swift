internal import Foundations

/// One error in a spec, for people: `spec.tunnels[1].port: 70000: must be 1 to 65535`. A spec holds no secrets, only
/// their names, so a message may show its values.
public struct FieldError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The field's path in the object: `spec.tunnels[1].port`.
  public var path: String
  /// The field's value, shortened; nil if the field is missing, or if the error is about all of it.
  public var value: String?
  /// What the value must be, or what to do.
  public var message: String

  public init(_ path: String, _ value: String? = nil, _ message: String) {
    self.path = path
    self.value = value.map(Self.shortened)
    self.message = message
  }

  public var description: String {
    if let value { "\(path): \(value): \(message)" } else { "\(path): \(message)" }
  }

  /// One line of at most 80 characters, for conditions and logs.
  private static func shortened(_ value: String) -> String {
    let text = value.printable(limit: 80)
    return text.isEmpty ? "\"\"" : text
  }
}
