public import Kubernetes

extension GatewayClass: SchemaDescribing {
  static let maximumEntries = 64
  static let maximumTolerations = 16
  static let maximumPullSecrets = 8

  public static let schema = Schema.object(
    "How gateway pods run.",
    [
      .optional(
        "image",
        .string("Image of the gateway. Default: the one that belongs to the operator's version.").length(1...512)
      ),
      .optional(
        "imagePullSecrets",
        .list(
          "Secrets, in the namespace for gateways, to pull the image with.",
          of: .object("A Secret.", [.required("name", .secretName.described("Name of the Secret."))]),
          .map(keys: ["name"])
        ).items(0...maximumPullSecrets)
      ),
      .optional(
        "labels",
        .map("More labels for the pods.", of: .labelValue("The label's value.")).properties(atMost: maximumEntries)
      ),
      .optional(
        "annotations",
        .map("More annotations for the pods.", of: .string("The annotation's value.").length(0...4096))
          .properties(atMost: maximumEntries)
      ),
      .optional(
        "nodeSelector",
        .map("Labels that a node must have, besides the tunnel's zone.", of: .labelValue("The label's value."))
          .properties(atMost: maximumEntries)
      ),
      .optional(
        "tolerations",
        .list("Taints that the pods tolerate.", of: Toleration.schema).items(0...maximumTolerations)
      ),
      .optional(
        "affinity",
        .anyObject("Affinity, as in a Pod's spec.affinity. Default: a connection's tunnels apart, by node and zone.")
      ),
      .optional("priorityClassName", .string("PriorityClass of the pods.").length(1...253)),
      .optional("security", Security.schema),
      .optional("resources", ResourceRequirements.schema),
      .optional(
        "connectorResources",
        ResourceRequirements.schema.described(
          "What each connector of a VPNConnection of type Twingate gets. Default: requests of 50m CPU and 200Mi, limit 1Gi."
        )
      ),
      .optional(
        "maximumResources",
        .map(
          "The most that a connection may ask for, by resource name.",
          of: .intOrString("A quantity, for example 2 or 512Mi.")
        ).properties(atMost: maximumEntries)
      ),
      .optional(
        "maximumDrainSeconds",
        .integer(
          """
          The most that a connection may ask for as gateway.drainSeconds. One that asks for nothing gets the default of \
          \(GatewaySpec.defaultDrainSeconds), or this if it is less. A draining gateway holds up a node that is drained.
          """,
          in: GatewaySpec.drainRange
        )
      ),
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

extension GatewayClass.Security: SchemaDescribing {
  public static let schema = Schema.object(
    "Confinement of the pods, beyond what every gateway has: one capability, NET_ADMIN, and the device /dev/net/tun.",
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
  /// `Unconfined` is missing on purpose: nothing in a gateway needs it.
  static let types = ["RuntimeDefault", "Localhost"]
  public static let schema = Schema.object(
    "System calls that the gateway may make. Default: RuntimeDefault.",
    [
      .required("type", .string("The kind of profile.").oneOf(types)),
      .optional(
        "localhostProfile",
        .string("Path of the profile on the node, below the kubelet's seccomp folder.").length(1...512)
      ),
    ]
  )
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
