/// What openvpn is told: one configuration file with everything inline, and what goes over the management socket.
public struct OpenVPNRendering: Sendable, Hashable {
  public static let device = "tun0"
  /// AEAD ciphers; OpenVPN 2.6's own default plus nothing.
  public static let defaultCiphers = ["AES-256-GCM", "AES-128-GCM", "CHACHA20-POLY1305"]

  public struct Credentials: Sendable, Hashable {
    public var username: String
    public var password: String
    public init(username: String, password: String) {
      self.username = username
      self.password = password
    }
  }

  /// The configuration file; holds private keys.
  public var text: String
  /// Given when the server, or rather the daemon, asks.
  public var credentials: Credentials?
  /// Whether server and client speak UDP, and so can say farewell.
  public var isUDP: Bool
  /// What must not be seen in a log or a status: the password, and what openvpn may repeat of a profile. Longer ones
  /// first, as others may be parts of them.
  public var secrets: [String] {
    let words = credentials.map { confidentialWords.union([$0.password]) } ?? confidentialWords
    return words.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }
  private var confidentialWords: Set<String> = []

  /// From single settings.
  public init(
    _ settings: OpenVPNSettings,
    server: GatewayConfiguration.Server,
    managementSocket: String,
    files: GatewaySecretFiles
  ) throws(ConfigurationRefusal) {
    var lines: [String] = []
    lines.append("remote-cert-tls server")
    if let name = settings.serverName { lines.append("verify-x509-name \(Self.quoted(name)) name") }
    lines.append("tls-version-min 1.2")
    var ciphers = settings.ciphers.isEmpty ? Self.defaultCiphers : settings.ciphers
    if let fallback = settings.fallbackCipher {
      if !ciphers.contains(where: { $0.uppercased() == fallback.uppercased() }) { ciphers.append(fallback) }
      lines.append("data-ciphers \(ciphers.joined(separator: ":"))")
      lines.append("data-ciphers-fallback \(fallback)")
    } else {
      lines.append("data-ciphers \(ciphers.joined(separator: ":"))")
    }
    if let hmac = settings.hmac { lines.append("auth \(hmac)") }
    lines += Self.compression(settings.compression)
    lines.append("<ca>\n\(try files.certificates(settings.caFile).joined())</ca>")
    if let certificateFile = settings.certificateFile, let keyFile = settings.keyFile {
      lines.append("<cert>\n\(try files.certificates(certificateFile).joined())</cert>")
      lines.append("<key>\n\(try files.privateKey(keyFile))</key>")
    }
    switch settings.staticKey {
    case .tlsAuth(let file, let direction):
      if let direction { lines.append("key-direction \(direction)") }
      lines.append("<tls-auth>\n\(try files.staticKey(file))</tls-auth>")
    case .tlsCrypt(let file): lines.append("<tls-crypt>\n\(try files.staticKey(file))</tls-crypt>")
    case .tlsCryptV2(let file): lines.append("<tls-crypt-v2>\n\(try files.staticKey(file))</tls-crypt-v2>")
    case nil: break
    }
    let credentials = try Self.credentials(settings.usernameFile, settings.passwordFile, files)
    if credentials != nil { lines.append("auth-user-pass") }
    self.credentials = credentials
    isUDP = settings.transport == .udp
    text =
      Self.common(server: server, isUDP: isUDP, managementSocket: managementSocket)
      + lines.map { $0 + "\n" }.joined()
  }

  /// From a whole profile: its allowed directives, with everything that is the gateway's own set as above. `remote`
  /// lines give way to the tunnel's server.
  public init(
    _ settings: OpenVPNProfileSettings,
    server: GatewayConfiguration.Server,
    managementSocket: String,
    files: GatewaySecretFiles
  ) throws(ConfigurationRefusal) {
    let profile: OpenVPNProfile
    do {
      profile = try OpenVPNProfile(parsing: try files.text(settings.profileFile))
    } catch let refusal {
      throw ConfigurationRefusal("\(settings.profileFile): \(refusal.message)")
    }
    credentials = try Self.credentials(settings.usernameFile, settings.passwordFile, files) ?? profile.credentials
    guard credentials != nil || !profile.asksForCredentials else {
      throw ConfigurationRefusal(
        "\(settings.profileFile) has auth-user-pass: give user name and password with credentialsSecretRef"
      )
    }
    isUDP = profile.isUDP
    confidentialWords = profile.confidentialWords
    var lines = profile.keptLines
    if credentials != nil { lines.append("auth-user-pass") }
    text =
      Self.common(server: server, isUDP: isUDP, managementSocket: managementSocket)
      + lines.map { $0 + "\n" }.joined()
  }

  private static func credentials(
    _ usernameFile: String?,
    _ passwordFile: String?,
    _ files: GatewaySecretFiles
  ) throws(ConfigurationRefusal) -> Credentials? {
    guard let usernameFile, let passwordFile else { return nil }
    return Credentials(username: try files.line(usernameFile), password: try files.line(passwordFile))
  }

  /// Accept what the server compresses, compress nothing: compression before encryption leaks (VORACLE).
  private static func compression(_ compression: OpenVPNSettings.Compression) -> [String] {
    switch compression {
    case .none: []
    case .lz4v2: ["allow-compression asym", "compress lz4-v2"]
    case .lz4: ["allow-compression asym", "compress lz4"]
    case .lzo: ["allow-compression asym", "compress lzo"]
    case .stub: ["allow-compression asym", "compress stub-v2"]
    }
  }

  /// What holds for every tunnel, whatever a profile or a server says. Addresses and routes are the gateway's to set
  /// (`…-noexec`): a server can neither take a route nor an address of the cluster.
  private static func common(server: GatewayConfiguration.Server, isUDP: Bool, managementSocket: String) -> String {
    """
    client
    dev \(device)
    dev-type tun
    proto \(isUDP ? "udp4" : "tcp4-client")
    remote \(server.host) \(server.port)
    nobind
    resolv-retry infinite
    connect-retry 1 15
    connect-timeout 10
    persist-tun
    persist-key
    ifconfig-noexec
    route-noexec
    route-nopull
    pull-filter ignore "route"
    pull-filter ignore "redirect-"
    pull-filter ignore "dhcp-option"
    pull-filter ignore "dns"
    pull-filter ignore "block-"
    pull-filter ignore "ifconfig-ipv6"
    pull-filter ignore "ping"
    suppress-timestamps
    ping 1
    ping-restart 6
    auth-nocache
    auth-retry none
    script-security 1
    disable-dco
    \(isUDP ? "explicit-exit-notify 1\n" : "")management \(managementSocket) unix
    management-client
    management-hold
    management-query-passwords
    verb 3

    """
  }

  /// A word of OpenVPN's configuration language.
  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
