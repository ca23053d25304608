public import Kubernetes

extension GatewaySpec: SchemaDescribing {
  static let maximumEntries = 64
  static let maximumTolerations = 16
  static let maximumPullSecrets = 8
  static let reservedKeyRule = Schema.Rule(
    "self.all(key, !key.startsWith('cloudlinker.dev/'))",
    "keys that begin with cloudlinker.dev/ are the operator's own: choose another"
  )

  public static let schema = Schema.object(
    """
    How the gateway pods are run. They run in the operator's namespace for gateways, not in this one, and whoever \
    installed the operator may restrict what can be chosen here.
    """,
    [
      .optional(
        "image",
        .string("Image of the gateway. Default: the one that belongs to the operator's version.")
          .length(1...512).matching("^[^ \\t\\r\\n]+$")
      ),
      .optional(
        "imagePullSecrets",
        .list(
          "Secrets, in the namespace for gateways, to pull the image with.",
          of: .object("A Secret.", [.required("name", .secretName.described("Name of the Secret."))]),
          .map(keys: ["name"])
        ).items(0...maximumPullSecrets)
      ),
      .optional("resources", ResourceRequirements.schema),
      .optional(
        "nodeSelector",
        .map(
          "Labels that a node must have to run the gateways, besides the tunnel's zone.",
          of: .labelValue("The label's value.")
        ).properties(atMost: maximumEntries)
      ),
      .optional(
        "tolerations",
        .list("Taints that the gateways tolerate.", of: Toleration.schema).items(0...maximumTolerations)
      ),
      .optional(
        "affinity",
        .anyObject(
          "Affinity of the gateways' pods, as in a Pod's spec.affinity. Default: tunnels apart, by node and zone."
        )
      ),
      .optional(
        "priorityClassName",
        .string("PriorityClass of the gateways' pods.").length(1...253).matching(Lexical.dnsSubdomain)
      ),
      .optional("security", Security.schema),
      .optional(
        "labels",
        .map("More labels for the gateways' pods.", of: .labelValue("The label's value."))
          .properties(atMost: maximumEntries).rule(reservedKeyRule.expression, reservedKeyRule.message)
      ),
      .optional(
        "annotations",
        .map("More annotations for the gateways' pods.", of: .string("The annotation's value.").length(0...4096))
          .properties(atMost: maximumEntries).rule(reservedKeyRule.expression, reservedKeyRule.message)
      ),
    ]
  )
}

extension ResourceRequirements: SchemaDescribing {
  private static func amounts(_ description: String) -> Schema {
    Schema.map(
      description,
      of: Schema.intOrString("A quantity, for example 100m or 64Mi.").matching(Lexical.quantity)
    ).properties(atMost: GatewaySpec.maximumEntries)
  }
  public static let schema = Schema.object(
    "CPU, memory and devices of one gateway. Default: the operator's.",
    [
      .optional(
        "limits",
        amounts("The most it may use, by resource name; also devices, such as a plugin's /dev/net/tun.")
      ),
      .optional("requests", amounts("What it is sure to get, by resource name.")),
    ]
  )
}

extension Toleration: SchemaDescribing {
  static let operators = ["Exists", "Equal"]
  static let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
  public static let schema = Schema.object(
    "A taint that is tolerated, as in a Pod's spec.tolerations.",
    [
      .optional("key", .string("The taint's key. Left out, with operator Exists: every taint.").length(0...317)),
      .optional("operator", .string("Whether the value counts. Default: Equal.").oneOf(operators)),
      .optional("value", .labelValue("The taint's value, with operator Equal.")),
      .optional("effect", .string("The taint's effect. Left out: every effect.").oneOf(effects)),
      .optional("tolerationSeconds", .integer64("With NoExecute: seconds that the pod stays. Left out: for ever.")),
    ]
  )
}

extension GatewaySpec.Security: SchemaDescribing {
  public static let schema = Schema.object(
    """
    What may be chosen of the gateways' security. Capabilities and devices are not among it: the gateway has NET_ADMIN \
    and /dev/net/tun, and no more.
    """,
    [
      .optional(
        "hostUsers",
        .boolean("false: run in a user namespace, where root is nobody on the node (Kubernetes 1.33). Default: true.")
      ),
      .optional("seccompProfile", SecurityContext.SeccompProfile.schema),
      .optional("seLinuxOptions", SecurityContext.SELinuxOptions.schema),
    ]
  )
}

extension SecurityContext.SeccompProfile: SchemaDescribing {
  static let types = ["RuntimeDefault", "Localhost", "Unconfined"]
  static let localhostRule = Schema.Rule(
    "(self.type == 'Localhost') == has(self.localhostProfile)",
    "localhostProfile goes with type Localhost, and only with it"
  )
  public static let schema = Schema.object(
    "System calls that the gateway may make. Default: RuntimeDefault.",
    [
      .required("type", .string("Which profile.").oneOf(types)),
      .optional(
        "localhostProfile",
        .string("Path of the profile on the node, below the kubelet's seccomp folder.").length(1...512)
      ),
    ]
  ).rule(localhostRule.expression, localhostRule.message)
}

extension SecurityContext.SELinuxOptions: SchemaDescribing {
  public static let schema = Schema.object(
    "SELinux label of the gateway's processes, on nodes that have SELinux.",
    [
      .optional("user", .string("SELinux user.").length(1...256)),
      .optional("role", .string("SELinux role.").length(1...256)),
      .optional("type", .string("SELinux type.").length(1...256)),
      .optional("level", .string("SELinux level.").length(1...256)),
    ]
  )
}

extension Schema {
  static func labelValue(_ description: String) -> Schema {
    Schema.string(description).length(0...63).matching(Lexical.labelValue)
  }
}
