internal import Foundations

extension VPNConnectionSpec.Tunnel: SchemaDescribing {
  static let maximumNameLength = 32
  static let serverRule = Schema.Rule(
    "self.matches('\(Lexical.ipv4OrDNSName)')",
    "must be an IPv4 address or a DNS name, without a port (IPv6 is not supported)"
  )
  /// Otherwise the gateway would probe the node or the cloud's metadata service on the tenant's behalf.
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
