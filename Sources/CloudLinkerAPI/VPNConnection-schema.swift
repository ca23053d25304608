internal import Foundations
internal import Kubernetes

extension VPNConnection: SchemaDescribing {
  /// Labels carry the name.
  static let maximumNameLength = 63
  static let nameRule = Schema.Rule(
    "self.metadata.name.size() <= \(maximumNameLength)",
    "metadata.name must have at most \(maximumNameLength) characters"
  )
  public static let schema = Schema.resource(
    """
    A VPNConnection is how this namespace reaches a network behind a VPN server: one gateway pod for each tunnel, and \
    a Service (vpn) in front of all that are ready. PortForwards say which of its ports lead where. With type Twingate it \
    is how people reach what is inside this namespace's cluster.
    """,
    spec: VPNConnectionSpec.schema,
    status: VPNConnectionStatus.schema
  ).rule(nameRule.expression, nameRule.message)

  public static let definition = CustomResourceDefinition(
    resourceType: resourceType,
    singular: "vpnconnection",
    shortNames: ["vpnc"],
    columns: [
      .init("Type", ".spec.type", "How the server is spoken to."),
      .ready("Whether traffic crosses the tunnels."),
      .init("Tunnels", ".status.tunnelsReady", "Tunnels that carry traffic, of all."),
      .init("Connectors", ".status.twingate.connectorsAlive", "Connectors that Twingate hears, of all."),
      .init("Service", ".spec.service.name", "The Service that pods of this namespace talk to."),
      .reason,
      .message,
      .age,
    ],
    schema: schema
  )
}

extension VPNConnectionSpec: SchemaDescribing {
  static let portRange = 1...65_535
  static let maximumAllowedNamespaces = 64

  static let ipsecRule = Schema.Rule(
    "(self.type == 'IPsec') == has(self.ipsec)",
    "ipsec is required with type IPsec, and is only allowed with that type"
  )
  static let openVPNRule = Schema.Rule(
    "(self.type == 'OpenVPN') == has(self.openVPN)",
    "openVPN is required with type OpenVPN, and is only allowed with that type"
  )
  static let twingateRule = Schema.Rule(
    "(self.type == 'Twingate') == has(self.twingate)",
    "twingate is required with type Twingate, and is only allowed with that type"
  )
  static let inwardsRule = Schema.Rule(
    "self.type != 'Twingate' || (!has(self.service) || self.service.name == '\(defaultServiceName)') && "
      + "!has(self.probe) && !has(self.gateway) && !has(self.allowedNamespaces)",
    "service, probe, gateway and allowedNamespaces are not allowed with type Twingate, which only leads inwards"
  )
  /// `IPsec and OpenVPN`.
  public static let gatewayTypes = ConnectionType.allCases.filter(ConnectionType.withGateways.contains).map(\.rawValue)
    .joined(separator: " and ")
  private static let hasGateways =
    "self.type in ["
    + ConnectionType.allCases.filter(ConnectionType.withGateways.contains).map { "'\($0)'" }.joined(separator: ", ")
    + "]"
  static let tunnelsRule = Schema.Rule(
    "(\(hasGateways)) == has(self.tunnels)",
    "tunnels is required with types \(gatewayTypes), and is only allowed with those types"
  )
  static let remoteNetworksRule = Schema.Rule(
    "(\(hasGateways)) == has(self.remoteNetworks)",
    "remoteNetworks is required with types \(gatewayTypes), and is only allowed with those types"
  )
  static let typeRule = Schema.Rule(
    "self.type == oldSelf.type",
    "type cannot be changed: create another VPNConnection, with another service.name while both exist"
  )
  static let remoteIdentityRule = Schema.Rule(
    "self.type == 'IPsec' || !has(self.tunnels) || self.tunnels.all(tunnel, !has(tunnel.remoteIdentity))",
    "tunnels[].remoteIdentity is only allowed when type is IPsec; OpenVPN checks openVPN.serverName"
  )
  static let localAddressRule = Schema.Rule(
    "(has(self.ipsec) && has(self.ipsec.virtualAddress) && self.ipsec.virtualAddress == 'None') || "
      + "!has(self.tunnels) || self.tunnels.all(tunnel, !has(tunnel.localAddress))",
    "tunnels[].localAddress is only allowed when ipsec.virtualAddress is None; otherwise the server gives the address"
  )
  static let networkRule = Schema.Rule(
    "self.matches('\(Lexical.remoteNetwork)')",
    """
    must be an IPv4 network such as 192.168.100.0/24, its prefix 8 to 32 (the default route never goes into the \
    tunnel; IPv6 is not supported)
    """
  )
  static let routableRule = Schema.Rule(
    "!self.matches('\(Lexical.unroutable)')",
    "loopback, link-local, multicast and reserved addresses cannot lie behind a tunnel"
  )
  static let hostBitsRule = Schema.Rule(
    "!self.matches('\(Lexical.remoteNetwork)') || "
      + "\(CEL.ipv4Number("self.split('/')[0]")) % \(CEL.networkSize("self")) == 0",
    "must begin with the network's first address: 192.168.100.0/24, not 192.168.100.5/24; one host is a /32"
  )
  static let probeNetworkRule = Schema.Rule(
    "!has(self.probe) || !has(self.probe.address) || !self.probe.address.matches('\(Lexical.ipv4AndPort)') || "
      + "has(self.remoteNetworks) && self.remoteNetworks.exists(network, network.matches('\(Lexical.remoteNetwork)') && "
      + "\(CEL.ipv4Number("self.probe.address.split(':')[0]")) / \(CEL.networkSize("network")) == "
      + "\(CEL.ipv4Number("network.split('/')[0]")) / \(CEL.networkSize("network")))",
    "probe.address must lie in one of remoteNetworks"
  )

  public static let schema = Schema.object(
    "What is wanted.",
    [
      .required(
        "type",
        .enumeration(
          "How the server is spoken to; the field of that name holds the rest. Cannot be changed.",
          ConnectionType.self
        )
      ),
      .optional("ipsec", IPsecSpec.schema),
      .optional("openVPN", OpenVPNSpec.schema),
      .optional("twingate", TwingateSpec.schema),
      .optional(
        "tunnels",
        .list(
          """
          The VPN servers, 1 to \(maximumTunnels); required with types \(gatewayTypes). Each is a tunnel of its own with a gateway pod of its own; all that \
          are ready serve at the same time, and when one fails the others take its new connections.
          """,
          of: Tunnel.schema,
          .map(keys: ["name"])
        ).items(1...maximumTunnels)
      ),
      .optional(
        "remoteNetworks",
        .list(
          """
          The IPv4 networks that may be reached through the tunnels, for example 192.168.100.0/24; required with types \
          \(gatewayTypes). A PortForward to any other target is refused, and traffic for these never leaves outside a tunnel.
          """,
          of: Schema.string("One network, with a prefix of 8 to 32.").length(1...18)
            .rule(networkRule.expression, networkRule.message)
            .rule(routableRule.expression, routableRule.message)
            .rule(hostBitsRule.expression, hostBitsRule.message),
          .set
        ).items(1...maximumRemoteNetworks)
      ),
      .optional("service", ServiceSpec.schema),
      .optional(
        "allowedNamespaces",
        .list(
          """
          Other namespaces whose pods may use this connection, as <service>.<this namespace>:<port>. Left out: none. \
          Needs a network plugin that enforces NetworkPolicy; so does keeping the others out.
          """,
          of: Schema.string("Name of a namespace.").length(1...63).matching(Lexical.dnsLabel),
          .set
        ).items(0...maximumAllowedNamespaces)
      ),
      .optional("probe", ProbeSpec.schema),
      .optional("gateway", GatewaySpec.schema),
      .optional(
        "suspend",
        .boolean(
          """
          true: disconnect, and keep the object. The Service stays, nothing answers behind it. With Twingate the connectors \
          stop, and the resources stay. Default: false.
          """
        )
      ),
    ]
  )
  .rule(ipsecRule.expression, ipsecRule.message)
  .rule(openVPNRule.expression, openVPNRule.message)
  .rule(twingateRule.expression, twingateRule.message)
  .rule(inwardsRule.expression, inwardsRule.message)
  .rule(tunnelsRule.expression, tunnelsRule.message)
  .rule(remoteNetworksRule.expression, remoteNetworksRule.message)
  .rule(typeRule.expression, typeRule.message)
  .rule(remoteIdentityRule.expression, remoteIdentityRule.message)
  .rule(localAddressRule.expression, localAddressRule.message)
  .rule(probeNetworkRule.expression, probeNetworkRule.message)
}

extension VPNConnectionSpec.Tunnel: SchemaDescribing {
  static let maximumNameLength = 32
  static let serverRule = Schema.Rule(
    "self.matches('\(Lexical.ipv4OrDNSName)')",
    "must be an IPv4 address or a DNS name, without a port (IPv6 is not supported)"
  )
  /// The gateway would probe the node or the cloud's metadata service on the tenant's behalf.
  static let publicServerRule = Schema.Rule(
    "!(self.matches('\(Lexical.ipv4)') && self.matches('\(Lexical.unroutable)'))",
    "loopback, link-local, multicast and reserved addresses cannot be VPN servers"
  )
  static let localAddressRule = Schema.Rule(
    "!self.matches('\(Lexical.unroutable)')",
    "loopback, link-local, multicast and reserved addresses cannot be seen behind a tunnel"
  )
  public static let schema = Schema.object(
    "One VPN server, and the gateway pod that talks to it.",
    [
      .required(
        "name",
        .string("Name of the tunnel within this connection: in status, metrics and the gateway's name.")
          .length(1...maximumNameLength).matching(Lexical.dnsLabel)
      ),
      .required(
        "server",
        .string("The server's IPv4 address, or its DNS name (looked up again at each new attempt).")
          .length(1...253).rule(serverRule.expression, serverRule.message)
          .rule(publicServerRule.expression, publicServerRule.message)
      ),
      .optional(
        "port",
        .integer(
          """
          The server's port. Default: 500 for IPsec; for OpenVPN that of the profile's first remote, else 1194. IPsec \
          moves to UDP 4500 when address translation is on the way.
          """,
          in: VPNConnectionSpec.portRange
        )
      ),
      .optional(
        "zone",
        .string(
          """
          Zone in which its gateway runs: the value of the nodes' label topology.kubernetes.io/zone. Left out: any, \
          preferably another than the other tunnels'.
          """
        ).length(1...63).matching(Lexical.labelValue)
      ),
      .optional(
        "remoteIdentity",
        .ikeIdentity("IPsec only: the IKE identity that this server must prove, instead of ipsec.remoteIdentity.")
      ),
      .optional(
        "localAddress",
        .string(
          """
          With ipsec.virtualAddress None: the IPv4 address that the tunnel's packets come from, as agreed with the \
          server's administrator, for example 10.99.0.5. With a prefix, such as 10.99.0.5/24, the network of that prefix \
          is proposed to the server, for those that want a whole one. Left out: the address of the gateway's pod.
          """
        ).length(1...18).matching(Lexical.ipv4WithPrefix)
          .rule(localAddressRule.expression, localAddressRule.message)
      ),
    ]
  )
}

extension VPNConnectionSpec.ServiceSpec: SchemaDescribing {
  public static let schema = Schema.object(
    "The Service by which pods of this namespace reach the forwarded ports.",
    [
      .optional(
        "name",
        .string(
          """
          Its name. Two connections of a namespace need two names: the older keeps it. A Service of that name that \
          is not the operator's is left alone, and the connection says so.
          """
        ).length(1...63).matching(Lexical.serviceName)
          .defaulting(to: .string(VPNConnectionSpec.defaultServiceName))
      )
    ]
  ).defaulting(to: [:])
}

extension VPNConnectionSpec.ProbeSpec: SchemaDescribing {
  static let addressRule = Schema.Rule(
    "self.matches('\(Lexical.ipv4AndPort)')",
    "must be an IPv4 address and a port, such as 192.168.100.30:8080"
  )
  public static let schema = Schema.object(
    """
    How a gateway finds out that traffic crosses its tunnel; it is ready only while it does. Left out: a TCP \
    connection to any of the forwarded targets that answers.
    """,
    [
      .optional(
        "address",
        .string(
          """
          Address and port of a TCP service behind the tunnel that is always there, such as 192.168.100.30:8080, \
          in one of the remoteNetworks.
          """
        ).length(1...21).rule(addressRule.expression, addressRule.message)
      )
    ]
  )
}

extension VPNConnectionStatus: SchemaDescribing {
  public static let schema = Schema.object(
    "What is. Written by the operator only.",
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
          "What the nodes lack and what the gateways do about it, and what of a profile has no effect.",
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
        .integer("Bytes of data in a TCP segment through the tunnel, as its gateway has chosen or was told.")
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
