internal import Foundations
internal import Kubernetes

extension BackboneSpec.Network: SchemaDescribing {
  static let cidrRule = Schema.Rule(
    "self.matches('\(Lexical.privateNetwork)')",
    """
    must be a private IPv4 network with a prefix of 16 to 24, such as 10.10.0.0/16 (of 10.0.0.0/8, 172.16.0.0/12, \
    192.168.0.0/16 or 100.64.0.0/10)
    """
  )
  static let hostBitsRule = Schema.Rule(
    "!self.matches('\(Lexical.privateNetwork)') || "
      + "\(CEL.ipv4Number("self.split('/')[0]")) % \(CEL.networkSize("self")) == 0",
    "must begin with the network's first address: 10.10.0.0/16, not 10.10.0.5/16"
  )
  static let zonesRule = Schema.Rule(
    "[has(self.zones), has(self.zoneNames), has(self.subnets)].filter(given, given).size() <= 1",
    "only one of zones, zoneNames and subnets may be given"
  )

  private static let first = CEL.ipv4Number("self.cidr.split('/')[0]")
  private static let size = CEL.networkSize("self.cidr")
  private static func first(_ subnet: String) -> String { CEL.ipv4Number("\(subnet).cidr.split('/')[0]") }
  private static func size(_ subnet: String) -> String { CEL.networkSize("\(subnet).cidr") }
  private static let areNetworks =
    "!has(self.subnets) || !self.cidr.matches('\(Lexical.privateNetwork)') || "
    + "!self.subnets.all(subnet, subnet.cidr.matches('\(Lexical.remoteNetwork)'))"
  static let insideRule = Schema.Rule(
    "\(areNetworks) || self.subnets.all(subnet, \(size("subnet")) <= \(size) && "
      + "\(first("subnet")) / \(size) == \(first) / \(size))",
    "every subnet's cidr must be inside network.cidr"
  )
  static let apartRule = Schema.Rule(
    "\(areNetworks) || self.subnets.all(one, self.subnets.all(other, one.name == other.name || "
      + "\(first("one")) >= \(first("other")) + \(size("other")) || \(first("other")) >= \(first("one")) + \(size("one"))))",
    "two subnets overlap: give each a range of its own"
  )

  static let podRangeRule = Schema.Rule(
    "self.matches('\(Lexical.podRange)')",
    "must be a private IPv4 network with a prefix of 10 to 24, such as 100.64.0.0/16"
  )
  private static func begin(_ network: String) -> String { CEL.ipv4Number("\(network).split('/')[0]") }
  private static let arePodRanges =
    "!has(self.podRanges) || !self.cidr.matches('\(Lexical.privateNetwork)') || "
    + "!self.podRanges.all(range, range.matches('\(Lexical.podRange)'))"
  static let podRangesRule = Schema.Rule(
    "\(arePodRanges) || self.podRanges.all(range, \(begin("range")) >= \(first) + \(size) || "
      + "\(first) >= \(begin("range")) + \(CEL.networkSize("range"))) && "
      + "self.podRanges.all(one, self.podRanges.all(other, one == other || "
      + "\(begin("one")) >= \(begin("other")) + \(CEL.networkSize("other")) || "
      + "\(begin("other")) >= \(begin("one")) + \(CEL.networkSize("one"))))",
    "podRanges overlap neither network.cidr nor one another: choose others"
  )

  public static let schema = Schema.object(
    "The network and its private subnets.",
    [
      .required(
        "cidr",
        .string(
          """
          Its range, with a prefix of 16 to 24, that overlaps neither another Backbone of this namespace nor what its \
          VPNConnections reach. Cannot be changed.
          """
        ).length(9...18).rule(cidrRule.expression, cidrRule.message)
          .rule(hostBitsRule.expression, hostBitsRule.message)
      ),
      .optional(
        "podRanges",
        .list(
          """
          Ranges of pods, outside cidr. They are inside: firewalls let them talk to cidr and to each other. AWS: \
          secondary ranges of the VPC, with a subnet in each zone. Left out: in GCP and Azure one of 100.64.0.0/10 that \
          stays the same, in AWS none, because pods take their addresses from the private subnets there.
          """,
          of: .string("A private range, with a prefix of 10 to 24.").length(9...18)
            .rule(podRangeRule.expression, podRangeRule.message),
          .set
        ).items(1...BackboneSpec.maximumPodRanges)
      ),
      .optional(
        "zones",
        .integer(
          """
          In how many zones there is a subnet, 1 to \(BackboneSpec.maximumZones); the first ones of the region by \
          name. Each gets an eighth of the range, so that zones can be added later. Default: \
          \(BackboneSpec.defaultZones).
          """,
          in: 1...BackboneSpec.maximumZones
        )
      ),
      .optional(
        "zoneNames",
        .list(
          "The zones by name, instead of zones: eu-west-1a, europe-west1-b, or 1 in Azure. An eighth of the range each.",
          of: .string("One zone.").length(1...63).matching(Lexical.dnsLabel),
          .set
        ).items(1...BackboneSpec.maximumZones)
      ),
      .optional(
        "subnets",
        .list(
          """
          The private subnets one by one, instead of zones. The last eighth of the range must stay free in AWS: the \
          NAT gateways live there.
          """,
          of: BackboneSpec.Subnet.schema,
          .map(keys: ["name"])
        ).items(1...BackboneSpec.maximumSubnets)
      ),
      .optional(
        "subnetTags",
        BackboneSpec.tagsSchema(
          "AWS: tags on every private subnet that is made, in addition to tags: karpenter.sh/discovery, for example."
        )
      ),
      .optional("existing", BackboneSpec.ExistingNetwork.schema),
    ]
  ).rule(zonesRule.expression, zonesRule.message)
    .rule(insideRule.expression, insideRule.message)
    .rule(apartRule.expression, apartRule.message)
    .rule(podRangesRule.expression, podRangesRule.message)
}

extension BackboneSpec.ExistingNetwork: SchemaDescribing {
  public static let schema = Schema.object(
    "A network that exists. The operator uses it as it is and never deletes it.",
    [.required("id", .string("Its id: vpc-0a1b in AWS, the name in GCP, the resource id in Azure.").length(1...512))]
  )
}

extension BackboneSpec.Subnet: SchemaDescribing {
  static let cidrRule = Schema.Rule(
    "self.matches('\(Lexical.remoteNetwork)')",
    "must be an IPv4 network inside network.cidr, such as 10.10.0.0/19"
  )
  public static let schema = Schema.object(
    "One private subnet.",
    [
      .required("name", .string("Its name within this Backbone.").length(1...32).matching(Lexical.dnsLabel)),
      .required("zone", .string("Its zone, as the cloud calls it.").length(1...63).matching(Lexical.dnsLabel)),
      .required(
        "cidr",
        .string("Its range, inside network.cidr.").length(9...18).rule(cidrRule.expression, cidrRule.message)
      ),
      .optional(
        "existingID",
        .string("Id of a subnet that exists in an existing network: used, and never deleted.").length(1...512)
      ),
      .optional(
        "tags",
        BackboneSpec.tagsSchema("AWS: tags of this subnet, in addition to tags and subnetTags. Not with existingID.")
      ),
    ]
  )
}

extension BackboneSpec.Egress: SchemaDescribing {
  static let wayOutRule = Schema.Rule(
    "[has(self.existingAddressIDs) && self.existingAddressIDs.size() > 0, has(self.existingNATGatewayIDs), "
      + "has(self.existingNextHops)].filter(given, given).size() <= 1",
    "only one of existingAddressIDs, existingNATGatewayIDs and existingNextHops may be given"
  )
  static let noneRule = Schema.Rule(
    "!has(self.addresses) || self.addresses != 'None' || "
      + "!has(self.existingNATGatewayIDs) && !has(self.existingNextHops)",
    "addresses None means no connections out: leave out addresses, or existingNATGatewayIDs and existingNextHops"
  )
  static let portsPerMachineRule = Schema.Rule(
    "self in [\(powers.map(String.init).joined(separator: ", "))]",
    "must be a power of two from 64 to 65536"
  )
  static let powers = (6...16).map { 1 << $0 }
  public static let schema = Schema.object(
    "Connections that leave the network.",
    [
      .optional(
        "addresses",
        .enumeration(
          """
          PerZone: a NAT gateway and a static address in each zone, so that a zone's failure is its own. Shared: one \
          for all. None: no way out. Default: PerZone. GCP's NAT spans zones: there PerZone is as many addresses.
          """,
          EgressAddresses.self
        ).defaulting(to: .string(EgressAddresses.perZone.rawValue))
      ),
      .optional(
        "existingAddressIDs",
        .list(
          """
          Static addresses of yours to use, in the order of the zones; they are never released. AWS uses one in each \
          zone that has a NAT gateway and leaves further ones alone.
          """,
          of: .string("Id of an address: eipalloc-0a1b, the name in GCP, the resource id in Azure.").length(1...512),
          .set
        ).items(0...BackboneSpec.maximumZones)
      ),
      .optional(
        "existingNATGatewayIDs",
        .list(
          """
          NAT gateways of yours to use instead of new ones, one for all zones or one for each in their order; they are \
          never changed or deleted. AWS: nat-0a1b in the VPC of network.existing. Azure: resource ids. Not in GCP.
          """,
          of: .string("Id of a NAT gateway.").length(1...512),
          .set
        ).items(1...BackboneSpec.maximumZones)
      ),
      .optional(
        "existingNextHops",
        .list(
          """
          Where 0.0.0.0/0 leads instead of to a NAT gateway, such as a firewall appliance; one for all zones or one for \
          each in their order. AWS: a network interface (eni-0a1b), a Gateway Load Balancer's endpoint (vpce-0a1b) or a \
          transit gateway (tgw-0a1b) that the VPC is attached to. Azure: the one address of the appliance. Not in GCP.
          """,
          of: .string("An id, or an address in Azure.").length(1...64),
          .set
        ).items(1...BackboneSpec.maximumZones)
      ),
      .optional(
        "portsPerMachine",
        .integer(
          """
          GCP: the most NAT ports that a machine gets, a power of two from 64 to 65536: as many connections to one \
          destination at once. Each address has 64512 for all its machines.
          """,
          in: 64...65_536
        ).rule(portsPerMachineRule.expression, portsPerMachineRule.message)
      ),
      .optional("allow", BackboneSpec.Rule.list("Traffic that may leave the network. Left out: none.")),
    ]
  ).defaulting(to: [:])
    .rule(wayOutRule.expression, wayOutRule.message)
    .rule(noneRule.expression, noneRule.message)
}

extension BackboneSpec.Ingress: SchemaDescribing {
  public static let schema = Schema.object(
    "Connections that enter the network.",
    [
      .optional(
        "allow",
        BackboneSpec.Rule.list("Traffic that may enter the network. Left out: only traffic from inside.")
      )
    ]
  )
}

extension BackboneSpec.Rule: SchemaDescribing {
  static let cidrRule = Schema.Rule(
    "self.matches('\(Lexical.anyNetwork)')",
    "must be an IPv4 network such as 0.0.0.0/0 or 192.168.100.0/24"
  )
  static let portsRule = Schema.Rule(
    "(!has(self.ports) || self.ports.size() == 0) && (!has(self.portRanges) || self.portRanges.size() == 0) || "
      + "!has(self.protocol) || self.protocol in ['TCP', 'UDP']",
    "ports and portRanges are only allowed when protocol is TCP or UDP"
  )
  static let portRangeRule = Schema.Rule(
    "self.matches('\(Lexical.portRange)') && int(self.split('-')[0]) <= int(self.split('-')[1])",
    "must be two ports from 1 to 65535 with a '-' between, the lower one first: 30000-32767"
  )
  static func list(_ description: String) -> Schema {
    .list(description, of: schema).items(0...BackboneSpec.maximumRules)
  }
  public static let schema = Schema.object(
    "Traffic that may pass.",
    [
      .required(
        "cidr",
        .string("The network that the traffic comes from (ingress) or goes to (egress).").length(9...18).rule(
          cidrRule.expression,
          cidrRule.message
        )
      ),
      .optional(
        "protocol",
        .enumeration("TCP, UDP, ICMP or All. Default: TCP.", RuleProtocol.self)
          .defaulting(to: .string(RuleProtocol.tcp.rawValue))
      ),
      .optional(
        "ports",
        .list(
          "Destination ports. Without ports and portRanges, every port is allowed.",
          of: .integer("One port.", in: 1...65_535),
          .set
        ).items(0...16)
      ),
      .optional(
        "portRanges",
        .list(
          "Destination ports from one to another, beside ports: 30000-32767.",
          of: .string("A range of ports.").length(3...11)
            .rule(portRangeRule.expression, portRangeRule.message),
          .set
        ).items(0...16)
      ),
      .optional(
        "description",
        .string("A note about the rule, which AWS and Azure show beside it.").length(1...140)
          .matching(Lexical.ruleDescription)
      ),
    ]
  ).rule(portsRule.expression, portsRule.message)
}
