public import Kubernetes

/// The private network of an environment in one cloud.
public struct Backbone: Resource {
  public static let resourceType = ResourceType(
    group: CloudLinker.group,
    version: CloudLinker.version,
    kind: "Backbone",
    plural: "backbones"
  )
  public var metadata: ObjectMeta
  public var spec: BackboneSpec
  public var status: BackboneStatus?

  public init(metadata: ObjectMeta, spec: BackboneSpec, status: BackboneStatus? = nil) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}

public struct BackboneSpec: Codable, Sendable, Hashable {
  public static let defaultZones = 3
  /// A zone gets an eighth of the range, and the operator keeps the last eighth for itself.
  public static let maximumZones = 6
  public static let maximumSubnets = 12
  public static let maximumRules = 32
  /// Azure's limit of 50 tags, minus the operator's own.
  public static let maximumTags = 40
  public static let maximumPodRanges = 4
  public static let maximumPrivateServices = 32

  public var provider: CloudProvider
  public var region: String
  public var credentialsSecretRef: LocalReference?
  public var aws: AWSOptions?
  public var gcp: GCPOptions?
  public var azure: AzureOptions?
  public var network: Network
  public var egress: Egress?
  public var ingress: Ingress?
  /// The cloud's own services that the network reaches without an egress, by the cloud's names for them.
  public var privateServices: [String]?
  public var tags: [String: String]?
  public var flowLogs: Bool?
  public var deletionPolicy: DeletionPolicy?
  public var suspend: Bool?

  public init(provider: CloudProvider, region: String, network: Network) {
    self.provider = provider
    self.region = region
    self.network = network
  }
  public var isSuspended: Bool { suspend ?? false }
  public var effectiveDeletionPolicy: DeletionPolicy { deletionPolicy ?? .delete }
  public var effectiveEgressAddresses: EgressAddresses { egress?.addresses ?? .perZone }

  public struct AWSOptions: Codable, Sendable, Hashable {
    public var assumeRoleARN: String?
    /// Where flow logs go. They go to S3 because a log group needs a role that is passed to AWS, and with it the right
    /// `iam:PassRole`; a bucket's own policy says who may write to it.
    public var flowLogsBucketARN: String?
    public init(assumeRoleARN: String? = nil, flowLogsBucketARN: String? = nil) {
      self.assumeRoleARN = assumeRoleARN
      self.flowLogsBucketARN = flowLogsBucketARN
    }
  }
  public struct GCPOptions: Codable, Sendable, Hashable {
    public var project: String
    public init(project: String) { self.project = project }
  }
  public struct AzureOptions: Codable, Sendable, Hashable {
    public var subscriptionID: String
    public var resourceGroup: String?
    public init(subscriptionID: String, resourceGroup: String? = nil) {
      self.subscriptionID = subscriptionID
      self.resourceGroup = resourceGroup
    }
  }

  public struct Network: Codable, Sendable, Hashable {
    public var cidr: String
    /// Ranges of pods, outside `cidr`.
    public var podRanges: [String]?
    public var zones: Int?
    public var zoneNames: [String]?
    public var subnets: [Subnet]?
    /// Tags on every private subnet that the operator creates.
    public var subnetTags: [String: String]?
    public var existing: ExistingNetwork?
    public init(cidr: String) { self.cidr = cidr }
  }
  public struct ExistingNetwork: Codable, Sendable, Hashable {
    public var id: String
    public init(id: String) { self.id = id }
  }
  public struct Subnet: Codable, Sendable, Hashable {
    public var name: String
    public var zone: String
    public var cidr: String
    public var existingID: String?
    public var tags: [String: String]?
    public init(name: String, zone: String, cidr: String, existingID: String? = nil) {
      self.name = name
      self.zone = zone
      self.cidr = cidr
      self.existingID = existingID
    }
  }

  public struct Egress: Codable, Sendable, Hashable {
    public var addresses: EgressAddresses?
    public var existingAddressIDs: [String]?
    /// NAT gateways to use instead of new ones.
    public var existingNATGatewayIDs: [String]?
    /// The next hop of 0.0.0.0/0 instead of a NAT gateway, such as a firewall appliance.
    public var existingNextHops: [String]?
    public var portsPerMachine: Int?
    public var allow: [Rule]?
    public init() {}
  }
  public struct Ingress: Codable, Sendable, Hashable {
    public var allow: [Rule]?
    public init() {}
  }
  public struct Rule: Codable, Sendable, Hashable {
    public var cidr: String
    public var `protocol`: RuleProtocol?
    public var ports: [Int]?
    /// Ranges such as `30000-32767`. They are not among `ports` because server-side apply of Kubernetes 1.20 refuses
    /// objects whose lists hold both numbers and strings (its `OpenAPI` models do not know such lists).
    public var portRanges: [String]?
    public var description: String?
    public init(
      cidr: String,
      protocol: RuleProtocol? = nil,
      ports: [Int]? = nil,
      portRanges: [String]? = nil,
      description: String? = nil
    ) {
      self.cidr = cidr
      self.protocol = `protocol`
      self.ports = ports
      self.portRanges = portRanges
      self.description = description
    }

    /// The ports of an entry of `portRanges`; nil if it is not a range.
    public static func range(_ text: String) -> ClosedRange<Int>? {
      let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { bound in
        Int(bound).flatMap { (1...65_535).contains($0) && String($0) == bound ? $0 : nil }
      }
      guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last else { return nil }
      return first...last
    }
  }
}

public struct CloudProvider: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let aws = CloudProvider(rawValue: "AWS")
  public static let gcp = CloudProvider(rawValue: "GCP")
  public static let azure = CloudProvider(rawValue: "Azure")
  public static let allCases = [aws, gcp, azure]
}

public struct EgressAddresses: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let perZone = EgressAddresses(rawValue: "PerZone")
  public static let shared = EgressAddresses(rawValue: "Shared")
  public static let none = EgressAddresses(rawValue: "None")
  public static let allCases = [perZone, shared, none]
}

public struct RuleProtocol: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let tcp = RuleProtocol(rawValue: "TCP")
  public static let udp = RuleProtocol(rawValue: "UDP")
  public static let icmp = RuleProtocol(rawValue: "ICMP")
  public static let all = RuleProtocol(rawValue: "All")
  public static let allCases = [tcp, udp, icmp, all]
}

public struct DeletionPolicy: OpenEnumeration {
  public var rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let delete = DeletionPolicy(rawValue: "Delete")
  public static let retain = DeletionPolicy(rawValue: "Retain")
  public static let allCases = [delete, retain]
}
