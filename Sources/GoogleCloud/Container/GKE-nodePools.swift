extension GKE {
  public struct NodePool: Codable, Sendable, Hashable {
    public var name: String
    /// PROVISIONING, RUNNING, RUNNING_WITH_ERROR, RECONCILING, STOPPING, ERROR.
    public var status: String?
    public var conditions: [Condition]?
    /// `1.34.1-gke.2037000`; in a request also a minor.
    public var version: String?
    /// In each zone; only read when the pool is created.
    public var initialNodeCount: Int?
    public var autoscaling: Autoscaling?
    public var config: NodeConfig?
    public var locations: [String]?
    public var management: Management?
    public var upgradeSettings: UpgradeSettings?
    public var networkConfig: NodeNetwork?
    public var maxPodsConstraint: MaxPods?
    public var etag: String?
    public init(name: String) { self.name = name }
  }

  /// Bounds over all zones. Those of each zone (`minNodeCount`, `maxNodeCount`) exclude these.
  public struct Autoscaling: Codable, Sendable, Hashable {
    public var enabled: Bool?
    public var totalMinNodeCount: Int?
    public var totalMaxNodeCount: Int?
    public var minNodeCount: Int?
    public var maxNodeCount: Int?
    /// BALANCED or ANY.
    public var locationPolicy: String?
    public init(totalMin: Int, totalMax: Int, locationPolicy: String) {
      (enabled, totalMinNodeCount, totalMaxNodeCount) = (true, totalMin, totalMax)
      self.locationPolicy = locationPolicy
    }
  }

  public struct Management: Codable, Sendable, Hashable {
    public var autoRepair: Bool?
    public var autoUpgrade: Bool?
    public init(autoRepair: Bool, autoUpgrade: Bool) {
      (self.autoRepair, self.autoUpgrade) = (autoRepair, autoUpgrade)
    }
  }

  public struct UpgradeSettings: Codable, Sendable, Hashable {
    public var maxSurge: Int?
    public var maxUnavailable: Int?
    public init(maxSurge: Int, maxUnavailable: Int) {
      (self.maxSurge, self.maxUnavailable) = (maxSurge, maxUnavailable)
    }
  }

  public struct NodeNetwork: Codable, Sendable, Hashable {
    public var enablePrivateNodes: Bool?
    public init(enablePrivateNodes: Bool) { self.enablePrivateNodes = enablePrivateNodes }
  }

  public struct NodeConfig: Codable, Sendable, Hashable {
    public struct Metadata: Codable, Sendable, Hashable {
      /// `GKE_METADATA` hides the node's own service account from pods.
      public var mode: String?
      public init(mode: String) { self.mode = mode }
    }
    public struct Shielded: Codable, Sendable, Hashable {
      public var enableSecureBoot: Bool?
      public var enableIntegrityMonitoring: Bool?
      public init() { (enableSecureBoot, enableIntegrityMonitoring) = (true, true) }
    }
    public var machineType: String?
    public var diskSizeGb: Int?
    public var imageType: String?
    public var serviceAccount: String?
    public var oauthScopes: [String]?
    public var spot: Bool?
    /// Of nodes in Kubernetes.
    public var labels: [String: String]?
    public var taints: [Taint]?
    /// Of machines in Compute Engine.
    public var resourceLabels: [String: String]?
    public var workloadMetadataConfig: Metadata?
    public var shieldedInstanceConfig: Shielded?
    public init() {}
  }

  public struct Taint: Codable, Sendable, Hashable {
    public var key: String?
    public var value: String?
    /// NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE.
    public var effect: String?
    public init(key: String, value: String?, effect: String) {
      (self.key, self.value, self.effect) = (key, value, effect)
    }
  }

  /// What a pool is to become. GKE demands image and version in every change, so these are sent as they were read; lists
  /// replace those that were there.
  public struct NodePoolUpdate: Encodable, Sendable, Hashable {
    public struct Labels: Encodable, Sendable, Hashable {
      public var labels: [String: String]
      public init(_ labels: [String: String]) { self.labels = labels }
    }
    public struct Taints: Encodable, Sendable, Hashable {
      public var taints: [Taint]
      public init(_ taints: [Taint]) { self.taints = taints }
    }
    public var imageType: String
    /// `-` is the control plane's.
    public var nodeVersion: String
    public var machineType: String?
    /// A number.
    public var diskSizeGb: String?
    public var labels: Labels?
    public var taints: Taints?
    public var resourceLabels: Labels?
    public var locations: [String]?
    public var upgradeSettings: UpgradeSettings?
    public var nodeNetworkConfig: NodeNetwork?
    public var etag: String?

    public init(of pool: NodePool) {
      imageType = pool.config?.imageType ?? "COS_CONTAINERD"
      nodeVersion = pool.version ?? "-"
      etag = pool.etag
    }
  }

  /// Exactly one field besides the etag: GKE takes one at a time.
  public struct ClusterUpdate: Encodable, Sendable, Hashable {
    public var desiredMasterVersion: String?
    public var desiredControlPlaneEndpointsConfig: Endpoints?
    public var desiredDefaultEnablePrivateNodes: Bool?
    public var desiredReleaseChannel: Channel?
    public var desiredLoggingConfig: LoggingConfig?
    public var desiredAuthenticatorGroupsConfig: Groups?
    public var desiredDatabaseEncryption: Encryption?
    public var desiredFleet: Fleet?
    public var etag: String?
    public init() {}
  }
}
