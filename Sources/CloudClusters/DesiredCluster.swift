package import CloudNetworks
package import CloudResources
internal import Digests
package import Foundations

/// The cluster that a PrivateCluster specifies: with defaults, and with subnets and groups of the Backbone as ids.
package struct DesiredCluster: Sendable, Hashable {
  /// The PrivateCluster that owns everything made for it.
  package var mark: OwnershipMark
  package var region: String
  /// AWS account, Google Cloud project or Azure subscription; nil: not known.
  package var account: String?
  package var version: KubernetesMinor
  package var network: Network
  package var pools: [NodePool]
  package var access: [AccessGrant] = []
  /// Add-ons in addition to those that every cluster needs; see `neededAddOns`.
  package var addOns: [AddOn] = []
  /// Nil: the provider chooses, or the planner does, outside `takenRanges`.
  package var podRange: IPv4Network?
  package var serviceRange: IPv4Network?
  /// Ranges that neither pods nor Services may have besides those of the network: those of other Backbones and clusters,
  /// of VPNConnections, and of the cluster that the operator runs in.
  package var takenRanges: [IPv4Network] = []
  /// Nil: the provider's own key.
  package var secretsKey: String?
  package var logging: Set<String> = []
  /// User-supplied tags, never the operator's own.
  package var tags: [String: String] = [:]
  package var aws = AWSSettings()
  package var googleCloud = GoogleCloudSettings()
  package var azure = AzureSettings()
  /// The memory of previous passes, from the status.
  package var ledger = Ledger()

  package init(
    mark: OwnershipMark,
    region: String,
    version: KubernetesMinor,
    network: Network,
    pools: [NodePool]
  ) {
    self.mark = mark
    self.region = region
    self.version = version
    self.network = network
    self.pools = pools
  }

  /// The parts of its Backbone that the cluster uses and never changes.
  package struct Network: Sendable, Hashable {
    package struct Subnet: Sendable, Hashable {
      package var name: String
      package var id: String
      package var zone: String
      package var cidr: IPv4Network?
      package init(name: String, id: String, zone: String, cidr: IPv4Network? = nil) {
        self.name = name
        self.id = id
        self.zone = zone
        self.cidr = cidr
      }
    }
    package var id: String
    package var subnets: [Subnet]
    /// AWS: the group whose members may talk to each other.
    package var workloadGroupID: String
    /// Ranges of the network and of its pods.
    package var ranges: [IPv4Network] = []
    package init(id: String, subnets: [Subnet], workloadGroupID: String = "") {
      self.id = id
      self.subnets = subnets
      self.workloadGroupID = workloadGroupID
    }
  }

  package struct NodePool: Sendable, Hashable {
    package var name: String
    package var machineType: String
    /// The fewest nodes over all zones.
    package var minSize: Int
    package var maxSize: Int
    package var diskGiB = 80
    /// Empty: the zones of the cluster's subnets.
    package var zones: [String] = []
    package var labels: [String: String] = [:]
    package var taints: [Taint] = []
    package var isSpot = false
    /// The number of nodes that are replaced at a time.
    package var maxUnavailable = 1
    /// Whether an upgrade also replaces nodes whose pods may not be evicted.
    package var forcesEviction = false
    package init(name: String, machineType: String, minSize: Int, maxSize: Int) {
      self.name = name
      self.machineType = machineType
      self.minSize = minSize
      self.maxSize = maxSize
    }
  }

  package struct Taint: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable { case NoSchedule, NoExecute, PreferNoSchedule }
    package var key: String
    package var value: String?
    package var effect: Effect
    package init(key: String, value: String?, effect: Effect) {
      self.key = key
      self.value = value
      self.effect = effect
    }
  }

  package struct AccessGrant: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable, CaseIterable {
      case clusterAdmin = "cluster-admin"
      case admin, edit, view
    }
    package var role: Role
    /// Empty: all namespaces.
    package var namespaces: [String]
    package var principal: Principal
    package init(_ role: Role, _ principal: Principal, namespaces: [String] = []) {
      self.role = role
      self.principal = principal
      self.namespaces = namespaces
    }
  }

  /// A principal that gets access, as the provider identifies it.
  package enum Principal: Sendable, Hashable {
    /// AWS: ARN of a role.
    case role(String)
    /// Google Cloud: mail addresses.
    case googleGroup(String)
    case googleUser(String)
    case googleServiceAccount(String)
    /// Azure: object id in Entra ID, and User, Group or ServicePrincipal.
    case entra(id: String, type: String)
  }

  package struct AddOn: Sendable, Hashable {
    package var name: String
    /// Nil: the provider's default for the cluster's version.
    package var version: String?
    /// JSON.
    package var configuration: String?
    package init(_ name: String, version: String? = nil, configuration: String? = nil) {
      self.name = name
      self.version = version
      self.configuration = configuration
    }
  }

  package struct AWSSettings: Sendable, Hashable {
    /// Path of the roles that are made; begins and ends with a slash.
    package var rolePath = "/cloudlinker/"
    /// The policy beyond which no role that is made reaches.
    package var permissionsBoundaryARN: String?
    /// Given ones; none is made then.
    package var clusterRoleARN: String?
    package var nodeRoleARN: String?
    /// Whether EKS adds and removes nodes of its built-in pools.
    package var autoMode = false
    package var autoModeNodeRoleARN: String?
    package init() {}
  }

  package struct GoogleCloudSettings: Sendable, Hashable {
    package enum Channel: String, Sendable, Hashable { case rapid = "Rapid", regular = "Regular", stable = "Stable" }
    /// Mail address of the service account that nodes run as.
    package var nodeServiceAccount: String?
    package var channel = Channel.regular
    /// The fleet in which access is granted; nil: none, so the user applies the bindings.
    package var fleetProject: String?
    package init() {}
  }

  package struct AzureSettings: Sendable, Hashable {
    /// Resource id of the group that the cluster and its identity are made in; nil: the network's.
    package var resourceGroupID: String?
    /// Resource id of a user-assigned identity; nil: one is made.
    package var identityID: String?
    /// Resource id of the Log Analytics workspace that the control plane's logs go to.
    package var logWorkspaceID: String?
    package init() {}
  }
}

extension DesiredCluster {
  /// A digest of the owner, for names that must be unique in an account.
  var digest: String { String(SHA256.text(mark.value).prefix(10)) }

  /// Of the cluster in the cloud. The namespace and the name are for people, the digest makes it unique: 63 characters, as
  /// Google Cloud's labels allow.
  package var cloudName: String {
    let readable = "\(mark.namespace)-\(mark.name)".prefix(52)
    return "\(readable)-\(digest)"
  }
}
