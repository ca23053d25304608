internal import Foundations
internal import Kubernetes

extension PortForward: SchemaDescribing {
  public static let schema = Schema.resource(
    """
    A PortForward makes ports of a VPNConnection's Service lead through the tunnel to hosts behind it: vpn:33000 to \
    192.168.100.30:8080. Changing it touches neither the tunnel nor connections through other ports.
    """,
    spec: PortForwardSpec.schema,
    status: PortForwardStatus.schema
  )

  public static let definition = CustomResourceDefinition(
    resourceType: resourceType,
    singular: "portforward",
    shortNames: ["pf"],
    columns: [
      .ready("Whether the ports are in force."),
      .init("Ports", ".status.portCount", "Number of ports.", type: "integer"),
      .init("Address", ".status.address", "Host by which pods of this namespace reach the ports."),
      .reason,
      .message,
      .age,
    ],
    schema: schema
  )
}

extension PortForwardSpec: SchemaDescribing {
  static let portRange = 1...65_535
  /// Searches one list of numbers natively. Nested loops over the ports would exceed the cost limit of 1,000,000 for
  /// one rule at 256 ports; this form does so at 700, and takes 0.1 s at 512.
  static let uniquePortsRule = Schema.Rule(
    "[self.map(port, port.port * 2 + (port.protocol == 'UDP' ? 1 : 0))].all(keys, "
      + "keys.all(key, keys.indexOf(key) == keys.lastIndexOf(key)))",
    "two ports have the same port and protocol: change one of them"
  )

  public static let schema = Schema.object(
    "The desired state.",
    [
      .required(
        "vpnConnectionRef",
        .object(
          "The connection whose Service offers the ports.",
          [
            .required(
              "name",
              .string("Name of a VPNConnection in this namespace.").length(1...63).matching(Lexical.dnsSubdomain)
            )
          ]
        )
      ),
      .required(
        "ports",
        .list(
          """
          The ports, 1 to \(maximumPorts); a connection may have any number of PortForwards. Of two PortForwards that \
          want one port the older keeps it.
          """,
          of: Port.schema,
          .map(keys: ["name"])
        ).items(1...maximumPorts).rule(uniquePortsRule.expression, uniquePortsRule.message)
      ),
      .optional("suspend", .boolean("true: withdraw the ports, and keep the object. Default: false.")),
    ]
  )
}

extension PortForwardSpec.Port: SchemaDescribing {
  private static let gatewayPorts = PortForwardSpec.gatewayPorts.map(String.init)
  static let gatewayPortRule = Schema.Rule(
    gatewayPorts.map { "self != \($0)" }.joined(separator: " && "),
    "\(gatewayPorts.joined(separator: " and ")) are the gateway's own ports: choose another"
  )
  public static let schema = Schema.object(
    "One port of the Service and the host it leads to.",
    [
      .required(
        "name",
        .string("Name of the port within this PortForward.").length(1...63).matching(Lexical.dnsLabel)
      ),
      .required(
        "port",
        .integer(
          """
          Port of the connection's Service, 1 to 65535: clients connect to vpn:<port>. \
          \(gatewayPorts.joined(separator: " and ")) are the gateway's own.
          """,
          in: PortForwardSpec.portRange
        ).rule(gatewayPortRule.expression, gatewayPortRule.message)
      ),
      .optional(
        "protocol",
        .enumeration("TCP or UDP.", TransportName.self)
          .defaulting(to: .string(TransportName.tcp.rawValue))
      ),
      .required("target", PortForwardSpec.Target.schema),
    ]
  )
}

extension PortForwardSpec.Target: SchemaDescribing {
  static let hostRule = Schema.Rule(
    "self.matches('\(Lexical.ipv4OrDNSName)')",
    "must be an IPv4 address or a DNS name (IPv6 is not supported)"
  )
  static let dnsSpellingRule = Schema.Rule(
    "self.matches('\(Lexical.ipv4)')",
    "must be the IPv4 address of a DNS server behind the tunnel"
  )
  static let dnsRule = Schema.Rule(
    "self.host.matches('\(Lexical.ipv4)') != has(self.dns)",
    "dns is required when host is a name, and not allowed when it is an address"
  )
  public static let schema = Schema.object(
    "The host behind the tunnel.",
    [
      .required(
        "host",
        .string("Its IPv4 address, in one of the connection's remoteNetworks, or its DNS name (then dns is required).")
          .length(1...253).rule(hostRule.expression, hostRule.message)
      ),
      .required("port", .integer("Its port, 1 to 65535.", in: PortForwardSpec.portRange)),
      .optional(
        "dns",
        .string(
          """
          IPv4 address, in one of the remoteNetworks, of the DNS server behind the tunnel that knows host. It is asked \
          through the tunnel, again whenever its answer expires.
          """
        ).length(7...15).rule(dnsSpellingRule.expression, dnsSpellingRule.message)
      ),
    ]
  ).rule(dnsRule.expression, dnsRule.message)
}

extension PortForwardStatus: SchemaDescribing {
  public static let schema = Schema.object(
    "The observed state. Only the operator writes it.",
    [
      .optional("observedGeneration", .observedGeneration),
      .optional("conditions", .conditions),
      .optional("lastHandledReconcileAt", .lastHandledReconcileAt),
      .optional(
        "address",
        .string("Host by which pods of this namespace reach the ports, for example vpn.production.").length(0...253)
      ),
      .optional("portCount", .integer("Number of ports in the spec.")),
      .optional(
        "ports",
        .list("Each port.", of: Port.schema).items(0...PortForwardSpec.maximumPorts)
      ),
      .optional("plan", .plan),
    ]
  ).defaulting(to: .statusDefault)
}

extension PortForwardStatus.Port: SchemaDescribing {
  public static let schema = Schema.object(
    "State of one port.",
    [
      .required("name", .string("The port's name.").length(1...63)),
      .required("port", .integer("Port of the connection's Service.")),
      .required("protocol", .enumeration("TCP or UDP.", TransportName.self)),
      .required(
        "state",
        .enumeration(
          """
          Reachable: the target took a connection through the tunnel. Unreachable: it did not; see lastError. \
          Unknown: not tried yet, or UDP, where silence means nothing.
          """,
          PortForwardStatus.Reachability.self
        )
      ),
      .optional("since", .timestamp("When it came into this state.")),
      .optional("lastError", .string("The last error: what happened, and what to do.").length(0...1024)),
      .optional(
        "targetAddress",
        .string("Address and port that connections are sent to, the target's name resolved.").length(0...261)
      ),
    ]
  )
}
