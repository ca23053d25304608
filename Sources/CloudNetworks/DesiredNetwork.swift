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
  /// Ranges of pods, outside `cidr` and as much inside as that: those of the spec, or one of 100.64.0.0/10.
  package var podRanges: [IPv4Network] = []
  /// Whether the spec names them. AWS makes subnets only of these.
  package var hasGivenPodRanges = false
  /// The cloud's own services to reach without a way out, by the cloud's own names.
  package var privateServices: [String] = []
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

  /// The ranges of pods that the spec names.
  package var givenPodRanges: [IPv4Network] { hasGivenPodRanges ? podRanges : [] }

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
    /// AWS: the user's, over those of the network.
    package var tags: [String: String] = [:]
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
    /// NAT gateways of the user's to use instead of new ones: none, one for all zones, or one each.
    package var existingNATGatewayIDs: [String] = []
    /// Where 0.0.0.0/0 leads instead of to a NAT gateway: none, one for all zones, or one each.
    package var existingNextHops: [String] = []
    /// Google Cloud: the most NAT ports of a machine; nil: as the operator thinks best.
    package var portsPerMachine: Int?
    package init(addresses: Addresses, existingIDs: [String] = []) {
      self.addresses = addresses
      self.existingIDs = existingIDs
    }

    /// Whether NAT gateways and addresses are made.
    package var isMade: Bool { addresses != .none && existingNATGatewayIDs.isEmpty && existingNextHops.isEmpty }
    /// The one of `existingNATGatewayIDs` or `existingNextHops` for a zone.
    /// - Parameter index: the zone's place among those that have a subnet of ours.
    package static func choice(of ids: [String], forZone index: Int) -> String? {
      ids.count == 1 ? ids[0] : ids.indices.contains(index) ? ids[index] : nil
    }
  }

  /// What may pass a firewall that lets nothing else pass.
  package struct Rule: Sendable, Hashable {
    package enum Transport: String, Sendable, Hashable { case tcp = "TCP", udp = "UDP", icmp = "ICMP", all = "All" }
    package var cidr: IPv4Network
    package var transport: Transport
    /// Empty: all of them.
    package var ports: [ClosedRange<Int>]
    /// The user's, for people who look at the cloud; 1 to 140 characters.
    package var description: String?
    package init(
      cidr: IPv4Network,
      transport: Transport,
      ports: [ClosedRange<Int>] = [],
      description: String? = nil
    ) {
      self.cidr = cidr
      self.transport = transport
      self.ports = ports
      self.description = description
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
  /// - Parameter value: `namespace/name/uid`.
  package init?(value: String) {
    let parts = value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, !parts.contains(where: \.isEmpty) else { return nil }
    self.init(namespace: parts[0], name: parts[1], uid: parts[2])
  }

  package static let key = "cloudlinker.dev/backbone"
  /// The same of what is a VPNConnection's, such as its connectors in a Backbone.
  package static let connectionKey = "cloudlinker.dev/connection"
  package static let roleKey = "cloudlinker.dev/role"
  /// `namespace/name/uid`.
  package var value: String { "\(namespace)/\(name)/\(uid)" }
}
