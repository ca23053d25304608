/// The directives that the gateway writes in its own way.
extension OpenVPNProfile.Reading {
  private static let protocols = [
    "udp": true, "udp4": true, "tcp": false, "tcp4": false, "tcp-client": false, "tcp4-client": false,
  ]
  /// Protocols that OpenVPN knows and the gateway does not take.
  private static let refusedProtocols: Set = [
    "udp6", "tcp6", "tcp-server", "tcp4-server", "tcp6-client", "tcp6-server",
  ]

  mutating func interpret(_ item: OpenVPNProfile.Item) {
    guard item.connection == nil || ["remote", "proto", "port", "rport", "lport"].contains(item.name) else {
      return refuse(item, "is not allowed inside <connection>: move it out of it")
    }
    let first = item.arguments.first
    guard first != nil || ["auth-user-pass", "ignore-unknown-option"].contains(item.name) else {
      return refuse(item, "has no argument: remove it")
    }
    switch item.name {
    case "remote": readRemote(item)
    case "proto":
      if let isUDP = transport(first ?? "", item) {
        let place = item.connection ?? 0
        protocols[place] = protocols[place] ?? isUDP
      }
    case "proto-force": forcedProtocol = transport(first ?? "", item)
    case "port", "rport": if let port = port(first ?? "", item) { ports[item.connection ?? 0] = port }
    case "lport": if first != "0" { refuse(item, "is not allowed: it binds a local port: remove it") }
    case "dev": device = (item.line, first ?? "")
    case "dev-type":
      isTUN = first == "tun"
      if !isTUN { refuse(item, "is wrong: only tun devices are supported: export a profile for tun") }
    case "auth-user-pass":
      profile.asksForCredentials = true
      if let first, first != "[inline]" { credentialsFile = item.line }
    case "ns-cert-type":
      // OpenVPN's manual names this replacement.
      if first == "server" {
        write("remote-cert-tls", ["server"], line: item.line)
        verifiesServer = true
      } else {
        refuse(item, "is wrong: the other side must be a server: write remote-cert-tls server")
      }
    case "allow-compression":
      if let first, ["yes", "asym", "no"].contains(first) {
        allowsCompression = first != "no"
        lines[item.name] = item.line
      } else {
        refuse(item, "is wrong: argument 1 must be yes, asym, no")
      }
    case "cipher", "data-ciphers", "ncp-ciphers", "data-ciphers-fallback", "auth": readAlgorithms(item)
    case "setenv": readVariable(item)
    case "setenv-safe": ignore(item.name, .variables)
    default: break
    }
  }

  private mutating func readRemote(_ item: OpenVPNProfile.Item) {
    guard item.arguments.count <= 3 else { return refuse(item, "has more than 3 arguments: correct it") }
    var remote: (host: String, port: Int?, isUDP: Bool?, connection: Int?) = (
      item.arguments[0], nil, nil, item.connection
    )
    if item.arguments.count > 1 {
      guard let port = port(item.arguments[1], item) else { return }
      remote.port = port
    }
    if item.arguments.count > 2 {
      guard let isUDP = transport(item.arguments[2], item) else { return }
      remote.isUDP = isUDP
    }
    remotes.append(remote)
  }

  private mutating func port(_ text: String, _ item: OpenVPNProfile.Item) -> Int? {
    guard OpenVPNDirective.Argument.number(1...65_535).problem(text) == nil else {
      refuse(item, "is wrong: the port must be a number from 1 to 65535")
      return nil
    }
    return Int(text)
  }

  private mutating func transport(_ name: String, _ item: OpenVPNProfile.Item) -> Bool? {
    let name = name.lowercased()
    if let isUDP = Self.protocols[name] { return isUDP }
    let what = Self.refusedProtocols.contains(name) ? "the protocol \(name)" : "a protocol of this name"
    refuse(item, "is wrong: \(what) is not supported: use udp or tcp")
    return nil
  }

  private mutating func readAlgorithms(_ item: OpenVPNProfile.Item) {
    do throws(ConfigurationRefusal) {
      switch item.name {
      case "auth": write("auth", [try OpenVPNAlgorithm.digest(item.arguments[0])], line: item.line)
      case "cipher": cipher = try OpenVPNAlgorithm.cipher(item.arguments[0])
      case "data-ciphers-fallback":
        hasFallbackCipher = true
        write(item.name, [try OpenVPNAlgorithm.cipher(item.arguments[0])], line: item.line)
      default:
        var ciphers: [String] = []
        for word in item.arguments[0].split(separator: ":") {
          let name = word.hasPrefix("?") ? String(word.dropFirst()) : String(word)
          // OpenVPN skips a name marked with `?` that it does not know.
          if name != word, OpenVPNAlgorithm.ciphers[name.uppercased()] == nil, !AlgorithmName.isUnprotected(name) {
            continue
          }
          let cipher = try OpenVPNAlgorithm.cipher(name)
          if !ciphers.contains(cipher) { ciphers.append(cipher) }
        }
        _ = try OpenVPNAlgorithm.list(ciphers)
        dataCiphers = ciphers
      }
    } catch { refuse(item, "is wrong: \(error.message)") }
  }

  /// `setenv` sets variables for programs, and the gateway runs none. Some variables mean something to OpenVPN itself.
  private mutating func readVariable(_ item: OpenVPNProfile.Item) {
    switch item.arguments[0] {
    case "opt":
      guard item.arguments.count > 1 else { return refuse(item, "has no argument: remove it") }
      let name = item.arguments[1]
      var inner = item
      inner.name = name.hasPrefix("--") ? String(name.dropFirst(2)) : name
      inner.arguments = Array(item.arguments.dropFirst(2))
      read(inner, isOptional: true)
    case "PUSH_PEER_INFO": write("push-peer-info", [], line: item.line)
    case "FORWARD_COMPATIBLE": break
    default: ignore(item.name, .variables)
    }
  }
}
