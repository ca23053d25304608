package import CloudResources
package import Foundations

/// What a Backbone asks for, the same for every cloud: defaults filled in, zones resolved, subnets carved.
package struct DesiredNetwork: Sendable, Hashable {
  /// The Backbone that everything made for it is marked with; see `OwnershipMark`.
  package var mark: OwnershipMark
  package var region: String
  package var cidr: IPv4Network
  /// Private subnets, in the order of the spec; one to a zone where zones were counted.
  package var subnets: [Subnet]
  package var egress: Egress
  package var egressRules: [Rule]
  package var ingressRules: [Rule]
  /// The user's; never one of ours.
  package var tags: [String: String]
  package var hasFlowLogs: Bool
  /// AWS: the bucket that they go to.
  package var flowLogsBucketARN: String?
  /// An adopted network's id: used, and neither changed nor deleted.
  package var existingNetworkID: String?
  /// AWS: the account that the network is in, where an earlier pass learned it.
  package var account: String?
  /// What earlier passes remember, from status.
  package var ledger: Ledger

  package init(mark: OwnershipMark, region: String, cidr: IPv4Network, subnets: [Subnet]) {
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
  package var knownIDs: [String: String] {
    get { ledger.ids }
    set { ledger.ids = newValue }
  }

  package struct Subnet: Sendable, Hashable {
    package var name: String
    /// As the cloud calls it: `eu-west-1a`, `europe-west1-b`, `1`.
    package var zone: String
    package var cidr: IPv4Network
    /// Adopted: used, never deleted.
    package var existingID: String?
    package init(name: String, zone: String, cidr: IPv4Network, existingID: String? = nil) {
      self.name = name
      self.zone = zone
      self.cidr = cidr
      self.existingID = existingID
    }
  }

  package struct Egress: Sendable, Hashable {
    package enum Addresses: Sendable, Hashable {
      /// A NAT gateway and an address in each zone.
      case perZone
      /// One for all zones.
      case shared
      /// No way out.
      case none
    }
    package var addresses: Addresses
    /// Allocations of the user's to use, in the order of zones, and never release.
    package var existingIDs: [String]
    package init(addresses: Addresses, existingIDs: [String] = []) {
      self.addresses = addresses
      self.existingIDs = existingIDs
    }
  }

  /// What may pass a firewall that lets nothing else pass.
  package struct Rule: Sendable, Hashable {
    package enum Transport: String, Sendable, Hashable { case tcp = "TCP", udp = "UDP", icmp = "ICMP", all = "All" }
    package var cidr: IPv4Network
    package var transport: Transport
    /// Empty: all of them.
    package var ports: [ClosedRange<Int>]
    package init(cidr: IPv4Network, transport: Transport, ports: [ClosedRange<Int>] = []) {
      self.cidr = cidr
      self.transport = transport
      self.ports = ports
    }
  }
}

/// Whose an object in a cloud is. It is written on everything that is made, at the moment it is made, and is the only
/// proof of ownership: a tag in AWS and Azure, the description in Google Cloud where there are no labels.
package struct OwnershipMark: Sendable, Hashable {
  package var namespace: String
  package var name: String
  package var uid: String
  package init(namespace: String, name: String, uid: String) {
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }

  /// Key of the tag that holds `value`; the role stands in `roleKey`.
  package static let key = "cloudlinker.dev/backbone"
  package static let roleKey = "cloudlinker.dev/role"
  /// `namespace/name/uid`.
  package var value: String { "\(namespace)/\(name)/\(uid)" }
}
