internal import Foundations
internal import Gateway

/// A configuration that was accepted, with everything made ready for the daemon.
struct GatewayMaterial: Sendable, Hashable {
  enum Daemon: Sendable, Hashable { case ipsec(IPsecRendering), openVPN(OpenVPNRendering) }

  var configuration: GatewayConfiguration
  /// The daemon needs no restart as long as this value is equal.
  var daemon: Daemon
  var networks: [IPv4Network]

  /// - Throws: why the configuration is refused.
  init(
    _ configuration: GatewayConfiguration,
    files: GatewaySecretFiles,
    runtime: RuntimeDirectory
  ) throws(ConfigurationRefusal) {
    try configuration.validate()
    self.configuration = configuration
    networks = configuration.networks
    switch configuration.protocolSettings {
    case .ipsec(let settings):
      // As listed and not joined: a server may have a CHILD_SA for each.
      let listed = configuration.remoteNetworks.compactMap { IPv4Network($0) }
      daemon = .ipsec(
        try IPsecRendering(settings, server: configuration.server, remoteNetworks: listed, files: files)
      )
    case .openVPN(let settings):
      daemon = .openVPN(
        try OpenVPNRendering(
          settings,
          server: configuration.server,
          managementSocket: runtime.managementSocket,
          files: files
        )
      )
    case .openVPNProfile(let settings):
      daemon = .openVPN(
        try OpenVPNRendering(
          settings,
          server: configuration.server,
          managementSocket: runtime.managementSocket,
          files: files
        )
      )
    }
  }

  var serverName: String { "\(configuration.server.host):\(configuration.server.port)" }
  /// User name and password that the server checks; nil when it checks something else.
  var login: [String]? {
    switch daemon {
    case .ipsec(let rendering): rendering.login
    case .openVPN(let rendering): rendering.credentials.map { [$0.username, $0.password] }
    }
  }
  /// Whether the server assigns the gateway an address in the tunnel.
  var asksForVirtualAddress: Bool {
    if case .ipsec(let settings) = configuration.protocolSettings { settings.ownAddress == nil } else { true }
  }
  var secrets: [String] {
    switch daemon {
    case .ipsec(let rendering): rendering.secrets
    case .openVPN(let rendering): rendering.secrets
    }
  }
}

/// The folder for daemon configurations and sockets: in memory, used by this process only.
struct RuntimeDirectory: Sendable, Hashable {
  var path: String
  var managementSocket: String { "\(path)/openvpn.sock" }
  var openVPNConfiguration: String { "\(path)/openvpn.conf" }
  var viciSocket: String { "\(path)/charon.vici" }
  var charonConfiguration: String { "\(path)/strongswan.conf" }
}
