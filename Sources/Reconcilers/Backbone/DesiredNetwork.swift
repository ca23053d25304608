public import CloudResources
public import Foundations

/// What a Backbone asks for, the same for every cloud: defaults filled in, zones resolved, subnets carved.
public struct DesiredNetwork: Sendable, Hashable {
  /// The Backbone that everything made for it is marked with; see `OwnershipMark`.
  public var mark: OwnershipMark
  public var region: String
  public var cidr: IPv4Network
  /// Private subnets, in the order of the spec; one to a zone where zones were counted.
  public var subnets: [Subnet]
  public var egress: Egress
  public var egressRules: [Rule]
  public var ingressRules: [Rule]
  /// The user's; never one of ours.
  public var tags: [String: String]
  public var hasFlowLogs: Bool
  /// AWS: the bucket that they go to.
  public var flowLogsBucketARN: String?
  /// An adopted network's id: used, and neither changed nor deleted.
  public var existingNetworkID: String?
  /// AWS: the account that the network is in, where an earlier pass learned it.
  public var account: String?
  /// What earlier passes remember, from status.
  public var ledger: Ledger

  public init(mark: OwnershipMark, region: String, cidr: IPv4Network, subnets: [Subnet]) {
    self.mark = mark
    self.region = region
    self.cidr = cidr
    self.subnets = subnets
    egress = Egress(addresses: .perZone)
    egressRules = []
    ingressRules = []
    tags = [:]
    hasFlowLogs = false
    ledger = Ledger()
  }

  /// Ids of what earlier passes made, by role.
  public var knownIDs: [String: String] {
    get { ledger.ids }
    set { ledger.ids = newValue }
  }

  public struct Subnet: Sendable, Hashable {
    public var name: String
    /// As the cloud calls it: `eu-west-1a`, `europe-west1-b`, `1`.
    public var zone: String
    public var cidr: IPv4Network
    /// Adopted: used, never deleted.
    public var existingID: String?
    public init(name: String, zone: String, cidr: IPv4Network, existingID: String? = nil) {
      self.name = name
      self.zone = zone
      self.cidr = cidr
      self.existingID = existingID
    }
  }

  public struct Egress: Sendable, Hashable {
    public enum Addresses: Sendable, Hashable {
      /// A NAT gateway and an address in each zone.
      case perZone
      /// One for all zones.
      case shared
      /// No way out.
      case none
    }
    public var addresses: Addresses
    /// Allocations of the user's to use, in the order of zones, and never release.
    public var existingIDs: [String]
    public init(addresses: Addresses, existingIDs: [String] = []) {
      self.addresses = addresses
      self.existingIDs = existingIDs
    }
  }

  /// What may pass a firewall that lets nothing else pass.
  public struct Rule: Sendable, Hashable {
    public enum Transport: String, Sendable, Hashable { case tcp = "TCP", udp = "UDP", icmp = "ICMP", all = "All" }
    public var cidr: IPv4Network
    public var transport: Transport
    /// Empty: all of them.
    public var ports: [ClosedRange<Int>]
    public init(cidr: IPv4Network, transport: Transport, ports: [ClosedRange<Int>] = []) {
      self.cidr = cidr
      self.transport = transport
      self.ports = ports
    }
  }
}

/// Whose an object in a cloud is. It is written on everything that is made, at the moment it is made, and is the only
/// proof of ownership: a tag in AWS and Azure, the description in Google Cloud where there are no labels.
public struct OwnershipMark: Sendable, Hashable {
  public var namespace: String
  public var name: String
  public var uid: String
  public init(namespace: String, name: String, uid: String) {
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }

  /// Key of the tag that holds `value`; the role stands in `roleKey`.
  public static let key = "cloudlinker.dev/backbone"
  public static let roleKey = "cloudlinker.dev/role"
  /// `namespace/name/uid`.
  public var value: String { "\(namespace)/\(name)/\(uid)" }
}
