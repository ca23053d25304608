import Gateway

/// Reads a configuration as openvpn does (options.c, `read_config_file`), and knows which directives ours may have.
enum OpenVPNText {
  /// The directives that a tunnel's own part may have. Any other must have come from the input.
  private static let allowed: Set<String> = [
    "remote-cert-tls", "remote-cert-eku", "remote-cert-ku", "verify-x509-name", "peer-fingerprint", "tls-version-min",
    "tls-version-max", "tls-cipher", "tls-ciphersuites", "tls-groups", "tls-cert-profile", "ecdh-curve", "data-ciphers",
    "data-ciphers-fallback", "auth", "key-direction", "compress", "comp-lzo", "comp-noadapt", "allow-compression",
    "reneg-sec", "reneg-bytes", "reneg-pkts", "hand-window", "tran-window", "tls-timeout", "tls-exit", "tun-mtu",
    "link-mtu", "fragment", "mssfix", "sndbuf", "rcvbuf", "txqueuelen", "replay-window", "fast-io", "mtu-disc",
    "passtos", "push-peer-info", "compat-mode", "remote-random-hostname", "shaper", "tun-mtu-max", "max-packet-size",
    "tcp-nodelay", "socket-flags", "x509-username-field",
  ]
  private static let blocks: Set<String> = [
    "ca", "cert", "key", "extra-certs", "tls-auth", "tls-crypt", "tls-crypt-v2", "auth-user-pass",
  ]

  static func check(_ rendering: OpenVPNRendering, server: GatewayConfiguration.Server, managementSocket: String) {
    let text = rendering.text
    // The part that every tunnel has, rendered from harmless fields.
    let reference = try? OpenVPNRendering(
      OpenVPNSettings(
        transport: rendering.isUDP ? .udp : .tcp,
        caFile: "ca.crt",
        certificateFile: "tls.crt",
        keyFile: "tls.key"
      ),
      server: GatewayConfiguration.Server(host: "h", port: 1),
      managementSocket: managementSocket,
      files: Samples.files
    )
    guard let common = reference?.text.ranges(of: "\nverb 3\n").first.map({ reference?.text[..<$0.upperBound] ?? "" })
    else { fatalError("the reference has no common part") }
    let header = common.replacing("remote h 1\n", with: "remote \(server.host) \(server.port)\n")
    require(text.hasPrefix(header), "the common part is not whole:\n\(text)")
    require(!server.host.unicodeScalars.contains { $0.value <= 0x20 }, "the server is more than a word")

    var block: String?
    // Bytes, as openvpn sees them; to Swift, "\r
    // " is one character.
    for bytes in text.utf8.dropFirst(header.utf8.count).split(separator: 10) {
      require(!bytes.contains { $0 < 0x20 && $0 != 9 || $0 == 0x7f }, "a control character:\n\(text)")
      let line = String(decoding: bytes, as: UTF8.self)
      let content = line.drop { $0 == " " || $0 == "\t" }
      if let open = block {
        if content.hasPrefix("</\(open)>") {
          block = nil
        } else if open == "auth-user-pass" {
          // openvpn reads it in pieces, each of which could end the block.
          require(!content.contains("</auth-user-pass"), "in \(open): \(line)")
        } else {
          require(!content.contains("<"), "in \(open): \(line)")
        }
      } else if content.hasPrefix("<") {
        let name = String(content.dropFirst().dropLast())
        require(blocks.contains(name) && content.hasSuffix(">"), "a block of its own: \(line)")
        block = name
      } else {
        let directive = String(content.prefix { $0 != " " && $0 != "\t" })
        require(allowed.contains(directive), "a directive of its own: \(line)")
      }
    }
    require(block == nil, "a block that does not end")
  }
}
