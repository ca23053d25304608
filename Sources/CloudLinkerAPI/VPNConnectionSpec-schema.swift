internal import Foundations

extension VPNConnectionSpec: SchemaDescribing {
  public static let schema = Schema.object(
    "The desired state.",
    [
      .required(
        "type",
        .enumeration(
          "The protocol of the connection; the field of that name holds its settings. Cannot be changed.",
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
      .optional(
        "connectionLog",
        .boolean(
          """
          true: the gateways log each forwarded connection when it begins and when it ends, as a line of JSON with the \
          client's address, port, target, bytes and duration. Default: false.
          """
        )
      ),
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
