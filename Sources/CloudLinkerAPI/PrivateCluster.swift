public import Foundations
public import Kubernetes

/// A Kubernetes cluster inside a Backbone, which cannot be reached from the internet.
public struct PrivateCluster: Resource {
  public static let resourceType = ResourceType(
    group: CloudLinker.group,
    version: CloudLinker.version,
    kind: "PrivateCluster",
    plural: "privateclusters"
  )
  public var metadata: ObjectMeta
  public var spec: PrivateClusterSpec
  public var status: PrivateClusterStatus?

  public init(metadata: ObjectMeta, spec: PrivateClusterSpec, status: PrivateClusterStatus? = nil) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}

public struct PrivateClusterSpec: Codable, Sendable, Hashable {
  public static let maximumPools = 16
  public static let maximumAccess = 64
  public static let maximumAddOns = 16
  public static let maximumNodes = 1000
  public static let maximumLabels = 32

  /// The Backbone's provider decides whether this is an EKS, GKE or AKS cluster.
  public var backboneRef: LocalReference
  /// A minor version of Kubernetes, such as `1.34`.
  public var version: String
  /// Names of the Backbone's subnets to use; nil: all.
  public var subnets: [String]?
  /// Empty only with Auto Mode.
  public var nodePools: [NodePool]
  public var access: [Access]?
  public var network: Network?
  public var encryption: Encryption?
  public var logging: [ControlPlaneLog]?
  public var addons: [AddOn]?
  public var deletionPolicy: DeletionPolicy?
  public var suspend: Bool?
  public var aws: AWSOptions?
  public var gcp: GCPOptions?
  public var azure: AzureOptions?

  public init(backboneRef: LocalReference, version: String, nodePools: [NodePool]) {
    self.backboneRef = backboneRef
    self.version = version
    self.nodePools = nodePools
  }
  public var isSuspended: Bool { suspend ?? false }
  public var isRetained: Bool { deletionPolicy == .retain }
  public var isAuto: Bool { aws?.autoMode ?? false }

  public struct NodePool: Codable, Sendable, Hashable {
    public static let defaultDiskGiB = 80

    public var name: String
    public var machineType: String
    /// The fewest nodes over all zones.
    public var minSize: Int
    public var maxSize: Int
    public var diskGiB: Int?
    public var zones: [String]?
    public var labels: [String: String]?
    public var taints: [Taint]?
    public var spot: Bool?
    public var upgrade: Upgrade?
    public init(name: String, machineType: String, minSize: Int, maxSize: Int) {
      self.name = name
      self.machineType = machineType
      self.minSize = minSize
      self.maxSize = maxSize
    }
  }

  public struct Taint: Codable, Sendable, Hashable {
    public var key: String
    public var value: String?
    public var effect: TaintEffect
  }

  public struct Upgrade: Codable, Sendable, Hashable {
    public var maxUnavailable: Int?
    /// Whether to replace nodes even if their pods may not be evicted.
    public var force: Bool?
  }

  public struct Access: Codable, Sendable, Hashable {
    public var role: AccessRole
    /// The namespaces in which the role applies; nil: all.
    public var namespaces: [String]?
    public var principal: Principal
    /// Nil: the operator opens no way to the endpoint.
    public var vpn: VPN?
    public init(role: AccessRole, principal: Principal, namespaces: [String]? = nil, vpn: VPN? = nil) {
      self.role = role
      self.principal = principal
      self.namespaces = namespaces
      self.vpn = vpn
    }
  }

  /// The people or programs, by the provider's name for them.
  public struct Principal: Codable, Sendable, Hashable {
    public var roleARN: String?
    public var group: String?
    public var user: String?
    public var serviceAccount: String?
    public var objectID: String?
    public var type: ObjectType?
    public init() {}
    public init(roleARN: String) { self.roleARN = roleARN }
  }

  /// Who reaches the endpoint through a VPN.
  public struct VPN: Codable, Sendable, Hashable {
    public var connectionRef: LocalReference
    /// A group at Twingate, by name or id.
    public var group: String
    public init(connectionRef: LocalReference, group: String) {
      self.connectionRef = connectionRef
      self.group = group
    }
  }

  public struct Network: Codable, Sendable, Hashable {
    public var pods: String?
    public var services: String?
    public init(pods: String? = nil, services: String? = nil) {
      self.pods = pods
      self.services = services
    }
  }

  public struct Encryption: Codable, Sendable, Hashable {
    /// The user-supplied key for the cluster's Secrets, as the provider names it.
    public var secretsKey: String
  }

  public struct AddOn: Codable, Sendable, Hashable {
    public var name: String
    public var version: String?
    public var configuration: JSONValue?
    public init(name: String, version: String? = nil, configuration: JSONValue? = nil) {
      self.name = name
      self.version = version
      self.configuration = configuration
    }
  }

  public struct AWSOptions: Codable, Sendable, Hashable {
    public var rolePath: String?
    public var permissionsBoundaryARN: String?
    public var clusterRoleARN: String?
    public var nodeRoleARN: String?
    public var autoMode: Bool?
    public var autoModeNodeRoleARN: String?
    public init() {}
  }

  public struct GCPOptions: Codable, Sendable, Hashable {
    public var nodeServiceAccount: String
    public var channel: ReleaseChannel?
    public var fleetProject: String?
    public init(nodeServiceAccount: String) { self.nodeServiceAccount = nodeServiceAccount }
  }

  public struct AzureOptions: Codable, Sendable, Hashable {
    public var identityID: String?
    public var logWorkspaceID: String?
    public init() {}
  }
}
