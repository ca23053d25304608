import FoundationEssentials
import Foundations

@testable import Gateway
@testable import GatewayAgent

/// The content of a gateway's Secret.
extension FuzzTarget {
  static let profile = FuzzTarget(
    name: "profile",
    seeds: [
      """
      client
      dev tun
      proto udp
      remote vpn.example.com 1194 # comment
      <ca>
      \(Samples.certificate)</ca>
      <cert>
      \(Samples.certificate)</cert>
      <key>
      \(Samples.key)</key>
      key-direction 1
      <tls-auth>
      \(Samples.staticKey)</tls-auth>
      <auth-user-pass>
      name
      password
      </auth-user-pass>
      cipher AES-256-CBC
      data-ciphers AES-256-GCM:AES-128-GCM
      verify-x509-name "C=DE, CN=a \\"b\\"" subject
      tls-cipher 'TLS-DHE-RSA-WITH-AES-256-GCM-SHA384'
      compress lz4-v2
      setenv opt route 10.0.0.0 255.0.0.0
      setenv UV_ID 1
      ignore-unknown-option data-ciphers frobnicate
      frobnicate
      user nobody
      <peer-fingerprint>
      \(Array(repeating: "ab", count: 32).joined(separator: ":"))
      </peer-fingerprint>
      """, "<connection>\r\nremote a 1 tcp\r\n</connection>\r\npeer-fingerprint aa:bb\r\n--auth SHA256\r\n",
    ].map(\.bytes)
  ) { input in
    var files = Samples.files
    files.contents["profile.ovpn"] = input
    let settings = OpenVPNProfileSettings(profileFile: "profile.ovpn", usernameFile: "username", passwordFile: "psk")
    let server = GatewayConfiguration.Server(host: "vpn.example.com", port: 1194)
    guard
      let rendering = try? OpenVPNRendering(
        settings,
        server: server,
        managementSocket: "/run/openvpn.sock",
        files: files
      )
    else { return }
    OpenVPNText.check(rendering, server: server, managementSocket: "/run/openvpn.sock")
  }

  /// `gateway.json`, and after each NUL byte the content of a file that it names.
  static let configuration = FuzzTarget(name: "configuration", seeds: Samples.configurations.map(Samples.json)) {
    input in
    let parts = input.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    var files = Samples.files
    for index in stride(from: 1, to: max(1, parts.count - 1), by: 2) {
      files.contents[String(decoding: parts[index], as: UTF8.self)] = parts[index + 1]
    }
    guard let json = parts.first,
      let configuration = try? JSONDecoder().decode(GatewayConfiguration.self, from: Data(json))
    else { return }
    GatewayTexts.check(configuration, files)
  }

  /// The input replaces one field of a good configuration, or one file; its first byte selects which.
  static let hostileFields = FuzzTarget(
    name: "hostile-fields",
    seeds: (0..<24).flatMap { field in
      ["a\nup /bin/sh", "\";}\nflush ruleset\n", "a\r</ca>\nplugin x", "10.0.0.1\u{2028}x", "%any { }"]
        .map { [UInt8(field)] + $0.bytes }
    }
  ) { input in
    let text = String(decoding: input.dropFirst(), as: UTF8.self)
    for var configuration in Samples.configurations {
      var files = Samples.files
      Samples.place(text, at: Int(input.first ?? 0), in: &configuration, &files)
      GatewayTexts.check(configuration, files)
    }
  }
}

/// Every text that is made from a configuration and read by another program.
enum GatewayTexts {
  private static let runtime = RuntimeDirectory(path: "/run/cloudlinker")

  static func check(_ configuration: GatewayConfiguration, _ files: GatewaySecretFiles) {
    let material: GatewayMaterial
    do { material = try GatewayMaterial(configuration, files: files, runtime: runtime) } catch {
      let words = error.message
      require(!words.unicodeScalars.contains { $0.value < 0x20 }, "a refusal of more than one line: \(words)")
      return
    }
    switch material.daemon {
    case .openVPN(let rendering):
      OpenVPNText.check(rendering, server: configuration.server, managementSocket: runtime.managementSocket)
    case .ipsec(let rendering): check(rendering)
    }
    for path: NftablesRuleset.Path in [.device("tun0"), .kernelPolicies(virtualAddress: IPv4Address("10.9.8.7"))] {
      check(configuration, path)
    }
  }

  private static func check(_ rendering: IPsecRendering) {
    for section in [rendering.connection] + rendering.credentials.map(\.message) {
      require(lineCount(section) == section.text.utf8.count { $0 == 10 }, "a value ends its line:\n\(section.text)")
      let packet = ViciPacket.request("load", section)
      require((try? ViciPacket(decoding: packet.encoded[4...])) == packet, "vici says something else")
    }
  }

  private static func lineCount(_ section: ConfigurationSection) -> Int {
    section.items.reduce(0) { count, entry in
      if case .section(let inner) = entry.item { count + 2 + lineCount(inner) } else { count + 1 }
    }
  }

  /// Whatever the fields hold, the rules are the same; only the elements of sets differ.
  private static func check(_ configuration: GatewayConfiguration, _ path: NftablesRuleset.Path) {
    var empty = NftablesRuleset(
      path: path,
      remoteNetworks: [],
      maximumSegmentSize: configuration.maximumSegmentSize
    )
    let reference = shape(empty.text)
    empty.remoteNetworks = configuration.networks
    var ruleset = empty
    for forward in configuration.forwards {
      ruleset.ports[forward.forwardPort] = forward.targetHost
      if let address = IPv4Address(forward.targetHost) {
        ruleset.targets[forward.forwardPort] = ForwardTarget(address: address, port: forward.targetPort)
      }
    }
    require(shape(ruleset.text) == reference, "the rules differ:\n\(ruleset.text)")
    for line in (ruleset.changes(from: empty) ?? "").split(separator: "\n") {
      require(line.hasPrefix("add element ip cloudlinker ") && shape(String(line)).hasSuffix("{ }"), "\(line)")
    }
    let cuts = empty.cutPorts(from: ruleset) + empty.delayedCutPorts(from: ruleset)
    for words in ruleset.conntrackCommands(from: empty) + cuts.map(NftablesRuleset.cut) {
      require(words.first == "-D" && words.allSatisfy { $0.utf8.count < 20 }, "\(words)")
    }
  }

  /// The text without the elements, which may be numbers and punctuation only.
  private static func shape(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard let start = line.ranges(of: " { ").last?.upperBound, line.contains("element"),
        let end = line[start...].firstIndex(of: "}")
      else {
        lines.append(String(line))
        continue
      }
      let elements = line[start..<end]
      require(elements.utf8.allSatisfy { "0123456789./:, ".utf8.contains($0) }, "odd elements: \(line)")
      let whole = String(line[..<start] + line[end...])
      lines.append(whole.replacing("elements = { }; ", with: ""))
    }
    return lines.joined(separator: "\n")
  }
}
