/// Key material and the other inline blocks. Only whole PEM blocks and fingerprints get through.
extension OpenVPNProfile.Reading {
  /// Whether a PEM block with this label belongs into the block of that name.
  private static func accepts(_ label: String, in name: String) -> Bool {
    switch name {
    case "ca", "cert", "extra-certs": PEM.certificateLabels.contains(label)
    case "key": label.hasSuffix("PRIVATE KEY")
    case "tls-crypt-v2": label == PEM.clientKeyLabel
    default: label == PEM.staticKeyLabel
    }
  }

  mutating func readBlock(_ item: OpenVPNProfile.Item) {
    func refuse(_ reason: String) { refusals.add(item.line, "<\(item.name)> \(reason)") }
    let content = item.block ?? []
    switch OpenVPNDirective[item.name] {
    case .refused(let reason): refuse("is not allowed: \(reason)")
    case .material where item.connection != nil, .read where item.connection != nil:
      refuse("inside <connection> is not allowed: move it out of it")
    case .material: readMaterial(item.name, content, line: item.line)
    case _ where item.name == "auth-user-pass": readCredentials(content, line: item.line)
    case _ where item.name == "peer-fingerprint": readFingerprints(content, item)
    case nil: refusals.add(item.line, OpenVPNProfile.unknownBlock(item.name))
    default: refuse("is not allowed: OpenVPN has no such block: remove it")
    }
  }

  /// A line such as `ca ca.crt` or `tls-auth [inline] 1`.
  mutating func readMaterial(_ item: OpenVPNProfile.Item) {
    if item.name == "tls-auth", item.arguments.count > 1, ["0", "1"].contains(item.arguments[1]) {
      write("key-direction", [item.arguments[1]], line: item.line)
    }
    if item.arguments.first != "[inline]" { files.append(item) }
  }

  private mutating func readMaterial(_ name: String, _ content: [String], line: Int) {
    let blocks = PEM.blocks(in: content.joined(separator: "\n"))
    let wanted = blocks.filter { Self.accepts($0.label, in: name) }
    guard !wanted.isEmpty else {
      let trouble =
        PEM.trouble(with: blocks, name)
        ?? "has no PEM block of the right kind: put what the server's administrator gave you there"
      return refusals.add(line, "<\(name)> \(trouble)")
    }
    guard !wanted.contains(where: { $0.text.contains("ENCRYPTED") }) else {
      return refusals.add(line, "the private key has a passphrase: store it without one")
    }
    lines[name] = line
    material[name] = wanted.map(\.text).joined()
    profile.keptLines.append("<\(name)>\n\(material[name] ?? "")</\(name)>")
  }

  private mutating func readCredentials(_ content: [String], line: Int) {
    profile.asksForCredentials = true
    guard !hasCredentials else { return }
    let content = content.filter { !OpenVPNProfile.trimmed($0[...]).isEmpty }
    guard content.count == 2, content.allSatisfy({ $0.isSingleLine }) else {
      return refusals.add(
        line,
        "<auth-user-pass> needs a user name and a password: add them, or give both with credentialsSecretRef"
      )
    }
    let credentials = OpenVPNRendering.Credentials(username: content[0], password: content[1])
    profile.credentials = credentials
    do throws(ConfigurationRefusal) { try credentials.check() } catch {
      refusals.add(line, "<auth-user-pass>: \(error)")
    }
  }

  private mutating func readFingerprints(_ content: [String], _ item: OpenVPNProfile.Item) {
    let fingerprints = content.map { OpenVPNProfile.trimmed($0[...]) }.filter { !$0.isEmpty && $0.first != "#" }
    guard !fingerprints.isEmpty, fingerprints.allSatisfy(OpenVPNDirective.isFingerprint) else {
      return refusals.add(
        item.line,
        "<peer-fingerprint> must have SHA-256 fingerprints, 32 bytes each as aa:bb:…, one a line: correct it"
      )
    }
    for fingerprint in fingerprints { write("peer-fingerprint", [fingerprint], line: item.line) }
    verifiesServer = true
  }
}
