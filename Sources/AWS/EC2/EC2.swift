public import Foundations

/// The objects of EC2's networks, as EC2 describes them. All strings are EC2's own.
public enum EC2 {
  public struct VPC: Sendable, Hashable {
    public var id: String
    public var cidr: String
    /// The first range and those that were added later.
    public var cidrs: [String]
    /// `pending`, `available`.
    public var state: String
    public var tags: [String: String]
    /// The account that owns it.
    public var ownerID: String? = nil
    /// Ids of the associations of its ranges, including the first range's.
    public var associations: [String: String] = [:]
    /// Ranges that are being added.
    public var pendingRanges: Set<String> = []
  }

  public struct Subnet: Sendable, Hashable {
    public var id: String
    public var vpcID: String
    public var zone: String
    public var cidr: String
    /// `pending`, `available`, `unavailable`.
    public var state: String
    public var freeAddresses: Int?
    public var tags: [String: String]
  }

  public struct InternetGateway: Sendable, Hashable {
    public var id: String
    /// The VPC that it is attached to, or is being attached to; one at most.
    public var vpcID: String?
    public var tags: [String: String]
    public init(id: String, vpcID: String?, tags: [String: String]) {
      self.id = id
      self.vpcID = vpcID
      self.tags = tags
    }
  }

  public struct Address: Sendable, Hashable {
    public var allocationID: String
    public var publicIP: String
    public var associationID: String?
    public var networkInterfaceID: String?
    public var tags: [String: String]
  }

  public struct NATGateway: Sendable, Hashable {
    public var id: String
    public var vpcID: String
    public var subnetID: String
    /// `pending`, `available`, `failed`, `deleting`, `deleted`; the last three are shown for an hour.
    public var state: String
    public var failureCode: String?
    public var failureMessage: String?
    public var allocationIDs: [String]
    public var publicIPs: [String]
    public var created: Timestamp?
    public var tags: [String: String]
  }

  public struct RouteTable: Sendable, Hashable {
    public struct Route: Sendable, Hashable {
      /// A range, or a prefix list's id.
      public var destination: String
      /// `local`, or the id of a gateway, a network interface, a peering connection…
      public var target: String
      /// `active`, `blackhole`.
      public var state: String
    }
    public struct Association: Sendable, Hashable {
      public var id: String
      /// Nil for the main association.
      public var subnetID: String?
      public var isMain: Bool
    }
    public var id: String
    public var vpcID: String
    public var routes: [Route]
    public var associations: [Association]
    public var tags: [String: String]
  }

  public struct Endpoint: Sendable, Hashable {
    public var id: String
    public var vpcID: String
    public var serviceName: String
    /// `pending`, `available`, `deleting`, `deleted`, `failed`…; lower case.
    public var state: String
    public var routeTableIDs: [String]
    public var tags: [String: String]
    /// Whether it has network interfaces with private addresses. A gateway endpoint works by routes instead.
    public var isInterface = false
    /// From here on: for interface endpoints only.
    public var subnetIDs: [String] = []
    public var groupIDs: [String] = []
    public var networkInterfaceIDs: [String] = []
    /// Whether the service's public name leads to it.
    public var hasPrivateDNS = false
  }

  /// A service that endpoints can be created for.
  public struct EndpointService: Sendable, Hashable {
    public var name: String
    /// Names of the zones in which it has endpoints.
    public var zones: [String]
    public var hasPrivateDNS: Bool
  }

  /// An object in a VPC of a kind that nothing else here describes, which keeps the VPC from being deleted.
  public struct Attachment: Sendable, Hashable {
    /// `network ACL`, `VPN gateway`, …
    public var kind: String
    public var id: String
    public var tags: [String: String]
  }

  public struct SecurityGroup: Sendable, Hashable {
    public var id: String
    public var vpcID: String
    public var name: String
    public var ingress: Set<Rule>
    public var egress: Set<Rule>
    public var tags: [String: String]
    /// The descriptions of rules that have one.
    public var ingressNotes: [Rule: String] = [:]
    public var egressNotes: [Rule: String] = [:]
    /// Whether it is the group that every VPC has and that cannot be deleted.
    public var isDefault: Bool { name == "default" }
  }

  /// A rule of a security group. EC2 joins rules with equal protocol and ports; here each peer has a rule of its own.
  public struct Rule: Sendable, Hashable {
    public enum Peer: Sendable, Hashable {
      case ipv4(String)
      case ipv6(String)
      /// A security group's id.
      case group(String)
      case prefixList(String)
    }
    /// `tcp`, `udp`, `icmp`, `-1` for all, or a number.
    public var transport: String
    /// For ICMP, the type, where −1 means all. Nil: all ports.
    public var from: Int?
    /// For ICMP, the code.
    public var to: Int?
    public var peer: Peer
    public init(transport: String, from: Int? = nil, to: Int? = nil, peer: Peer) {
      self.transport = transport
      self.from = from
      self.to = to
      self.peer = peer
    }
  }

  public struct FlowLog: Sendable, Hashable {
    public var id: String
    /// The VPC, subnet or network interface whose flows it records.
    public var resourceID: String
    /// A bucket's ARN with a folder, a log group's ARN…; empty if EC2 does not show it.
    public var destination: String
    /// `ALL`, `ACCEPT`, `REJECT`.
    public var traffic: String
    /// `SUCCESS`, `FAILED`; nil before the first delivery.
    public var deliveryStatus: String?
    /// `Access error`, `Rate limited`, `Unknown error`.
    public var deliveryError: String?
    public var tags: [String: String]
  }

  public struct NetworkInterface: Sendable, Hashable {
    public var id: String
    public var subnetID: String
    public var description: String
    /// `interface`, `nat_gateway`, `network_load_balancer`, `vpc_endpoint`, `lambda`…
    public var kind: String
    public var instanceID: String?
    public var groupIDs: [String]
    public var tags: [String: String]
    public var publicIP: String? = nil
  }

  public struct Zone: Sendable, Hashable {
    public var name: String
    /// `available`, `information`, `impaired`, `unavailable`, `constrained`.
    public var state: String
    /// `availability-zone`, `local-zone`, `wavelength-zone`.
    public var kind: String
  }
}
