/// Settings for clouds that the operator's owner chooses.
public struct CloudSettings: Sendable {
  /// A service whose base URL can differ from the vendor's: an emulator, a proxy, a sovereign cloud.
  public enum Service: String, Sendable, CaseIterable {
    case ec2
    case sts
    case iam
    case eks
    case autoScaling = "autoscaling"
    case loadBalancing = "elastic-load-balancing"
    case secretsManager = "secrets-manager"
    case googleCompute = "google-compute"
    case googleDNS = "google-dns"
    case googleContainer = "google-container"
    case googleFleet = "google-fleet"
    case googleToken = "google-token"
    case googleIAM = "google-iam"
    case googleSecretManager = "google-secret-manager"
    case azureResourceManager = "azure-resource-manager"
    case azureLogin = "azure-login"
    /// The audience of Azure's tokens, if the resource manager is neither that of a known cloud nor a proxy to one.
    case azureAudience = "azure-audience"
    case twingate
  }
  public var endpoints: [Service: String]
  /// Endpoints for one region. They take precedence over those for all regions.
  public var regionalEndpoints: [String: [Service: String]] = [:]
  /// Whether Backbones without `credentialsSecretRef` may use the operator's own identity, in Namespaces that the owner
  /// has labelled; see `CloudIdentityLoan`.
  public var allowsOwnIdentity: Bool
  /// Whether that identity may come from a metadata service, which gives the node's identity to every program on it.
  public var allowsNodeIdentity = false
  /// The first part of the external id for roles that the operator assumes; nil: the uid of the Namespace kube-system.
  public var clusterID: String?
  /// The ConfigMap in the operator's namespace with the roles, projects and subscriptions of each namespace.
  public var identitiesName = "cloudlinker-cloud-identities"
  /// The limit for one account, project or subscription; nil: 10, and 4 for Google Cloud.
  public var requestsPerSecond: Int?
  /// The environment in which the operator's own identity is looked up.
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
