public import Foundations

/// Everything charon is configured with: its strongswan.conf, and the vici messages that load connection and
/// credentials. Secrets go over the control socket only, so no quoting rule can change a password.
public struct IPsecRendering: Sendable, Hashable {
  public static let connectionName = "tunnel"
  /// The CHILD_SA that asks for all remote networks at once.
  public static let childName = "remote"
  /// The CHILD_SA that asks for one of them alone, for servers that grant one network at a time.
  public static func childName(of network: IPv4Network) -> String { "remote-\(network.description)" }
  /// The tun device that charon's kernel-libipsec makes.
  public static let userlandDevice = "ipsec0"

  /// IKE: AEAD first; groups of at least 128 bits of strength, and modp2048 for old servers. No SHA-1, no modp1024.
  public static let defaultIKEProposals = [
    "aes256gcm16-aes128gcm16-prfsha384-prfsha256-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048",
    "aes256-aes128-sha384-sha256-prfsha384-prfsha256-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048",
  ]
  /// ESP: the same, with perfect forward secrecy at re-keying where the server wants it (`modpnone`: where it does
  /// not).
  public static let defaultESPProposals = [
    "aes256gcm16-aes128gcm16-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048-modpnone",
    "aes256-aes128-sha384-sha256-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048-modpnone",
  ]

  /// `load-conn`.
  public var connection: ConfigurationSection
  /// `load-cert`, `load-key` and `load-shared` messages, in order.
  public var credentials: [(command: String, message: ConfigurationSection)]
  /// Texts that must never appear in a log.
  public var secrets: [String]
  /// The networks behind the tunnel.
  public var remoteNetworks: [IPv4Network]
  /// User name and password that the server checks; nil when it checks something else.
  public var login: [String]?
  /// The address that the gateway itself brings into the tunnel; nil: the server assigns one, or it is the pod's own.
  public var localAddress: IPv4Address?

  public static func == (left: Self, right: Self) -> Bool {
    left.connection == right.connection && left.secrets == right.secrets && left.login == right.login
      && left.credentials.map(\.command) == right.credentials.map(\.command)
      && left.credentials.map(\.message) == right.credentials.map(\.message)
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(connection) }

  public init(
    _ settings: IPsecSettings,
    server: GatewayConfiguration.Server,
    remoteNetworks: [IPv4Network],
    files: GatewaySecretFiles
  ) throws(ConfigurationRefusal) {
    self.remoteNetworks = remoteNetworks
    var credentials: [(command: String, message: ConfigurationSection)] = []
    func load(_ command: String, _ fields: [(String, [UInt8])], owners: [String] = []) {
      var message = ConfigurationSection()
      for (name, value) in fields { message.set(name, value) }
      if !owners.isEmpty { message.set("owners", list: owners) }
      credentials.append((command, message))
    }
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    if let caFile = settings.caFile {
      for certificate in try files.certificates(caFile) {
        load("load-cert", [("type", bytes("X509")), ("flag", bytes("CA")), ("data", bytes(certificate))])
      }
    }
    var local = ConfigurationSection()
    var remote = ConfigurationSection()
    var secrets: [String] = []
    switch settings.authentication {
    case .eapMSCHAPv2(let usernameFile, let passwordFile):
      let username = try files.line(usernameFile)
      let password = try files.line(passwordFile)
      let user = IPsecIdentity.literal(username)
      local.set("auth", "eap-mschapv2")
      // Servers that do not ask for an EAP identity take the IKE identity as the user's name.
      local.set("id", settings.localIdentity ?? user)
      local.set("eap_id", user)
      load("load-shared", [("type", bytes("EAP")), ("data", bytes(password))], owners: [user])
      secrets.append(password)
      login = [username, password]
      if let serverKeyFile = settings.serverKeyFile {
        let key = try files.line(serverKeyFile)
        remote.set("auth", "psk")
        load("load-shared", [("type", bytes("IKE")), ("data", bytes(key))])
        secrets.append(key)
      } else {
        remote.set("auth", "pubkey")
      }
    case .eapTLS(let certificateFile, let keyFile), .certificate(let certificateFile, let keyFile):
      let certificates = try files.certificates(certificateFile)
      let key = try files.privateKey(keyFile)
      if case .certificate = settings.authentication {
        local.set("auth", "pubkey")
      } else {
        local.set("auth", "eap-tls")
      }
      if let identity = settings.localIdentity { local.set("id", identity) }
      local.set("certs", list: Array(certificates.prefix(1)))
      remote.set("auth", "pubkey")
      for certificate in certificates.dropFirst() {
        load("load-cert", [("type", bytes("X509")), ("flag", bytes("NONE")), ("data", bytes(certificate))])
      }
      load("load-key", [("type", bytes("any")), ("data", bytes(key))])
    case .psk(let keyFile):
      let key = try files.line(keyFile)
      local.set("auth", "psk")
      if let identity = settings.localIdentity { local.set("id", identity) }
      remote.set("auth", "psk")
      load("load-shared", [("type", bytes("IKE")), ("data", bytes(key))])
      secrets.append(key)
    }
    remote.set("id", settings.remoteIdentity ?? server.host)

    var proposedNetwork: IPv4Network?
    if case .address(let text) = settings.ownAddress, let own = LocalAddress(text) {
      localAddress = own.address
      proposedNetwork = own.network
    }
    func child(_ networks: [IPv4Network]) -> ConfigurationSection {
      var child = ConfigurationSection()
      if let proposedNetwork { child.set("local_ts", list: [proposedNetwork.description]) }
      child.set("remote_ts", list: networks.map(\.description))
      child.set(
        "esp_proposals",
        list: settings.espProposals.isEmpty ? Self.defaultESPProposals : settings.espProposals
      )
      child.set("start_action", "none")
      child.set("close_action", "start")
      child.set("dpd_action", "restart")
      return child
    }
    var connection = ConfigurationSection()
    connection.section(Self.connectionName) { tunnel in
      tunnel.set("version", "2")
      tunnel.set("remote_addrs", list: [server.host])
      if server.port != 500 { tunnel.set("remote_port", String(server.port)) }
      if settings.ownAddress == nil { tunnel.set("vips", list: ["0.0.0.0"]) }
      tunnel.set(
        "proposals",
        list: settings.ikeProposals.isEmpty ? Self.defaultIKEProposals : settings.ikeProposals
      )
      tunnel.set("keyingtries", "0")
      tunnel.set("dpd_delay", "\(settings.dpdDelaySeconds)s")
      tunnel.set("unique", "replace")
      tunnel.set("encap", settings.forceUDPEncapsulation ? "yes" : "no")
      tunnel.set("mobike", "no")
      tunnel.set("fragmentation", "yes")
      tunnel.set("local-1", local)
      tunnel.set("remote-1", remote)
      tunnel.section("children") { children in
        children.set(Self.childName, child(remoteNetworks))
        guard remoteNetworks.count > 1 else { return }
        for network in remoteNetworks { children.set(Self.childName(of: network), child([network])) }
      }
    }
    self.connection = connection
    self.credentials = credentials
    self.secrets = secrets
    try checkSizes()
  }

  /// vici carries values of 65,535 bytes at most (src/libcharon/plugins/vici/README.md).
  private func checkSizes() throws(ConfigurationRefusal) {
    for (command, message) in credentials where (message.bytes("data")?.count ?? 0) > 65_535 {
      let what = command == "load-shared" ? "the password or pre-shared key" : "a certificate or private key"
      throw ConfigurationRefusal("\(what) in the Secret has more than 65,535 bytes: is it the right file?")
    }
  }

  /// strongswan.conf of the gateway's charon.
  /// - Parameters:
  ///   - viciSocket: path of the control socket.
  ///   - userlandESP: encrypt in charon (kernel-libipsec) instead of in the kernel.
  public static func daemonConfiguration(viciSocket: String, userlandESP: Bool) -> String {
    let plugins =
      "random nonce openssl pem pkcs1 pkcs8 x509 pubkey constraints hmac kdf revocation"
      + (userlandESP ? " kernel-libipsec" : "")
      + " kernel-netlink socket-default vici eap-identity eap-mschapv2 eap-tls updown"
    return """
      charon-systemd {
        load = \(plugins)
        # ports of the kernel's choice: 500 and 4500 would need NET_BIND_SERVICE
        port = 0
        port_nat_t = 0
        # a silent server is given up after 5 s
        retransmit_tries = 4
        retransmit_timeout = 1.0
        retransmit_base = 1.0
        retry_initiate_interval = 2
        # an expired certificate is not saved by the valid one of last week
        cert_cache = no
        install_routes = yes
        install_virtual_ip = yes
        plugins {
          vici {
            socket = unix://\(viciSocket)
          }
        }
        filelog {
          stderr {
            default = 1
            ike_name = yes
            flush_line = yes
          }
        }
        journal {
          default = -1
        }
      }

      """
  }
}
