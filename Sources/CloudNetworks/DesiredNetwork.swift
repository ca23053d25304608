package import CloudResources
package import Foundations

/// The network that a Backbone asks for, in terms that all clouds share: defaults are filled in, zones resolved and
/// subnets given their ranges.
package struct DesiredNetwork: Sendable, Hashable {
  /// The ownership mark of everything that is created for the Backbone.
  package var mark: OwnershipMark
  package var region: String
  package var cidr: IPv4Network
  /// Private subnets in the order of the spec; if the spec only counts zones, one for each zone.
  package var subnets: [Subnet]
  package var egress: Egress
  package var egressRules: [Rule]
  package var ingressRules: [Rule]
  /// Ranges of pods. They lie outside `cidr`, and firewalls treat them as inside. They come from the spec or from
  /// 100.64.0.0/10.
  package var podRanges: [IPv4Network] = []
  /// Whether the spec names them. AWS creates subnets only for these.
  package var hasGivenPodRanges = false
  /// Services of the cloud itself that are to be reached without a way out, under the cloud's names for them.
  package var privateServices: [String] = []
  /// User-supplied tags, without the operator's own.
  package var tags: [String: String]
  package var hasFlowLogs: Bool
  /// AWS: the bucket for flow logs.
  package var flowLogsBucketARN: String?
  /// The id of an adopted network, which is used and neither changed nor deleted.
  package var existingNetworkID: String?
  /// AWS: the account of the network, once a pass has learned it.
  package var account: String?
  /// What earlier passes remember, from the status.
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

  /// Ids of the objects that earlier passes created, by role.
  package var knownIDs: [String: String] {
    get { ledger.ids }
    set { ledger.ids = newValue }
  }

  package struct Subnet: Sendable, Hashable {
    package var name: String
    /// The zone as the cloud calls it: `eu-west-1a`, `europe-west1-b`, `1`.
    package var zone: String
    package var cidr: IPv4Network
    /// The id of an adopted subnet, which is used and never deleted.
    package var existingID: String?
    /// AWS: user-supplied tags of the subnet, which override those of the network.
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
      /// No way out of the network.
      case none
    }
    package var addresses: Addresses
    /// User-supplied addresses to use, in the order of zones. They are never released.
    package var existingIDs: [String]
    /// User-supplied NAT gateways to use instead of new ones: none, one for all zones, or one for each.
    package var existingNATGatewayIDs: [String] = []
    /// Targets of 0.0.0.0/0 to use instead of NAT gateways: none, one for all zones, or one for each.
    package var existingNextHops: [String] = []
    /// Google Cloud: the highest number of NAT ports for a machine; nil: the operator's default.
    package var portsPerMachine: Int?
    package init(addresses: Addresses, existingIDs: [String] = []) {
      self.addresses = addresses
      self.existingIDs = existingIDs
    }

    /// Whether the operator creates NAT gateways and addresses.
    package var isMade: Bool { addresses != .none && existingNATGatewayIDs.isEmpty && existingNextHops.isEmpty }
    /// The entry of `existingNATGatewayIDs` or `existingNextHops` for a zone.
    /// - Parameter index: the zone's position among those with a subnet that is not adopted.
    package static func choice(of ids: [String], forZone index: Int) -> String? {
      ids.count == 1 ? ids[0] : ids.indices.contains(index) ? ids[index] : nil
    }
  }

  /// Traffic that the firewalls allow. Everything else is denied.
  package struct Rule: Sendable, Hashable {
    package enum Transport: String, Sendable, Hashable { case tcp = "TCP", udp = "UDP", icmp = "ICMP", all = "All" }
    package var cidr: IPv4Network
    package var transport: Transport
    /// Empty means all ports.
    package var ports: [ClosedRange<Int>]
    /// A user-supplied text for people who look at the cloud's console; 1 to 140 characters.
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

/// The owner of an object in a cloud. The mark is written when an object is created and is the only proof of ownership.
/// It is a tag in AWS and Azure, and the description in Google Cloud, where most objects have no labels.
package struct OwnershipMark: Sendable, Hashable {
  package var namespace: String
  package var name: String
  package var uid: String
  package init(namespace: String, name: String, uid: String) {
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }

  /// Reads a mark.
  /// - Parameter value: `namespace/name/uid`.
  package init?(value: String) {
    let parts = value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, !parts.contains(where: \.isEmpty) else { return nil }
    self.init(namespace: parts[0], name: parts[1], uid: parts[2])
  }

  package static let key = "cloudlinker.dev/backbone"
  /// Key of the tag on objects of a VPNConnection, such as its connectors in a Backbone.
  package static let connectionKey = "cloudlinker.dev/connection"
  package static let roleKey = "cloudlinker.dev/role"
  /// `namespace/name/uid`.
  package var value: String { "\(namespace)/\(name)/\(uid)" }
}
