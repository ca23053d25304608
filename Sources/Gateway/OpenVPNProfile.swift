/// A client profile (`.ovpn`), parsed and checked: every directive in it is known to neither run programs, open files,
/// change routes nor speak for the gateway.
public struct OpenVPNProfile: Sendable, Hashable {
  /// Lines to put into the gateway's own configuration, re-quoted, inline blocks included.
  public private(set) var keptLines: [String] = []
  public private(set) var isUDP = true
  /// `auth-user-pass` stands in it.
  public private(set) var asksForCredentials = false
  /// Of an inline `<auth-user-pass>`.
  public private(set) var credentials: OpenVPNRendering.Credentials?
  /// The `remote` lines, for information: the tunnel's own server is used in their stead.
  public private(set) var remotes: [String] = []

  /// Larger ones are refused, in bytes; a Secret holds 1 MiB at most.
  public static let maximumSize = 256 * 1024

  /// - Throws: the line and the directive that is not allowed, and why.
  public init(parsing text: String) throws(ConfigurationRefusal) {
    guard text.utf8.count <= Self.maximumSize else {
      throw ConfigurationRefusal("the profile is larger than \(Self.maximumSize) bytes")
    }
    var hasCA = false
    var cipher: String?
    var dataCiphers: [String]?
    var hasFallback = false
    var verifiesServer = false
    var protocolIsSet = false
    var block: (name: String, line: Int, lines: [String])?
    var insideConnection = false

    for (index, rawLine) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let number = index + 1
      let line = Self.trimmed(rawLine)
      if var current = block {
        if line == "</\(current.name)>" {
          switch current.name {
          case "auth-user-pass":
            let content = current.lines.filter { !$0.isEmpty }
            guard content.count == 2, content.allSatisfy({ $0.isSingleLine }) else {
              throw ConfigurationRefusal("line \(current.line): <auth-user-pass> needs a user name and a password")
            }
            credentials = OpenVPNRendering.Credentials(username: content[0], password: content[1])
            asksForCredentials = true
          default:
            let blocks = PEM.blocks(in: current.lines.joined(separator: "\n"))
            let wanted = blocks.filter { Self.inlineBlocks[current.name]?($0.label) == true }
            guard !wanted.isEmpty else {
              throw ConfigurationRefusal("line \(current.line): <\(current.name)> has no PEM block of the right kind")
            }
            if wanted.contains(where: { $0.text.contains("ENCRYPTED") }) {
              throw ConfigurationRefusal(
                "line \(current.line): the private key has a passphrase: store it without one"
              )
            }
            keptLines.append("<\(current.name)>\n\(wanted.map(\.text).joined())</\(current.name)>")
            if current.name == "ca" { hasCA = true }
          }
          block = nil
        } else {
          current.lines.append(line)
          block = current
        }
        continue
      }
      guard let first = line.first, first != "#", first != ";" else { continue }
      if first == "<" {
        switch line {
        case "<connection>" where !insideConnection: insideConnection = true
        case "</connection>" where insideConnection: insideConnection = false
        default:
          let name = String(line.dropFirst().dropLast())
          guard line.hasSuffix(">"), name == "auth-user-pass" || Self.inlineBlocks[name] != nil, !insideConnection
          else {
            throw ConfigurationRefusal(
              "line \(number): the block \(printable(line)) is not allowed; allowed are "
                + (Self.inlineBlocks.keys.sorted() + ["auth-user-pass", "connection"]).map { "<\($0)>" }
                .joined(separator: ", ")
            )
          }
          block = (name, number, [])
        }
        continue
      }
      let words = try Self.words(of: line, number: number)
      guard let word = words.first else { continue }
      // OpenVPN takes a leading `--` in files too.
      let directive = word.hasPrefix("--") ? String(word.dropFirst(2)) : word
      let arguments = Array(words.dropFirst())
      if let reason = Self.refused(directive) {
        throw ConfigurationRefusal("line \(number): `\(printable(directive))` is not allowed: \(reason)")
      }
      guard let rule = Self.rules[directive] else {
        throw ConfigurationRefusal(
          "line \(number): `\(printable(directive))` is not known to the gateway; allowed are "
            + Self.rules.keys.sorted().joined(separator: ", ")
        )
      }
      if insideConnection && !["remote", "proto", "port", "rport", "nobind", "float"].contains(directive) {
        guard case .ours = rule else {
          throw ConfigurationRefusal(
            "line \(number): `\(directive)` inside <connection> is not allowed: move it out of it"
          )
        }
      }
      func setProtocol(_ name: String) throws(ConfigurationRefusal) {
        guard let udp = Self.protocols[name.lowercased()] else {
          throw ConfigurationRefusal("line \(number): protocol `\(printable(name))` is not allowed; use udp or tcp")
        }
        if !protocolIsSet { isUDP = udp }
        protocolIsSet = true
      }
      switch directive {
      case "proto": if let name = arguments.first { try setProtocol(name) }
      case "remote":
        remotes.append(arguments.prefix(2).map { printable($0) }.joined(separator: " "))
        if arguments.count > 2 { try setProtocol(arguments[2]) }
      case "dev", "dev-type":
        guard arguments.first?.hasPrefix("tun") == true else {
          throw ConfigurationRefusal("line \(number): only tun devices are supported, not `\(printable(line))`")
        }
      case "auth-user-pass":
        guard arguments.isEmpty || arguments == ["[inline]"] else {
          throw ConfigurationRefusal(
            "line \(number): `auth-user-pass` with a file is not allowed: give them with credentialsSecretRef"
          )
        }
        asksForCredentials = true
      case "cipher": cipher = arguments.first
      case "data-ciphers", "ncp-ciphers":
        dataCiphers = arguments.first?.split(separator: ":").map(String.init) ?? []
      case "data-ciphers-fallback": hasFallback = true
      case "remote-cert-tls", "remote-cert-eku", "verify-x509-name", "peer-fingerprint": verifiesServer = true
      default: break
      }
      switch rule {
      case .ours: break
      case .inline:
        guard arguments.first == "[inline]" else {
          throw ConfigurationRefusal(
            "line \(number): `\(directive)` with a file is not allowed: put its content into a <\(directive)> block"
          )
        }
        if directive == "tls-auth", arguments.count > 1, ["0", "1"].contains(arguments[1]) {
          keptLines.append("key-direction \(arguments[1])")
        }
      case .kept(let count):
        guard count.contains(arguments.count) else {
          throw ConfigurationRefusal("line \(number): `\(directive)` has \(arguments.count) arguments")
        }
        keptLines.append(([directive] + arguments.map(Self.rendered)).joined(separator: " "))
      }
    }
    if let block { throw ConfigurationRefusal("line \(block.line): <\(block.name)> is not closed") }
    if insideConnection { throw ConfigurationRefusal("<connection> is not closed") }
    guard hasCA || keptLines.contains(where: { $0.hasPrefix("peer-fingerprint") }) else {
      throw ConfigurationRefusal("the profile has no <ca> block: the server could be anyone")
    }
    // Before 2.5 `cipher` was what one used; since then it negotiates nothing by itself.
    var ciphers = dataCiphers ?? OpenVPNRendering.defaultCiphers
    if let cipher {
      try checkAlgorithm(cipher, "cipher")
      if !ciphers.contains(where: { $0.uppercased() == cipher.uppercased() }) { ciphers.append(cipher) }
      if !hasFallback { keptLines.append("data-ciphers-fallback \(cipher)") }
    }
    for name in ciphers { try checkAlgorithm(name.hasPrefix("?") ? String(name.dropFirst()) : name, "data-ciphers") }
    keptLines.append("data-ciphers \(ciphers.joined(separator: ":"))")
    if !verifiesServer { keptLines.append("remote-cert-tls server") }
    if keptLines.contains(where: { $0.hasPrefix("compress") || $0.hasPrefix("comp-lzo") }) {
      keptLines.append("allow-compression asym")
    }
  }

  // MARK: The rules

  private enum Rule {
    /// Goes into the gateway's configuration, with this many arguments.
    case kept(ClosedRange<Int>)
    /// Understood, and set by the gateway itself.
    case ours
    /// Only as an inline block.
    case inline
  }

  private static let protocols = [
    "udp": true, "udp4": true, "tcp": false, "tcp4": false, "tcp-client": false, "tcp4-client": false,
  ]

  private static let rules: [String: Rule] = {
    var rules: [String: Rule] = [:]
    for name in [
      "client", "tls-client", "pull", "dev", "dev-type", "proto", "remote", "port", "rport", "nobind", "resolv-retry",
      "connect-retry", "connect-retry-max", "connect-timeout", "server-poll-timeout", "persist-tun", "persist-key",
      "remote-random", "remote-random-hostname", "ping", "ping-restart", "ping-exit", "ping-timer-rem", "keepalive",
      "explicit-exit-notify", "auth-user-pass", "auth-nocache", "auth-retry", "verb", "mute", "mute-replay-warnings",
      "nice", "float", "cipher", "data-ciphers", "ncp-ciphers", "ncp-disable", "route-nopull", "disable-dco",
      "allow-compression", "topology", "ifconfig-nowarn", "script-security", "block-outside-dns", "register-dns",
      "pull-filter", "errors-to-stderr", "allow-recursive-routing", "tun-mtu-extra", "suppress-timestamps",
    ] { rules[name] = .ours }
    for name in ["ca", "cert", "key", "tls-auth", "tls-crypt", "tls-crypt-v2", "extra-certs"] { rules[name] = .inline }
    for (name, count) in [
      ("remote-cert-tls", 1...1), ("remote-cert-eku", 1...1), ("remote-cert-ku", 0...8), ("verify-x509-name", 1...2),
      ("peer-fingerprint", 1...1), ("tls-version-min", 1...2), ("tls-version-max", 1...1), ("tls-cipher", 1...1),
      ("tls-ciphersuites", 1...1), ("tls-groups", 1...1), ("tls-cert-profile", 1...1), ("ecdh-curve", 1...1),
      ("data-ciphers-fallback", 1...1), ("auth", 1...1), ("key-direction", 1...1), ("compress", 0...1),
      ("comp-lzo", 0...1), ("comp-noadapt", 0...0), ("reneg-sec", 1...2), ("reneg-bytes", 1...1),
      ("reneg-pkts", 1...1), ("hand-window", 1...1), ("tran-window", 1...1), ("tls-timeout", 1...1),
      ("tls-exit", 0...0), ("tun-mtu", 1...1), ("link-mtu", 1...1), ("fragment", 1...2), ("mssfix", 0...2),
      ("sndbuf", 1...1), ("rcvbuf", 1...1), ("txqueuelen", 1...1), ("replay-window", 1...2), ("fast-io", 0...0),
      ("mtu-disc", 1...1), ("passtos", 0...0), ("push-peer-info", 0...0), ("compat-mode", 1...1),
      ("key-method", 1...1),
    ] { rules[name] = .kept(count) }
    rules["key-method"] = .ours
    return rules
  }()

  private static let inlineBlocks: [String: @Sendable (String) -> Bool] = [
    "ca": { $0.contains("CERTIFICATE") }, "cert": { $0.contains("CERTIFICATE") },
    "extra-certs": { $0.contains("CERTIFICATE") }, "key": { $0.hasSuffix("PRIVATE KEY") },
    "tls-auth": { $0.contains("OpenVPN Static key") }, "tls-crypt": { $0.contains("OpenVPN Static key") },
    "tls-crypt-v2": { $0.contains("OpenVPN tls-crypt-v2 client key") },
  ]

  /// Why a directive is refused by name, nil when it is not one of those.
  static func refused(_ directive: String) -> String? {
    switch directive {
    case "up", "down", "up-restart", "up-delay", "down-pre", "route-up", "route-pre-down", "ipchange", "tls-verify",
      "auth-user-pass-verify", "client-connect", "client-disconnect", "client-crresponse", "learn-address", "iproute",
      "tls-crypt-v2-verify", "tls-export-cert", "plugin":
      return "it runs a program"
    case "route", "route-ipv6", "route-gateway", "route-ipv6-gateway", "route-metric", "route-delay", "route-method",
      "redirect-gateway", "redirect-private", "client-nat", "allow-pull-fqdn", "vlan-tagging", "iroute", "iroute-ipv6":
      return "routes are the connection's remoteNetworks"
    case "dhcp-option", "dns", "ip-win32", "dhcp-renew", "dhcp-release", "dhcp-pre-release":
      return "the resolver stays the pod's; use target.dns of a PortForward"
    case "ifconfig", "ifconfig-ipv6", "ifconfig-push", "lladdr", "bind-dev", "local", "lport", "bind", "mark", "server",
      "server-ipv6", "mode", "tls-server", "push", "secret", "inetd":
      return "the gateway is a client that gets its address from the server"
    case "setenv", "setenv-safe": return "it sets the environment of programs"
    case "config": return "the profile must be whole: put the included file's lines into it"
    case "askpass", "pkcs12", "pkcs11-id", "pkcs11-providers", "cryptoapicert", "management-external-key", "capath",
      "crl-verify", "dh", "auth-gen-token-secret", "tls-export", "providers", "engine", "writepid", "status", "tmp-dir",
      "replay-persist", "http-proxy-user-pass", "ifconfig-pool-persist", "client-config-dir", "genkey":
      return "it names a file or a device of the host"
    case "cd", "chroot", "daemon", "user", "group", "setcon", "syslog", "mlock", "echo", "parameter", "remap-usr1",
      "persist-local-ip", "persist-remote-ip", "inactive", "mktun", "rmtun", "test-crypto", "show-tls", "version",
      "help", "dev-node", "windows-driver", "service", "machine-readable-output", "single-session":
      return "the process is the gateway's to run"
    case "http-proxy", "http-proxy-option", "http-proxy-retry", "socks-proxy", "socks-proxy-retry":
      return "proxies are not supported"
    case "ignore-unknown-option": return "unknown directives are always refused: remove them"
    default:
      if directive.hasPrefix("management") { return "the management interface is the gateway's own" }
      if directive == "log" || directive.hasPrefix("log-") { return "logs go to the gateway's own" }
      if directive.hasPrefix("pkcs11") { return "it names a file or a device of the host" }
      return nil
    }
  }

  // MARK: Words

  /// Splits as OpenVPN's parse_line does: blanks, single and double quotes, backslash, and `#` or `;` after a blank.
  static func words(of line: String, number: Int) throws(ConfigurationRefusal) -> [String] {
    // OpenVPN itself reads 255 bytes of a line.
    guard line.utf8.count <= 1024 else { throw ConfigurationRefusal("line \(number) is too long") }
    var words: [String] = []
    var word: String?
    var quote: Unicode.Scalar?
    var escaped = false
    for scalar in line.unicodeScalars {
      if scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7f {
        throw ConfigurationRefusal("line \(number): control characters are not allowed")
      }
      if escaped {
        word = (word ?? "") + String(scalar)
        escaped = false
      } else if scalar == "\\" && quote != "'" {
        escaped = true
      } else if let current = quote {
        if scalar == current { quote = nil } else { word = (word ?? "") + String(scalar) }
      } else if scalar == "\"" || scalar == "'" {
        quote = scalar
        word = word ?? ""
      } else if scalar == " " || scalar == "\t" {
        if let finished = word { words.append(finished) }
        word = nil
      } else if word == nil && (scalar == "#" || scalar == ";") {
        return words
      } else {
        word = (word ?? "") + String(scalar)
      }
    }
    guard quote == nil, !escaped else { throw ConfigurationRefusal("line \(number): a quote is not closed") }
    if let word { words.append(word) }
    return words
  }

  private static func rendered(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || "-_.:/+,=@".utf8.contains(byte)
    }
    return plain && !word.isEmpty ? word : OpenVPNRendering.quoted(word)
  }

  private static func trimmed(_ line: Substring) -> String {
    var line = line
    while line.first?.isWhitespace == true { line.removeFirst() }
    while line.last?.isWhitespace == true { line.removeLast() }
    return String(line)
  }
}
