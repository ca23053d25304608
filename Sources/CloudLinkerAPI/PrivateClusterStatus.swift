public import Kubernetes

public struct PrivateClusterStatus: Codable, Sendable, Hashable {
  public var observedGeneration: Int64?
  /// The last generation of the spec that the cluster fully matched.
  public var reachedGeneration: Int64?
  public var conditions: [Condition]?
  public var lastHandledReconcileAt: String?
  public var location: Location?
  public var id: String?
  /// Its name in the cloud.
  public var name: String?
  public var version: String?
  public var endpoint: String?
  public var ranges: Ranges?
  public var pools: [Pool]?
  /// `ready/all`, for the printer column.
  public var poolsReady: String?
  /// Objects of the cluster that can be reached from the internet.
  public var exposures: [String]?
  /// Name of the Secret with the kubeconfig.
  public var kubeconfigSecret: String?
  /// Id of every created object, by role.
  public var objects: [String: String]?
  public var ledger: StoredLedger?
  public var plan: [String]?
  public init() {}

  /// Where the cluster is. It is recorded because a Backbone of the same name may later be another one.
  public struct Location: Codable, Sendable, Hashable {
    public var provider: CloudProvider
    public var region: String
    public var networkID: String
    /// The AWS account, Google Cloud project or Azure subscription; nil: not known.
    public var account: String?
    /// Names of the Backbone's subnets that the cluster is in. A subnet that the Backbone gets later is not among them.
    public var subnets: [String]?
    public init(provider: CloudProvider, region: String, networkID: String, account: String?, subnets: [String]?) {
      self.provider = provider
      self.region = region
      self.networkID = networkID
      self.account = account
      self.subnets = subnets
    }
  }

  public struct Ranges: Codable, Sendable, Hashable {
    public var pods: String?
    public var services: String?
    public init(pods: String?, services: String?) {
      self.pods = pods
      self.services = services
    }
  }

  public struct Pool: Codable, Sendable, Hashable {
    public var name: String
    /// Its name in the cloud.
    public var cloudName: String
    public var version: String
    /// Its state in the cloud's own term.
    public var state: String
    /// The number of nodes that the pool should have now, and the number in service.
    public var size: Int?
    public var ready: Int?
    public var minSize: Int
    public var maxSize: Int
    public init(name: String, cloudName: String, version: String, state: String, minSize: Int, maxSize: Int) {
      self.name = name
      self.cloudName = cloudName
      self.version = version
      self.state = state
      self.minSize = minSize
      self.maxSize = maxSize
    }
  }
}
