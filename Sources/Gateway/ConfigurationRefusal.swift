/// Why a gateway's configuration is not taken: names the field, the value and what to do. Never a secret.
public struct ConfigurationRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
