internal import Foundations
internal import Kubernetes

extension StoredLedger: SchemaDescribing {
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

extension StoredLedger.Failure: SchemaDescribing {
  public static let schema = Schema.object(
    "Why a write failed, and when it is repeated.",
    [
      .required("refusal", StoredLedger.Refusal.schema.atomic),
      .required("isDeletion", .boolean("Whether it was to delete the object.")),
    ]
  )
}

extension StoredLedger.Refusal: SchemaDescribing {
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
