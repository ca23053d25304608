/// The directives, blocks and protocols of a profile that the gateway takes.
extension OpenVPNProfile {
  enum Rule {
    /// Goes into the gateway's configuration, with this many arguments.
    case kept(ClosedRange<Int>)
    /// Understood, and set by the gateway itself.
    case ours
    /// Only as an inline block.
    case inline
  }

  static let protocols = [
    "udp": true, "udp4": true, "tcp": false, "tcp4": false, "tcp-client": false, "tcp4-client": false,
  ]

  static let rules: [String: Rule] = {
    var rules: [String: Rule] = [:]
    for name in [
      "client", "tls-client", "pull", "dev", "dev-type", "proto", "remote", "port", "rport", "nobind", "resolv-retry",
      "connect-retry", "connect-retry-max", "connect-timeout", "server-poll-timeout", "persist-tun", "persist-key",
      "remote-random", "remote-random-hostname", "ping", "ping-restart", "ping-exit", "ping-timer-rem", "keepalive",
      "explicit-exit-notify", "auth-user-pass", "auth-nocache", "auth-retry", "verb", "mute", "mute-replay-warnings",
      "nice", "float", "cipher", "data-ciphers", "ncp-ciphers", "ncp-disable", "route-nopull", "disable-dco",
      "allow-compression", "topology", "ifconfig-nowarn", "script-security", "block-outside-dns", "register-dns",
      "pull-filter", "errors-to-stderr", "allow-recursive-routing", "tun-mtu-extra", "suppress-timestamps",
      "key-method",
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
    ] { rules[name] = .kept(count) }
    return rules
  }()

  static let inlineBlocks: [String: @Sendable (String) -> Bool] = [
    "ca": { $0.contains("CERTIFICATE") }, "cert": { $0.contains("CERTIFICATE") },
    "extra-certs": { $0.contains("CERTIFICATE") }, "key": { $0.hasSuffix("PRIVATE KEY") },
    "tls-auth": { $0.contains("OpenVPN Static key") }, "tls-crypt": { $0.contains("OpenVPN Static key") },
    "tls-crypt-v2": { $0.contains("OpenVPN tls-crypt-v2 client key") },
  ]
}
