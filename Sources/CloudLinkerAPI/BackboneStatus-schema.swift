internal import Foundations
internal import Kubernetes

extension BackboneStatus: SchemaDescribing {
  public static let schema = Schema.object(
    "The observed state. Only the operator writes it.",
    [
      .optional("observedGeneration", .observedGeneration),
      .optional(
        "reachedGeneration",
        .integer64(
          "The last generation of the spec that the network matched in full; what differs afterwards is drift."
        )
      ),
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
      .optional(
        "objects",
        .map("Id of every object in the cloud that was made, by its role.", of: .string("One id.").length(0...512))
          .properties(atMost: 256).atomic
      ),
      .optional("ledger", StoredLedger.schema.atomic),
      .optional("plan", .plan),
    ]
  ).defaulting(to: .statusDefault)
}

extension BackboneStatus.StoredLedger: SchemaDescribing {
  private static func map(_ description: String) -> Schema {
    .map(description, of: .string("A handle or an id.").length(0...512)).properties(atMost: 256).atomic
  }
  public static let schema = Schema.object(
    "What the operator remembers for its next pass. Not for other programs.",
    [
      .required("version", .integer("The format.")),
      .optional("operations", map("Operations under way in the cloud, by the role of their object.")),
      .optional("settled", map("Settings, such as a route, that were once as specified and have no id of their own.")),
      .optional(
        "fresh",
        .map(
          "When the objects were created that the cloud may not show yet, by role.",
          of: .timestamp("The time of its creation.")
        ).properties(atMost: 256).atomic
      ),
      .optional(
        "refusals",
        .map("Actions that the cloud refused, by their descriptions.", of: Refusal.schema.atomic)
          .properties(atMost: 256).atomic
      ),
      .optional(
        "failures",
        .map(
          "Writes that the cloud accepted and then failed at, by the ids of their objects.",
          of: Failure.schema.atomic
        ).properties(atMost: 256).atomic
      ),
    ]
  )
}

extension BackboneStatus.StoredLedger.Failure: SchemaDescribing {
  public static let schema = Schema.object(
    "Why a write failed, and when it is repeated.",
    [
      .required("refusal", BackboneStatus.StoredLedger.Refusal.schema.atomic),
      .required("isDeletion", .boolean("Whether it was to delete the object.")),
    ]
  )
}

extension BackboneStatus.StoredLedger.Refusal: SchemaDescribing {
  public static let schema = Schema.object(
    "Why an action was refused, and when it is tried again.",
    [
      .required("kind", .string("The kind of the error.").length(0...64)),
      .required("operation", .string("The operation, as the cloud's permissions name it.").length(0...256)),
      .required("code", .string("The cloud's code.").length(0...256)),
      .required("message", .string("The cloud's message.").length(0...2048)),
      .required("count", .integer("How often it was refused in a row.")),
      .required("retryAt", .timestamp("When it is tried again.")),
    ]
  )
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
