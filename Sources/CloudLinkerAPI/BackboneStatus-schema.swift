internal import Foundations
internal import Kubernetes

extension BackboneStatus: SchemaDescribing {
  public static let schema = Schema.object(
    "The observed state. Only the operator writes it.",
    [
      .optional("observedGeneration", .observedGeneration),
      .optional("reachedGeneration", .reachedGeneration(of: "network")),
      .optional("conditions", .conditions),
      .optional("lastHandledReconcileAt", .lastHandledReconcileAt),
      .optional("location", Location.schema.atomic),
      .optional(
        "adopted",
        .string(
          "namespace/name/uid of the Backbone that the network was taken over from. Everything in the cloud goes on bearing it."
        ).length(0...512)
      ),
      .optional("networkID", .string("Id of the network in the cloud.").length(0...512)),
      .optional(
        "subnets",
        .list("The private subnets.", of: Subnet.schema).items(0...64)
      ),
      .optional(
        "podRanges",
        .list("Ranges that pods have, or can have.", of: .string("One range.").length(0...18)).items(0...64)
      ),
      .optional("podSubnets", .list("AWS: the subnets of pods.", of: Subnet.schema).items(0...64)),
      .optional(
        "egressAddresses",
        .list("Public addresses that connections from inside come from.", of: .string("One address.").length(0...45))
          .items(0...64)
      ),
      .optional("egress", .string("The addresses in one line.").length(0...1088)),
      .optional(
        "firewallIDs",
        .list("Ids of the firewalls: security groups, rules.", of: .string("One id.").length(0...512)).items(0...64)
      ),
      .optional("objects", .cloudObjects),
      .optional("ledger", StoredLedger.schema.atomic),
      .optional("plan", .plan),
    ]
  ).defaulting(to: .statusDefault)
}

extension BackboneStatus.Subnet: SchemaDescribing {
  public static let schema = Schema.object(
    "One private subnet.",
    [
      .required("name", .string("Its name.").length(1...63)),
      .required("id", .string("Its id in the cloud.").length(0...512)),
      .required("zone", .string("Its zone.").length(0...63)),
      .required("cidr", .string("Its range.").length(0...18)),
      .optional("freeAddresses", .integer("Free addresses, in clouds that report them.")),
    ]
  )
}
