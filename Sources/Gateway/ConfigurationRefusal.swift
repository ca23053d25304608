/// Why a gateway refuses its configuration: names the field, the value and what to do. Never contains a secret.
public struct ConfigurationRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
