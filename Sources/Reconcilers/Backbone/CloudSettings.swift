/// What the operator's owner decides about clouds.
public struct CloudSettings: Sendable {
  /// A service whose base URL can be another than the vendor's: an emulator, a proxy, a sovereign cloud.
  public enum Service: String, Sendable, CaseIterable {
    case ec2
    case sts
    case iam
    case secretsManager = "secrets-manager"
    case googleCompute = "google-compute"
    case googleDNS = "google-dns"
    case googleToken = "google-token"
    case azureResourceManager = "azure-resource-manager"
    case azureLogin = "azure-login"
    /// What Azure's tokens are for, where the resource manager is neither of a known cloud nor a proxy to one.
    case azureAudience = "azure-audience"
    case twingate
  }
  public var endpoints: [Service: String]
  /// Of one region; they come before those of all regions.
  public var regionalEndpoints: [String: [Service: String]] = [:]
  /// Whether Backbones without `credentialsSecretRef` may use the operator's own identity, in Namespaces that the owner
  /// has labelled; see `CloudIdentityLoan`.
  public var allowsOwnIdentity: Bool
  /// Whether that identity may come from a metadata service: it is the node's, whoever runs there.
  public var allowsNodeIdentity = false
  /// Begins the external id of the roles that the operator assumes; nil: the uid of the Namespace kube-system.
  public var clusterID: String?
  /// ConfigMap in the operator's namespace that says which namespace may use which role, project and subscription.
  public var identitiesName = "cloudlinker-cloud-identities"
  /// To one account, project or subscription; nil: 10, and 4 to Google Cloud.
  public var requestsPerSecond: Int?
  /// In which the operator's own identity is looked for.
  public var environment: [String: String]

  func endpoint(_ service: Service, in region: String) -> String? {
    regionalEndpoints[region]?[service] ?? endpoints[service]
  }

  public init(
    endpoints: [Service: String] = [:],
    allowsOwnIdentity: Bool = true,
    requestsPerSecond: Int? = nil,
    environment: [String: String] = [:]
  ) {
    self.endpoints = endpoints
    self.allowsOwnIdentity = allowsOwnIdentity
    self.requestsPerSecond = requestsPerSecond
    self.environment = environment
  }
}
