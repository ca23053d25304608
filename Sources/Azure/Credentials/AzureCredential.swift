public import Cloud

/// The identity that sends requests.
public enum AzureCredential: Sendable, Hashable {
  case clientSecret(tenantID: String, clientID: String, secret: SecretText)
  /// A token that Kubernetes gives the pod, exchanged for one of Azure's. The file is read for every exchange, because
  /// it is rotated.
  case workloadIdentity(tenantID: String, clientID: String, tokenFile: String)
  /// The machine's own identity: the one assigned to it, or the one that is named.
  case managedIdentity(clientID: String?)
}
