internal import Foundations

/// The checks that need the whole profile.
extension OpenVPNProfile.Reading {
  /// - Throws: everything that is refused.
  mutating func finish() throws(ConfigurationRefusal) -> OpenVPNProfile {
    checkFiles()
    checkDevice()
    checkPairs()
    checkCertificate()
    finishCiphers()
    if !verifiesServer { write("remote-cert-tls", ["server"], line: 0) }
    finishCompression()
    finishRemotes()
    if let refusal = refusals.refusal { throw refusal }
    profile.hasClientCertificate = lines["cert"] != nil
    profile.notice = ignored.notice
    return profile
  }

  /// Ignores a file if a block of the same name holds its content. User name and password may also come from a Secret.
  private mutating func checkFiles() {
    for item in files {
      if material[item.name] != nil {
        ignore(item.name, .material)
      } else {
        refuse(item, "with a file is not allowed: put its content into a <\(item.name)> block")
      }
    }
    if let line = credentialsFile {
      if hasCredentials {
        ignore("auth-user-pass", .credentials)
      } else if profile.credentials == nil {
        refusals.add(line, "`auth-user-pass` with a file is not allowed: give its content with credentialsSecretRef")
      }
    }
    let namesCA = lines["ca"] != nil || lines["peer-fingerprint"] != nil || files.contains { $0.name == "ca" }
    if !namesCA {
      refusals.add(0, "the profile has no <ca> block: the server could be anyone: add the CA's certificate")
    }
  }

  private mutating func checkDevice() {
    guard let device, !isTUN, !device.name.hasPrefix("tun") else { return }
    refusals.add(
      device.line,
      "`dev` is wrong: only tun devices are supported: write dev tun, or add dev-type tun if the server has one"
    )
  }

  /// Refuses the combinations that OpenVPN refuses.
  private mutating func checkPairs() {
    let keys = ["tls-auth", "tls-crypt", "tls-crypt-v2"].filter { lines[$0] != nil }
    for (names, reason) in [
      (keys, "exclude one another: keep the one that the server has"),
      (["tun-mtu", "link-mtu"].filter { lines[$0] != nil }, "exclude one another: keep one"),
    ] where names.count > 1 {
      refusals.add(lines[names[1]] ?? 0, names.map { "`\($0)`" }.joined(separator: " and ") + " " + reason)
    }
    let halves = ["cert", "key"].filter { name in lines[name] != nil || files.contains { $0.name == name } }
    if halves.count == 1 { refusals.add(lines[halves[0]] ?? 0, "<cert> and <key> go together: add the other") }
    if let least = tlsVersions.least, let most = tlsVersions.most, least > most {
      refusals.add(lines["tls-version-max"] ?? 0, "`tls-version-max` is below tls-version-min: correct one of them")
    }
  }

  private mutating func checkCertificate() {
    guard let certificate = material["cert"], let key = material["key"] else { return }
    let level =
      ClientCertificate.level(inCipherList: tlsCipher)
      ?? ["insecure": 0, "legacy": 1, "preferred": 2, "suiteb": 3][certificateProfile ?? "legacy"] ?? 1
    if let problem = ClientCertificate.problem(certificate, key: key, level: level) {
      let wayOut =
        problem.isWeakness
        ? ", or add tls-cipher \"DEFAULT:@SECLEVEL=0\" to the profile, which lowers what is required" : ""
      refusals.add(lines["cert"] ?? 0, "<cert> \(problem.text)\(wayOut)")
    }
  }

  /// Before 2.5 `cipher` chose the cipher; since then OpenVPN negotiates it only if `data-ciphers` lists it as well.
  private mutating func finishCiphers() {
    var ciphers = dataCiphers ?? OpenVPNRendering.defaultCiphers
    if let cipher {
      if !ciphers.contains(cipher) { ciphers.append(cipher) }
      if !hasFallbackCipher { write("data-ciphers-fallback", [cipher], line: 0) }
    }
    do throws(ConfigurationRefusal) {
      write("data-ciphers", [try OpenVPNAlgorithm.list(ciphers)], line: 0)
    } catch { refusals.add(0, error.message) }
  }

  /// The gateway accepts compressed packets and sends none: see `OpenVPNRendering`.
  private mutating func finishCompression() {
    let compresses = lines["compress"] != nil || lines["comp-lzo"] != nil
    switch allowsCompression {
    case false where compresses:
      refusals.add(
        lines["allow-compression"] ?? 0,
        "`allow-compression` no and `compress` or `comp-lzo` exclude one another: keep the one that the server has"
      )
    case true: write("allow-compression", ["asym"], line: 0)
    default: if compresses { write("allow-compression", ["asym"], line: 0) }
    }
  }

  /// A remote's own protocol decides, then `proto` beside it, then `proto` outside; the same holds for the port.
  private mutating func finishRemotes() {
    let outside = (isUDP: protocols[0] ?? true, port: ports[0] ?? 1194)
    profile.remotes = remotes.map { remote in
      let place = remote.connection ?? 0
      return OpenVPNProfile.Remote(
        host: remote.host,
        port: remote.port ?? ports[place] ?? outside.port,
        isUDP: remote.isUDP ?? protocols[place] ?? outside.isUDP
      )
    }
    if let forcedProtocol {
      let left = profile.remotes.filter { $0.isUDP == forcedProtocol }
      if left.isEmpty, !profile.remotes.isEmpty {
        refusals.add(0, "`proto-force` leaves none of the remote lines: remove it")
      }
      profile.remotes = left
    }
    if profile.remotes.isEmpty {
      profile.remotes = [OpenVPNProfile.Remote(host: "", port: outside.port, isUDP: forcedProtocol ?? outside.isUDP)]
    }
  }
}
