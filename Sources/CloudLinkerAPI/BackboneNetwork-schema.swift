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
