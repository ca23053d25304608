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
  /// Arguments of the kept lines, and parts of them, that are no common words of OpenVPN's: openvpn repeats them in its
  /// messages, and they are content of a Secret.
  public private(set) var confidentialWords: Set<String> = []

  /// Larger ones are refused, in bytes; a Secret holds 1 MiB at most.
  public static let maximumSize = 256 * 1024

  /// - Throws: the line that is not allowed, and why. The profile is the content of a Secret, and the message becomes
  ///   part of a status that more people may read: it quotes only words of the gateway's own lists.
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
            throw ConfigurationRefusal("line \(number): \(Self.refusalOfBlock(line, name, insideConnection))")
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
      if let reason = Self.refusals[directive] {
        throw ConfigurationRefusal("line \(number): `\(directive)` is not allowed: \(reason)")
      }
      guard let rule = Self.rules[directive] else {
        throw ConfigurationRefusal(
          "line \(number): a directive that the gateway does not know (\(Self.length(of: directive))): remove it if the "
            + "server does not need it"
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
        let name = name.lowercased()
        guard let udp = Self.protocols[name] else {
          let what = Self.refusedProtocols.contains(name) ? "protocol `\(name)`" : "a protocol of this name"
          throw ConfigurationRefusal("line \(number): \(what) is not supported: use udp or tcp")
        }
        if !protocolIsSet { isUDP = udp }
        protocolIsSet = true
      }
      switch directive {
      case "proto": if let name = arguments.first { try setProtocol(name) }
      case "remote": if arguments.count > 2 { try setProtocol(arguments[2]) }
      case "dev", "dev-type":
        guard arguments.first?.hasPrefix("tun") == true else {
          throw ConfigurationRefusal("line \(number): `\(directive)`: only tun devices are supported")
        }
      case "auth-user-pass":
        guard arguments.isEmpty || arguments == ["[inline]"] else {
          throw ConfigurationRefusal(
            "line \(number): `auth-user-pass` with a file is not allowed: give them with credentialsSecretRef"
          )
        }
        asksForCredentials = true
      case "cipher":
        cipher = arguments.first
        try Self.checkCiphers(arguments.prefix(1), directive, line: number)
      case "data-ciphers", "ncp-ciphers":
        let names = arguments.first?.split(separator: ":").map(String.init) ?? []
        try Self.checkCiphers(names.map { $0.hasPrefix("?") ? String($0.dropFirst()) : $0 }, directive, line: number)
        dataCiphers = names
      case "data-ciphers-fallback":
        hasFallback = true
        try Self.checkCiphers(arguments.prefix(1), directive, line: number)
      case "auth": try Self.checkCiphers(arguments.prefix(1), directive, line: number)
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
        let rendered = ([directive] + arguments.map(Self.rendered)).joined(separator: " ")
        guard rendered.utf8.count <= Self.maximumLineLength else {
          throw ConfigurationRefusal("line \(number): `\(directive)` is longer than OpenVPN reads once it is quoted")
        }
        keptLines.append(rendered)
        for argument in arguments { confidentialWords.formUnion(Self.confidentialWords(of: argument)) }
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
      if !ciphers.contains(where: { $0.uppercased() == cipher.uppercased() }) { ciphers.append(cipher) }
      if !hasFallback { keptLines.append("data-ciphers-fallback \(cipher)") }
    }
    keptLines.append("data-ciphers \(ciphers.joined(separator: ":"))")
    if !verifiesServer { keptLines.append("remote-cert-tls server") }
    if keptLines.contains(where: { $0.hasPrefix("compress") || $0.hasPrefix("comp-lzo") }) {
      keptLines.append("allow-compression asym")
    }
  }
}
