internal import Foundations
internal import Kubernetes

extension PrivateClusterSpec.NodePool: SchemaDescribing {
  static let sizeRule = Schema.Rule("self.minSize <= self.maxSize", "maxSize must not be less than minSize")
  static let labelsRule = Schema.Rule(
    // A schema cannot limit the length of a key, so a pattern for it would exceed the cost that a rule may have.
    "self.all(key, key.size() > 0 && !key.startsWith('cloudlinker.dev/'))",
    "must be labels of Kubernetes; those that begin with cloudlinker.dev/ are the operator's"
  )
  /// The longest names in the clouds leave this many characters for a pool's name.
  static let maximumNameLength = 30

  public static let schema = Schema.object(
    "A group of nodes with the same settings.",
    [
      .required(
        "name",
        .string("Its name, which nodes have in label cloudlinker.dev/pool.")
          .length(1...maximumNameLength).matching(Lexical.serviceName)
      ),
      .required(
        "machineType",
        .string("The type of the machines, as the cloud calls it: m6i.large, n2-standard-4, Standard_D4s_v5.")
          .length(1...64).matching(Lexical.clusterMachineType)
      ),
      .required(
        "minSize",
        .integer("The fewest nodes, over all zones.", in: 0...PrivateClusterSpec.maximumNodes)
      ),
      .required(
        "maxSize",
        .integer("The most nodes, over all zones.", in: 1...PrivateClusterSpec.maximumNodes)
      ),
      .optional(
        "diskGiB",
        .integer("Size of a node's disk in GiB. Default: \(defaultDiskGiB).", in: 20...16_384)
      ),
      .optional(
        "zones",
        .list(
          "Zones of the subnets to keep to. Left out: those of the subnets.",
          of: .string("A zone, as the cloud calls it.").length(1...63).matching(Lexical.dnsLabel),
          .set
        ).items(1...BackboneSpec.maximumZones)
      ),
      .optional(
        "labels",
        .map("Labels of the nodes.", of: .string("A label's value.").length(0...63).matching(Lexical.labelValue))
          .properties(atMost: PrivateClusterSpec.maximumLabels).rule(labelsRule.expression, labelsRule.message)
      ),
      .optional(
        "taints",
        .list("Taints of the nodes.", of: PrivateClusterSpec.Taint.schema)
          .items(0...PrivateClusterSpec.maximumLabels)
      ),
      .optional(
        "spot",
        .boolean("true: spot machines, which are cheaper and may be taken away at any time. Default: false.")
      ),
      .optional("upgrade", PrivateClusterSpec.Upgrade.schema),
    ]
  ).rule(sizeRule.expression, sizeRule.message)
}

extension PrivateClusterSpec.Taint: SchemaDescribing {
  public static let schema = Schema.object(
    "A taint.",
    [
      .required("key", .string("Its key.").length(1...63).matching(Lexical.qualifiedName)),
      .optional("value", .string("Its value.").length(0...63).matching(Lexical.labelValue)),
      .required("effect", .enumeration("The effect on pods that do not tolerate the taint.", TaintEffect.self)),
    ]
  )
}

extension PrivateClusterSpec.Upgrade: SchemaDescribing {
  public static let schema = Schema.object(
    "How the operator replaces nodes.",
    [
      .optional("maxUnavailable", .integer("Nodes that are replaced at a time. Default: 1.", in: 1...100)),
      .optional(
        "force",
        .boolean(
          """
          true: nodes whose pods may not be evicted are replaced all the same; their pods are killed. Default: false: the \
          upgrade stops there, and NodePoolsReady says so.
          """
        )
      ),
    ]
  )
}
