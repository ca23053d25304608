internal import Foundations
internal import Kubernetes

/// The parts that every kind's schema has.
extension Schema {
  static func resource(_ description: String, spec: Schema, status: Schema) -> Schema {
    Schema.object(
      description,
      [
        .optional("apiVersion", .string("Version of the schema that this object is written in.")),
        .optional("kind", .string("Kind of this object.")),
        .optional("metadata", Schema(.object([]), "")),
        .required("spec", spec),
        .optional("status", status),
      ]
    )
  }

  static let observedGeneration = Schema.integer64(
    "Generation of the spec that this status speaks of; -1 before the operator has seen the object."
  )
  static func reachedGeneration(of noun: String) -> Schema {
    .integer64("The last generation of the spec that the \(noun) matched in full; what differs afterwards is drift.")
  }
  static let cloudObjects = Schema.map(
    "Id of every object in the cloud that was made, by its role.",
    of: .string("One id.").length(0...512)
  ).properties(atMost: 256).atomic
  static let lastHandledReconcileAt = Schema.string(
    "The last value of the annotation reconcile.fluxcd.io/requestedAt that was acted on."
  ).length(0...256)
  static let plan = Schema.list(
    """
    What would be done, in order, while the annotation cloudlinker.dev/reconcile has the value plan. Nothing is \
    changed until it is removed.
    """,
    of: Schema.string("One action.").length(0...1024)
  ).items(0...256)

  /// metav1.Condition, with Kubernetes' own documentation.
  static let conditions = Schema.list(
    "The state of each part. Ready sums up the others; the messages say what to do.",
    of: .object(
      "One aspect of the object's state.",
      [
        .required("type", .string("What the condition is about, for example Ready.").length(1...316)),
        .required("status", .string("Whether it holds.").oneOf(["True", "False", "Unknown"])),
        .required(
          "reason",
          .string("Why, in one word from a fixed list, for programs.").length(1...1024)
            .matching("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")
        ),
        .required("message", .string("Why, and what to do, for people.").length(0...32_768)),
        .required("lastTransitionTime", .timestamp("When status last changed.")),
        .optional(
          "observedGeneration",
          Schema.integer64("Generation of the spec that the condition speaks of.").minimum(0)
        ),
      ]
    ),
    .map(keys: ["type"])
  )
}

extension JSONValue {
  /// Shows from an object's first moment that the operator has not seen it yet, without a write: tools take an object
  /// without conditions for one that is ready.
  static let statusDefault: JSONValue = [
    "observedGeneration": -1,
    "conditions": [
      [
        "type": .string(ConditionType.ready.rawValue),
        "status": "Unknown",
        "reason": .string(Reason.pending.rawValue),
        "message": "Waiting for the operator",
        "lastTransitionTime": .string(Timestamp(seconds: 0).description),
      ]
    ],
  ]
}
