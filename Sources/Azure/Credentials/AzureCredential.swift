/// Who asks.
public enum AzureCredential: Sendable, Hashable {
  case clientSecret(tenantID: String, clientID: String, secret: SecretText)
  /// A token that Kubernetes gives the pod, exchanged for one of Azure's. The file is read for every exchange, since it
  /// is rotated.
  case workloadIdentity(tenantID: String, clientID: String, tokenFile: String)
  /// The machine's own; the one that was assigned to it, or the one named.
  case managedIdentity(clientID: String?)
}

/// Text that no log, description or mirror shows.
public struct SecretText: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  let value: String
  public init(_ value: String) { self.value = value }
  public var description: String { "(secret)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(reflecting: description) }
}
