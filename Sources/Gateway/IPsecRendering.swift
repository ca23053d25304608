public import Foundations

/// What charon is told: its strongswan.conf, and the vici messages that load connection and credentials. Secrets go
/// over the control socket alone, so no quoting rule stands between a password and what is authenticated with.
public struct IPsecRendering: Sendable, Hashable {
  public static let connectionName = "tunnel"
  public static let childName = "remote"
  /// The tun device that charon's kernel-libipsec makes.
  public static let userlandDevice = "ipsec0"

  /// IKE: AEAD first; groups of 128 bits and more of strength, and modp2048 for old servers. No SHA-1, no modp1024.
  public static let defaultIKEProposals = [
    "aes256gcm16-aes128gcm16-prfsha384-prfsha256-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048",
    "aes256-aes128-sha384-sha256-prfsha384-prfsha256-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048",
  ]
  /// ESP: the same; perfect forward secrecy at re-keying where the server wants it (`modpnone`: where it does not).
  public static let defaultESPProposals = [
    "aes256gcm16-aes128gcm16-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048-modpnone",
    "aes256-aes128-sha384-sha256-ecp384-ecp256-curve25519-modp4096-modp3072-modp2048-modpnone",
  ]

  /// `load-conn`.
  public var connection: ConfigurationSection
  /// `load-cert`, `load-key` and `load-shared` messages, in order.
  public var credentials: [(command: String, message: ConfigurationSection)]
  /// What must never be seen in a log.
  public var secrets: [String]

  public static func == (left: Self, right: Self) -> Bool {
    left.connection == right.connection && left.secrets == right.secrets
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
      local.set("auth", "eap-mschapv2")
      // Servers that do not ask for an EAP identity take the IKE identity as the user's name.
      local.set("id", settings.localIdentity ?? username)
      local.set("eap_id", username)
      remote.set("auth", "pubkey")
      load("load-shared", [("type", bytes("EAP")), ("data", bytes(password))], owners: [username])
      secrets.append(password)
    case .eapTLS(let certificateFile, let keyFile):
      let certificates = try files.certificates(certificateFile)
      let key = try files.privateKey(keyFile)
      local.set("auth", "eap-tls")
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

    var connection = ConfigurationSection()
    connection.section(Self.connectionName) { tunnel in
      tunnel.set("version", "2")
      tunnel.set("remote_addrs", list: [server.host])
      if server.port != 500 { tunnel.set("remote_port", String(server.port)) }
      tunnel.set("vips", list: ["0.0.0.0"])
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
        children.section(Self.childName) { child in
          child.set("remote_ts", list: remoteNetworks.map(\.description))
          child.set(
            "esp_proposals",
            list: settings.espProposals.isEmpty ? Self.defaultESPProposals : settings.espProposals
          )
          child.set("start_action", "none")
          child.set("close_action", "start")
          child.set("dpd_action", "restart")
        }
      }
    }
    self.connection = connection
    self.credentials = credentials
    self.secrets = secrets
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
