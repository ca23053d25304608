internal import Foundations

/// Limits of a VPNConnection's spec, and rules about several of its fields.
extension VPNConnectionSpec {
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
      + "!has(self.probe) && !has(self.gateway) && !has(self.allowedNamespaces) && !has(self.connectionLog)",
    "service, probe, gateway, allowedNamespaces and connectionLog are not allowed with type Twingate, which only leads inwards"
  )
  /// The text `IPsec and OpenVPN`.
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
}
