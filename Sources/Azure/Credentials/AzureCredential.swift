public import Cloud

/// Who asks.
public enum AzureCredential: Sendable, Hashable {
  case clientSecret(tenantID: String, clientID: String, secret: SecretText)
  /// A token that Kubernetes gives the pod, exchanged for one of Azure's. The file is read for every exchange, since it
  /// is rotated.
  case workloadIdentity(tenantID: String, clientID: String, tokenFile: String)
  /// The machine's own; the one that was assigned to it, or the one named.
  case managedIdentity(clientID: String?)
}
