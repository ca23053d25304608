/// Everything openvpn is configured with: one configuration file with all material inline, and the credentials.
public struct OpenVPNRendering: Sendable, Hashable {
  public static let device = "tun0"
  /// AEAD ciphers, exactly those of OpenVPN 2.6's own default.
  public static let defaultCiphers = ["AES-256-GCM", "AES-128-GCM", "CHACHA20-POLY1305"]

  public struct Credentials: Sendable, Hashable {
    public var username: String
    public var password: String

    /// The most bytes that both may have together. They share a record of 2,048 bytes with other things
    /// (TLS_CHANNEL_BUF_SIZE in OpenVPN's common.h), and openvpn restarts over and over when they do not fit.
    static let maximumLength = 1_500

    public init(username: String, password: String) {
      self.username = username
      self.password = password
    }

    /// - Throws: why OpenVPN cannot use them, and what to do.
    func check() throws(ConfigurationRefusal) {
      let length = username.utf8.count + password.utf8.count
      guard length <= Self.maximumLength else {
        throw ConfigurationRefusal(
          "user name and password have \(length) bytes together, and OpenVPN has room for \(Self.maximumLength): shorten "
            + "them"
        )
      }
      // OpenVPN reads long lines in pieces, and a piece that begins like this would end the block.
      guard !username.contains("</auth-user-pass"), !password.contains("</auth-user-pass") else {
        throw ConfigurationRefusal("user name and password must not contain </auth-user-pass: choose others")
      }
    }
  }

  /// The configuration file; holds private keys.
  public var text: String
  /// `text` holds them too, in an inline block: OpenVPN's management interface takes words of 255 bytes only.
  public var credentials: Credentials?
  /// Whether server and client speak UDP, so that the client can tell the server that it leaves.
  public var isUDP: Bool
  /// Whether it has what OpenVPN insists on: a client certificate, or user name and password.
  public var hasClientAuthentication: Bool
  /// Sizes and compression as the configuration sets them.
  public var sizes: OpenVPNSizes
  /// Texts that must not appear in a log or a status: the password, and what openvpn may repeat of a profile. Longer
  /// ones come first, since others may be parts of them.
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
    if let name = settings.serverName { lines.append(Self.serverNameLine(name)) }
    lines.append("tls-version-min 1.2")
    lines += try settings.cipherLines()
    lines += Self.compression(settings.compression)
    lines.append("<ca>\n\(try files.certificates(settings.caFile).joined())</ca>")
    if let certificateFile = settings.certificateFile, let keyFile = settings.keyFile {
      let certificate = try files.certificates(certificateFile).joined()
      let key = try files.privateKey(keyFile)
      if let problem = ClientCertificate.problem(certificate, key: key, level: 1) {
        throw ConfigurationRefusal("the certificate in the Secret's file \"\(certificateFile)\" \(problem.text)")
      }
      lines.append("<cert>\n\(certificate)</cert>")
      lines.append("<key>\n\(key)</key>")
    }
    switch settings.staticKey {
    case .tlsAuth(let file, let direction):
      if let direction { lines.append("key-direction \(direction)") }
      lines.append("<tls-auth>\n\(try files.staticKey(file, mode: "tls-auth"))</tls-auth>")
    case .tlsCrypt(let file): lines.append("<tls-crypt>\n\(try files.staticKey(file, mode: "tls-crypt"))</tls-crypt>")
    case .tlsCryptV2(let file):
      lines.append("<tls-crypt-v2>\n\(try files.staticKey(file, mode: "tls-crypt-v2"))</tls-crypt-v2>")
    case nil: break
    }
    credentials = try Self.credentials(settings.usernameFile, settings.passwordFile, files)
    lines += Self.block(credentials)
    hasClientAuthentication = credentials != nil || settings.certificateFile != nil
    isUDP = settings.transport == .udp
    sizes = OpenVPNSizes(lines: lines)
    text =
      Self.common(server: server, isUDP: isUDP, managementSocket: managementSocket)
      + lines.map { $0 + "\n" }.joined()
  }

  /// From a whole profile: its allowed directives, with the gateway's own settings as above. The tunnel's server
  /// replaces the `remote` lines.
  public init(
    _ settings: OpenVPNProfileSettings,
    server: GatewayConfiguration.Server,
    managementSocket: String,
    files: GatewaySecretFiles
  ) throws(ConfigurationRefusal) {
    let profile: OpenVPNProfile
    do {
      profile = try OpenVPNProfile(
        parsing: try files.text(settings.profileFile),
        hasCredentials: settings.usernameFile != nil
      )
    } catch let refusal {
      throw ConfigurationRefusal("\(settings.profileFile): \(refusal.message)")
    }
    credentials = try Self.credentials(settings.usernameFile, settings.passwordFile, files) ?? profile.credentials
    guard credentials != nil || !profile.asksForCredentials else {
      throw ConfigurationRefusal(
        "\(settings.profileFile) has auth-user-pass: give user name and password with credentialsSecretRef"
      )
    }
    isUDP = profile.remote(for: server.host, port: server.port).isUDP
    guard isUDP || !profile.needsUDP else {
      throw ConfigurationRefusal("\(settings.profileFile): OpenVPN has `fragment` over UDP only: remove it")
    }
    hasClientAuthentication = credentials != nil || profile.hasClientCertificate
    confidentialWords = profile.confidentialWords
    sizes = OpenVPNSizes(lines: profile.keptLines)
    text =
      Self.common(server: server, isUDP: isUDP, managementSocket: managementSocket)
      + (profile.keptLines + Self.block(credentials)).map { $0 + "\n" }.joined()
  }

  /// User name and password as an inline block, whose lines OpenVPN takes as they are.
  private static func block(_ credentials: Credentials?) -> [String] {
    guard let credentials else { return [] }
    return ["<auth-user-pass>\n\(credentials.username)\n\(credentials.password)\n</auth-user-pass>"]
  }

  private static func credentials(
    _ usernameFile: String?,
    _ passwordFile: String?,
    _ files: GatewaySecretFiles
  ) throws(ConfigurationRefusal) -> Credentials? {
    guard let usernameFile, let passwordFile else { return nil }
    return try files.credentials(usernameFile: usernameFile, passwordFile: passwordFile)
  }

  /// Accepts compressed packets and sends none: compression before encryption leaks (VORACLE).
  private static func compression(_ compression: OpenVPNSettings.Compression) -> [String] {
    switch compression {
    case .none: []
    case .lz4v2: ["allow-compression asym", "compress lz4-v2"]
    case .lz4: ["allow-compression asym", "compress lz4"]
    case .lzo: ["allow-compression asym", "compress lzo"]
    case .stub: ["allow-compression asym", "compress stub-v2"]
    }
  }

  /// The lines of every tunnel, whatever a profile or a server says. Only the gateway sets addresses and routes
  /// (`…-noexec`), so that a server can take neither a route nor an address of the cluster.
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

  static func serverNameLine(_ name: String) -> String { "verify-x509-name \(quoted(name)) name" }

  /// Quotes a word for OpenVPN's configuration language.
  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
