internal import Foundations

/// One thing that is wrong with a spec, for people: `spec.tunnels[1].port: 70000: must be 1 to 65535`.
/// A spec holds no secrets, only their names, so values may be shown.
public struct FieldError: Error, Sendable, Hashable, CustomStringConvertible {
  /// As in the object: `spec.tunnels[1].port`.
  public var path: String
  /// What stands there, shortened; nil where the field is missing or the whole of it is meant.
  public var value: String?
  /// What it must be, or what to do.
  public var message: String

  public init(_ path: String, _ value: String? = nil, _ message: String) {
    self.path = path
    self.value = value.map(Self.shortened)
    self.message = message
  }

  public var description: String {
    if let value { "\(path): \(value): \(message)" } else { "\(path): \(message)" }
  }

  /// One line of at most 80 characters: it goes into conditions and logs.
  private static func shortened(_ value: String) -> String {
    let text = value.printable(limit: 80)
    return text.isEmpty ? "\"\"" : text
  }
}
