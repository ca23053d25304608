/// The directives, blocks and protocols of a profile that the gateway refuses by name.
extension OpenVPNProfile {
  /// Why a directive, or the block of that name, is refused.
  static let refusals: [String: String] = {
    var refusals: [String: String] = [:]
    for (reason, names) in [
      (
        "it runs a program",
        [
          "up", "down", "up-restart", "up-delay", "down-pre", "route-up", "route-pre-down", "ipchange", "tls-verify",
          "auth-user-pass-verify", "client-connect", "client-disconnect", "client-crresponse", "learn-address",
          "iproute", "tls-crypt-v2-verify", "tls-export-cert", "plugin",
        ]
      ),
      (
        "routes are the connection's remoteNetworks",
        [
          "route", "route-ipv6", "route-gateway", "route-ipv6-gateway", "route-metric", "route-delay", "route-method",
          "redirect-gateway", "redirect-private", "client-nat", "allow-pull-fqdn", "vlan-tagging", "iroute",
          "iroute-ipv6",
        ]
      ),
      (
        "the resolver stays the pod's; use target.dns of a PortForward",
        [
          "dhcp-option", "dns", "ip-win32", "dhcp-renew", "dhcp-release", "dhcp-pre-release",
        ]
      ),
      (
        "the gateway is a client that gets its address from the server",
        [
          "ifconfig", "ifconfig-ipv6", "ifconfig-push", "lladdr", "bind-dev", "local", "lport", "bind", "mark",
          "server", "server-ipv6", "mode", "tls-server", "push", "secret", "inetd",
        ]
      ),
      (
        "it sets the environment of programs",
        [
          "setenv", "setenv-safe",
        ]
      ),
      (
        "the profile must be whole: put the included file's lines into it",
        [
          "config"
        ]
      ),
      (
        "it names a file or a device of the host",
        [
          "askpass", "pkcs12", "pkcs11-id", "pkcs11-providers", "cryptoapicert", "management-external-key", "capath",
          "crl-verify", "dh", "auth-gen-token-secret", "tls-export", "providers", "engine", "writepid", "status",
          "tmp-dir", "replay-persist", "http-proxy-user-pass", "ifconfig-pool-persist", "client-config-dir", "genkey",
          "pkcs11-private-mode", "pkcs11-protected-authentication", "pkcs11-cert-private", "pkcs11-pin-cache",
          "pkcs11-id-management",
        ]
      ),
      (
        "the process is the gateway's to run",
        [
          "cd", "chroot", "daemon", "user", "group", "setcon", "syslog", "mlock", "echo", "parameter", "remap-usr1",
          "persist-local-ip", "persist-remote-ip", "inactive", "mktun", "rmtun", "test-crypto", "show-tls", "version",
          "help", "dev-node", "windows-driver", "service", "machine-readable-output", "single-session",
        ]
      ),
      (
        "proxies are not supported",
        [
          "http-proxy", "http-proxy-option", "http-proxy-retry", "socks-proxy", "socks-proxy-retry",
        ]
      ),
      (
        "unknown directives are always refused: remove them",
        [
          "ignore-unknown-option"
        ]
      ),
      (
        "the management interface is the gateway's own",
        [
          "management", "management-client", "management-client-auth", "management-client-group",
          "management-client-pf", "management-client-user", "management-external-cert", "management-forget-disconnect",
          "management-hold", "management-log-cache", "management-query-passwords", "management-query-proxy",
          "management-query-remote", "management-signal", "management-up-down",
        ]
      ),
      (
        "logs go to the gateway's own",
        [
          "log", "log-append",
        ]
      ),
    ] as [(String, [String])] {
      for name in names { refusals[name] = reason }
    }
    return refusals
  }()

  /// Protocols that OpenVPN knows and the gateway does not take.
  static let refusedProtocols: Set = [
    "udp6", "tcp6", "tcp-server", "tcp4-server", "tcp6-client", "tcp6-server",
  ]

  /// Why a block is refused.
  /// - Parameters:
  ///   - line: the whole line, which begins with `<`.
  ///   - name: what stands between the angle brackets.
  static func refusalOfBlock(_ line: String, _ name: String, _ insideConnection: Bool) -> String {
    let allowed = (inlineBlocks.keys.sorted() + ["auth-user-pass", "connection"]).map { "<\($0)>" }
    guard line.hasSuffix(">") else {
      return "a block that does not end with `>`; allowed are \(allowed.joined(separator: ", "))"
    }
    if name == "connection" || name == "/connection" { return "<\(name)> is out of place" }
    if name == "auth-user-pass" || inlineBlocks[name] != nil {
      return "<\(name)> inside <connection> is not allowed: move it out of it"
    }
    if let reason = refusals[name] { return "<\(name)> is not allowed: \(reason)" }
    return "a block that the gateway does not know (\(length(of: name))): allowed are "
      + allowed.joined(separator: ", ")
  }

  /// How long a word is that must not be shown.
  static func length(of word: String) -> String {
    let count = word.unicodeScalars.count
    return count == 1 ? "1 character" : "\(count) characters"
  }

  /// Ciphers by name, and none that encrypts nothing.
  static func checkCiphers(
    _ names: some Sequence<String>,
    _ directive: String,
    line: Int
  ) throws(ConfigurationRefusal) {
    for name in names {
      guard isAlgorithm(name) else {
        throw ConfigurationRefusal("line \(line): `\(directive)`: not the name of an algorithm")
      }
      guard !isNoAlgorithm(name) else {
        throw ConfigurationRefusal("line \(line): `\(directive) \(name.lowercased())`: \(nothingProtects)")
      }
    }
  }
}
