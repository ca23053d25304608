internal import Foundations
internal import Kubernetes

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
