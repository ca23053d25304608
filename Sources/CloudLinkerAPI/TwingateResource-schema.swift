internal import Foundations

extension TwingateSpec.Resource: SchemaDescribing {
  static let addressRule = Schema.Rule(
    "self.matches('\(Lexical.twingateAddress)')",
    """
    must be an IPv4 address, a network such as 10.0.0.0/24 with a prefix of 8 to 32, or a DNS name; in a name '*' stands for any characters and \
    '?' for one
    """
  )
  static let ownRangeRule = Schema.Rule(
    "!self.matches('\(Lexical.twingateRange)')",
    "100.96.0.0/12 is Twingate's own range: give the address as the connectors see it"
  )
  static let hostBitsRule = Schema.Rule(
    "!self.matches('\(Lexical.remoteNetwork)') || "
      + "\(CEL.ipv4Number("self.split('/')[0]")) % \(CEL.networkSize("self")) == 0",
    "must begin with the network's first address: 10.0.0.0/24, not 10.0.0.5/24"
  )
  static let aliasRule = Schema.Rule(
    "self.matches('\(Lexical.twingateAlias)') && !self.endsWith('.local')",
    "must be a DNS name with a dot, not below .local and without wildcards, such as grafana.prod.acme.internal"
  )
  static let tagsRule = Schema.Rule(
    "self.all(key, key.size() >= 1 && key.size() <= 128 && !key.startsWith('tg') && !key.startsWith('cloudlinker'))",
    "tags: a key has 1 to 128 characters and begins with neither tg (Twingate's own) nor cloudlinker (the operator's)"
  )

  public static let schema = Schema.object(
    "One resource.",
    [
      .required(
        "name",
        .string("Its name, which people see, unique in this connection.").length(TwingateSpec.nameLength)
      ),
      .required(
        "address",
        .string(
          """
          Where the connectors find it: an IPv4 address, a network, or a DNS name that is resolved in this cluster, for \
          example grafana.monitoring.svc.cluster.local.
          """
        ).length(1...253).rule(addressRule.expression, addressRule.message)
          .rule(ownRangeRule.expression, ownRangeRule.message).rule(hostBitsRule.expression, hostBitsRule.message)
      ),
      .optional(
        "alias",
        .string("Another name by which people reach it, for example grafana.prod.acme.internal.").length(3...253)
          .rule(aliasRule.expression, aliasRule.message)
      ),
      .required("ports", TwingateSpec.Ports.schema),
      .optional(
        "securityPolicy",
        .string("How people log in, by the policy's name or id. Left out: the network's default policy.")
          .length(TwingateSpec.nameLength)
      ),
      .optional("accessPolicy", TwingateSpec.AccessPolicy.schema),
      .optional(
        "tags",
        .map("Tags at Twingate, at most \(TwingateSpec.maximumTags).", of: .string("A value.").length(1...256))
          .properties(atMost: TwingateSpec.maximumTags).rule(tagsRule.expression, tagsRule.message)
      ),
      .optional(
        "access",
        .list("Who may reach it, at most \(TwingateSpec.maximumAccess) entries.", of: TwingateSpec.Access.schema)
          .items(0...TwingateSpec.maximumAccess)
      ),
    ]
  )
}

extension TwingateSpec.Ports: SchemaDescribing {
  static let orderRule = Schema.Rule(
    "!self.matches('\(Lexical.twoPorts)') || int(self.split('-')[0]) <= int(self.split('-')[1])",
    "a range of ports begins with the smaller one: 80-443, not 443-80"
  )
  static let allRule = Schema.Rule(
    "(!has(self.tcp) || self.tcp.size() <= 1 || !self.tcp.exists(port, port == '*')) && "
      + "(!has(self.udp) || self.udp.size() <= 1 || !self.udp.exists(port, port == '*'))",
    "ports: '*' stands for all ports, so give it alone"
  )
  private static func list(_ protocolName: String) -> Schema {
    .list(
      "\(protocolName) ports. Left out or empty: none.",
      of: Schema.string("A port, a range such as 8000-8010, or '*' alone for all.").length(1...11)
        .matching(Lexical.portRangeOrAll).rule(orderRule.expression, orderRule.message)
    ).items(0...TwingateSpec.maximumPorts)
  }
  public static let schema = Schema.object(
    "The ports that are open. Every port that is left out is closed.",
    [
      .optional("tcp", list("TCP")),
      .optional("udp", list("UDP")),
      .optional("icmp", .boolean("Whether ICMP (ping) is let through. Default: false.")),
    ]
  ).rule(allRule.expression, allRule.message)
}
