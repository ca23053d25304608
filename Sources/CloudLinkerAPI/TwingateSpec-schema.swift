internal import Foundations

extension TwingateSpec: SchemaDescribing {
  static let nameLength = 1...128
  static let keyLength = 1...128
  static let connectorRange = 1...8
  static let maximumPorts = 32
  static let maximumAccess = 32
  static let maximumTags = 60
  static let maximumMembers = 256

  public static let schema = Schema.object(
    """
    How people and programs reach what is inside this environment: the operator runs connectors, and keeps resources and \
    who may reach them at Twingate as they are written here.
    """,
    [
      .required(
        "network",
        .string("Name of your network at Twingate: acme for acme.twingate.com.").length(1...63).matching(
          Lexical.dnsLabel
        )
      ),
      .required(
        "apiTokenSecretRef",
        SecretKeyReference.schema.described(
          """
          The Secret with an API token of level Read, Write & Provision, made in Twingate's console; key token unless said \
          otherwise. The level is needed to make the connectors' own tokens.
          """
        )
      ),
      .optional("remoteNetwork", RemoteNetwork.schema),
      .optional("connectors", Connectors.schema),
      .optional(
        "resources",
        .list(
          "What can be reached, at most \(maximumResources). A resource that leaves the list is deleted at Twingate.",
          of: Resource.schema,
          .map(keys: ["name"])
        ).items(0...maximumResources)
      ),
      .optional(
        "foreignAccess",
        .enumeration(
          """
          What happens to access to these resources that somebody granted in the console. Remove (the default): it is taken \
          away. Keep: it stays.
          """,
          ForeignAccess.self
        )
      ),
      .optional(
        "groups",
        .list(
          "Groups that the operator makes at Twingate, and deletes with this object.",
          of: Group.schema,
          .map(keys: ["name"])
        ).items(0...maximumGroups)
      ),
      .optional(
        "deletionPolicy",
        .enumeration(
          """
          What becomes of everything at Twingate when this object is deleted. Delete (the default): it is deleted. Retain: \
          it stays, and only the connectors' pods go.
          """,
          DeletionPolicy.self
        )
      ),
    ]
  )
}

extension TwingateSpec.RemoteNetwork: SchemaDescribing {
  public static let schema = Schema.object(
    "The remote network at Twingate that holds the connectors and resources. Left out: one is made.",
    [
      .optional(
        "name",
        .string("Its name, unique in the network at Twingate. Left out: that of this namespace.")
          .length(TwingateSpec.nameLength)
      ),
      .optional(
        "adopt",
        .boolean(
          """
          true: use the remote network of that name that is there, which is never changed or deleted then. Default: false, \
          and one that somebody else made is refused.
          """
        )
      ),
    ]
  )
}

extension TwingateSpec.Connectors: SchemaDescribing {
  static let labelRule = Schema.Rule(
    "self.all(key, key.matches('^[A-Z][A-Z0-9_]{0,62}$'))",
    "labels: a name has capital letters, digits and '_', such as REGION, because it becomes TWINGATE_LABEL_REGION"
  )
  public static let schema = Schema.object(
    "The connectors: each is a pod of its own in the namespace for gateways, and they share the load by themselves.",
    [
      .optional(
        "count",
        .integer(
          "How many. Default: \(defaultCount), so that one can be updated while the other serves.",
          in: TwingateSpec.connectorRange
        )
      ),
      .optional(
        "image",
        .string(
          """
          Their image, one that the cluster's owner allows with --allowed-connector-image. Default: \(defaultImage). \
          Twingate refuses connectors that are too old.
          """
        ).length(1...255).matching(Lexical.image)
      ),
      .optional(
        "logLevel",
        .integer("How much they log: -1 nothing, 3 errors (the default), 7 everything.", in: -1...7)
      ),
      .optional("logAnalytics", .boolean("true: they log each connection to a resource as JSON. Default: false.")),
      .optional(
        "notifyWhenOffline",
        .boolean("Whether Twingate tells the network's administrators when one is offline. Default: true.")
      ),
      .optional(
        "labels",
        .map("Labels that Twingate's console shows, by name, such as REGION.", of: .string("A value.").length(0...63))
          .properties(atMost: 16).rule(labelRule.expression, labelRule.message)
      ),
    ]
  )
}

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
    "What the resource lets through. Whatever is left out is closed.",
    [
      .optional("tcp", list("TCP")),
      .optional("udp", list("UDP")),
      .optional("icmp", .boolean("Whether ICMP (ping) is let through. Default: false.")),
    ]
  ).rule(allRule.expression, allRule.message)
}

extension TwingateSpec.AccessPolicy: SchemaDescribing {
  static let durationRule = Schema.Rule(
    "self.mode == 'Manual' ? !has(self.duration) : self.mode != 'AutoLock' || has(self.duration)",
    "accessPolicy.duration is required with mode AutoLock, and not allowed with mode Manual"
  )
  static let hours = 1...8760
  public static let schema = Schema.object(
    "How access ends and begins again. Left out: as the network has it.",
    [
      .required(
        "mode",
        .enumeration(
          """
          Manual: access stays until it is taken away. AutoLock: it locks when it was not used for the duration. \
          AccessRequest: people ask for it, for the duration.
          """,
          Mode.self
        )
      ),
      .optional(
        "duration",
        .string("In hours: 720h. From 1h to 8760h, a year.").length(2...5).matching(Lexical.hours)
      ),
      .optional(
        "approval",
        .enumeration(
          "Whether an administrator lets people in again (Manual), or they themselves (Automatic).",
          Approval.self
        )
      ),
    ]
  ).rule(durationRule.expression, durationRule.message)
}

extension TwingateSpec.Access: SchemaDescribing {
  static let principalRule = Schema.Rule(
    "has(self.group) != has(self.serviceAccount)",
    "access: an entry names either a group or a serviceAccount"
  )
  static let serviceAccountRule = Schema.Rule(
    "!has(self.serviceAccount) || !has(self.expiresAt) && !has(self.securityPolicy)",
    "access: a serviceAccount takes neither expiresAt nor securityPolicy"
  )
  public static let schema = Schema.object(
    "One group or service account that may reach the resource.",
    [
      .optional("group", .string("Name or id of a group.").length(TwingateSpec.nameLength)),
      .optional("serviceAccount", .string("Name or id of a service account.").length(TwingateSpec.nameLength)),
      .optional(
        "expiresAt",
        .timestamp("When the access ends by itself: 1 hour to 1 year ahead when it is granted. Groups only.").length(
          20...40
        )
      ),
      .optional(
        "securityPolicy",
        .string("Another policy for this group, by name or id. Left out: the resource's.").length(
          TwingateSpec.nameLength
        )
      ),
    ]
  ).rule(principalRule.expression, principalRule.message)
    .rule(serviceAccountRule.expression, serviceAccountRule.message)
}

extension TwingateSpec.Group: SchemaDescribing {
  public static let schema = Schema.object(
    "One group.",
    [
      .required("name", .string("Its name.").length(TwingateSpec.nameLength)),
      .optional(
        "members",
        .list(
          "E-mail addresses of its members, of people that Twingate knows. Left out: the members are left alone.",
          of: Schema.string("An e-mail address.").length(3...254).matching(Lexical.email),
          .set
        ).items(0...TwingateSpec.maximumMembers)
      ),
    ]
  )
}
