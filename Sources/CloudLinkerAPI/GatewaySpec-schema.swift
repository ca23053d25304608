internal import Foundations
public import Kubernetes

extension GatewaySpec: SchemaDescribing {
  public static let schema = Schema.object(
    """
    How the gateway pods are run: a class that the cluster's owner offers, and resources within that class's ceiling. \
    The pods run in the operator's namespace for gateways, not in this one.
    """,
    [
      .optional(
        "className",
        .string("Name of the gateway class. Ask the cluster's owner which classes there are.")
          .length(1...63).matching(Lexical.dnsLabel).defaulting(to: .string(defaultClassName))
      ),
      .optional(
        "resources",
        ResourceRequirements.schema.described(
          """
          CPU and memory of each gateway, instead of the class's. The class sets a ceiling, and a resource without a \
          ceiling cannot be asked for.
          """
        )
      ),
      .optional(
        "maximumSegmentSize",
        .integer(
          """
          Bytes of data in a TCP segment through the tunnel, in both directions. Left out: each gateway chooses what fits \
          the route to its server, at most \(defaultMaximumSegmentSize), and reports it in status.tunnels. Set it if large \
          transfers hang because a network on the way takes smaller packets and does not say so. A value that is too \
          large is used all the same.
          """,
          in: segmentSizeRange
        )
      ),
      .optional(
        "drainSeconds",
        .integer(
          """
          For how long a gateway that is replaced or evicted keeps its established connections, at most. New connections \
          go to other gateways meanwhile, and it ends earlier when no connection is left. 0: it ends at once. The class sets \
          a ceiling. Default: \(defaultDrainSeconds), or the ceiling if that is less. Nobody waits when the connection is suspended or deleted.
          """,
          in: drainRange
        )
      ),
    ]
  )
}

extension ResourceRequirements: SchemaDescribing {
  static let maximumEntries = 64
  private static func amounts(_ description: String) -> Schema {
    Schema.map(
      description,
      of: Schema.intOrString("A quantity, for example 100m or 64Mi.").matching(Lexical.quantity)
    ).properties(atMost: maximumEntries)
  }
  public static let schema = Schema.object(
    "CPU, memory and devices of one gateway.",
    [
      .optional("limits", amounts("The most that it may use, by resource name.")),
      .optional("requests", amounts("The amounts that it is guaranteed to get, by resource name.")),
    ]
  )
}
