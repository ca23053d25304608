internal import Foundations

extension VPNConnectionStatus: SchemaDescribing {
  public static let schema = Schema.object(
    "The observed state. Only the operator writes it.",
    [
      .optional("observedGeneration", .observedGeneration),
      .optional("conditions", .conditions),
      .optional("lastHandledReconcileAt", .lastHandledReconcileAt),
      .optional("tunnelsReady", .string("Tunnels that carry traffic, of all, for example 2/2.").length(0...16)),
      .optional("connectedTunnels", .integer("Number of tunnels that carry traffic.")),
      .optional(
        "tunnels",
        .list("Each tunnel.", of: Tunnel.schema).items(0...64)
      ),
      .optional("serviceName", .string("Name of the Service. With type Twingate there is none.").length(0...63)),
      .optional(
        "serviceHost",
        .string("Name by which pods reach the forwards, for example vpn.production.svc.").length(0...253)
      ),
      .optional("portCount", .integer("Ports that the Service offers, those of all PortForwards together.")),
      .optional("twingate", TwingateStatus.schema.atomic),
      .optional("plan", .plan),
      .optional(
        "notices",
        .list(
          "What the nodes lack, what the gateways do instead, and which parts of a profile have no effect.",
          of: Schema.string("One notice.").length(0...1024)
        ).items(0...64)
      ),
    ]
  ).defaulting(to: .statusDefault)
}

extension VPNConnectionStatus.Tunnel: SchemaDescribing {
  public static let schema = Schema.object(
    "State of one tunnel.",
    [
      .required("name", .string("The tunnel's name.").length(1...63)),
      .required(
        "state",
        .enumeration(
          """
          Connected: traffic crosses it. Connecting: shaking hands, or not yet proven by a probe. Failed: see reason \
          and lastError; it is tried again by itself. Disconnected: suspended, or no gateway runs. Unknown: its gateway \
          has not been heard for so long that it may carry traffic or not. Draining: its gateway keeps established \
          connections only, and another has not started yet.
          """,
          VPNConnectionStatus.TunnelState.self
        )
      ),
      .optional("server", .string("Address of the server that the gateway talks to.").length(0...261)),
      .optional("zone", .string("Zone that the tunnel is to be in.").length(0...63)),
      .optional(
        "virtualIP",
        .string("Address of the gateway in the tunnel: given by the server, or its localAddress.").length(0...45)
      ),
      .optional("since", .timestamp("When it came into this state.")),
      .optional("reason", .string("Kind of the last error, for example AuthenticationFailed.").length(0...64)),
      .optional("lastError", .string("The last error: what happened, and what to do.").length(0...4096)),
      .optional(
        "bytesReceived",
        .integer64("Bytes that came through the tunnel. Up to date in the gateway's metrics, here only now and then.")
      ),
      .optional(
        "bytesSent",
        .integer64("Bytes that went through the tunnel. Up to date in the gateway's metrics, here only now and then.")
      ),
      .optional(
        "maximumSegmentSize",
        .integer("Bytes of data in a TCP segment through the tunnel: the gateway's choice, or the spec's value.")
      ),
      .optional("gateway", .string("Name of the gateway's pod, in the namespace for gateways.").length(0...253)),
      .optional(
        "draining",
        .list(
          "Gateways that were replaced and keep their established connections until these end.",
          of: VPNConnectionStatus.DrainingGateway.schema
        ).items(0...16)
      ),
    ]
  )
}

extension VPNConnectionStatus.DrainingGateway: SchemaDescribing {
  public static let schema = Schema.object(
    "A gateway that takes no new connections and ends when it has none left.",
    [
      .required("gateway", .string("Name of its pod, in the namespace for gateways.").length(0...253)),
      .optional("connections", .integer("Established TCP connections through it, counted every 5 seconds.")),
      .required("until", .timestamp("When it ends at the latest.")),
    ]
  )
}
