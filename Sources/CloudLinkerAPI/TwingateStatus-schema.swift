internal import Foundations

extension TwingateStatus: SchemaDescribing {
  public static let schema = Schema.object(
    "The objects at Twingate, and the connectors that run.",
    [
      .optional("url", .string("Where your network at Twingate is.").length(0...300)),
      .optional("remoteNetwork", RemoteNetwork.schema.atomic),
      .optional("connectorsAlive", .string("Connectors that Twingate hears, of all, for example 2/2.").length(0...16)),
      .optional("connectors", .list("Each connector.", of: Connector.schema).items(0...16)),
      .optional("resources", Resources.schema.atomic),
      .optional(
        "problems",
        .list("The parts of the spec that are not carried out, and why.", of: Problem.schema).items(0...64)
      ),
      .optional("ledger", Ledger.schema.atomic),
    ]
  )
}

extension TwingateStatus.RemoteNetwork: SchemaDescribing {
  public static let schema = Schema.object(
    "The remote network.",
    [
      .required("id", .string("Its id at Twingate.").length(0...256)),
      .required("name", .string("Its name.").length(0...256)),
      .required("adopted", .boolean("Whether it was there before, so that it stays when this object is deleted.")),
    ]
  )
}

extension TwingateStatus.Connector: SchemaDescribing {
  public static let schema = Schema.object(
    "State of one connector.",
    [
      .required("name", .string("Its name at Twingate.").length(0...63)),
      .optional("id", .string("Its id at Twingate.").length(0...256)),
      .optional(
        "state",
        .string("What Twingate says of it: ALIVE, or DEAD_ and why, for example DEAD_NO_HEARTBEAT.").length(0...64)
      ),
      .optional("version", .string("Version of the connector's program.").length(0...64)),
      .optional("lastHeartbeat", .timestamp("When Twingate last heard from it, for a connector that is not alive.")),
      .optional(
        "addresses",
        .list("Its addresses in the network.", of: .string("One address.").length(0...45)).items(0...16)
      ),
      .optional(
        "host",
        .string("Name of its pod, in the namespace for gateways, or id of its machine.").length(0...253)
      ),
      .optional("zone", .string("The zone of its machine.").length(0...63)),
      .optional("reason", .string("Why it is not alive, for example GatewayImageUnavailable.").length(0...64)),
      .optional("lastError", .string("Why it is not alive, and what to do.").length(0...1024)),
    ]
  )
}

extension TwingateStatus.Resources: SchemaDescribing {
  public static let schema = Schema.object(
    "How many resources there are.",
    [
      .required("wanted", .integer("Resources that the spec asks for.")),
      .required("ready", .integer("Resources that are as specified, with everybody who may reach them.")),
      .required("refused", .integer("Number of resources that cannot be carried out in full; problems says why.")),
    ]
  )
}

extension TwingateStatus.Problem: SchemaDescribing {
  public static let schema = Schema.object(
    "One problem.",
    [
      .required("origin", .string("The part: spec/NAME is a resource, spec the whole.").length(0...256)),
      .required("reason", .string("Why, in one word from a fixed list.").length(0...64)),
      .required("message", .string("Why, and what to do.").length(0...1024)),
    ]
  )
}

extension TwingateStatus.Ledger: SchemaDescribing {
  private static func map(_ description: String) -> Schema {
    // The access granted on a resource is a list of up to 32 ids.
    .map(description, of: .string("Ids or a digest.").length(0...4096)).properties(atMost: 1024).atomic
  }
  public static let schema = Schema.object(
    "What the operator remembers for its next pass. Not for other programs.",
    [
      .required("version", .integer("The format.")),
      .required("cluster", .string("The mark of this cluster in the tags of resources.").length(0...64)),
      .optional("ids", map("Id of every object at Twingate that was made, by its role.")),
      .optional("operations", map("Objects that are about to be made, by role.")),
      .optional("settled", map("Settings that were once as specified, so that a difference is drift.")),
    ]
  )
}
