internal import Foundations

extension TwingateSpec: SchemaDescribing {
  static let nameLength = 1...128
  static let keyLength = 1...128
  static let connectorRange = 1...8
  static let maximumPorts = 32
  static let maximumAccess = 32
  static let maximumTags = 60
  static let maximumMembers = 256

  private static func backbone(_ spec: String) -> String {
    "(has(\(spec).connectors) && has(\(spec).connectors.backboneRef) ? \(spec).connectors.backboneRef.name : '')"
  }
  static let backboneRule = Schema.Rule(
    "\(backbone("self")) == \(backbone("oldSelf"))",
    """
    connectors.backboneRef cannot be changed: create another VPNConnection, with another remoteNetwork.name while both \
    exist
    """
  )

  static let keySecretRule = Schema.Rule(
    "!has(self.serviceAccounts) || self.serviceAccounts.all(account, account.keySecret != self.apiTokenSecretRef.name && "
      + "self.serviceAccounts.exists_one(other, other.keySecret == account.keySecret))",
    "serviceAccounts[].keySecret: each account needs a Secret of its own, which is not that of the API token"
  )

  public static let schema = Schema.object(
    """
    How people and programs reach what is inside this environment: the operator runs connectors, and keeps resources and \
    who may reach them at Twingate as they are written here.
    """,
    [
      .required(
        "network",
        .string(
          "Name of your network at Twingate: acme for acme.twingate.com. Cannot be changed once something is made there."
        ).length(1...63).matching(Lexical.dnsLabel)
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
          "The resources, at most \(maximumResources). The operator deletes one at Twingate when it leaves the list.",
          of: Resource.schema,
          .map(keys: ["name"])
        ).items(0...maximumResources)
      ),
      .optional(
        "foreignAccess",
        .enumeration(
          """
          The treatment of access to these resources that somebody granted in the console. Remove (the default): the \
          operator removes it. Keep: it stays.
          """,
          ForeignAccess.self
        )
      ),
      .optional("expose", Expose.schema),
      .optional(
        "groups",
        .list(
          "Groups that the operator makes at Twingate, and deletes with this object.",
          of: Group.schema,
          .map(keys: ["name"])
        ).items(0...maximumGroups)
      ),
      .optional(
        "serviceAccounts",
        .list(
          """
          Service accounts that the operator makes at Twingate, and deletes with this object, with one key each. Twingate \
          charges a licence for each.
          """,
          of: ServiceAccount.schema,
          .map(keys: ["name"])
        ).items(0...maximumServiceAccounts)
      ),
      .optional(
        "deletionPolicy",
        .enumeration(
          """
          What happens to everything at Twingate when this object is deleted. Delete (the default): it is deleted. Retain: \
          it stays, and only the connectors' pods go.
          """,
          DeletionPolicy.self
        )
      ),
    ]
  ).rule(backboneRule.expression, backboneRule.message).rule(keySecretRule.expression, keySecretRule.message)
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
