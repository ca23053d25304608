/// The files of the gateway's Secret other than `gateway.json`, by name.
public struct GatewaySecretFiles: Sendable, Hashable {
  public var contents: [String: [UInt8]]
  public init(_ contents: [String: [UInt8]] = [:]) { self.contents = contents }

  /// The file as text, without the byte order mark that some editors put in front of it.
  public func text(_ file: String) throws(ConfigurationRefusal) -> String {
    guard let bytes = contents[file] else { throw ConfigurationRefusal("the Secret has no file \(quoted(file))") }
    guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) is not text in UTF-8")
    }
    return withoutByteOrderMark(text)
  }

  /// User name and password, checked for what OpenVPN cannot use.
  public func credentials(
    usernameFile: String,
    passwordFile: String
  ) throws(ConfigurationRefusal) -> OpenVPNRendering.Credentials {
    let credentials = OpenVPNRendering.Credentials(username: try line(usernameFile), password: try line(passwordFile))
    try credentials.check()
    return credentials
  }

  /// The file as text that may contain PEM blocks.
  private func pem(_ file: String) throws(ConfigurationRefusal) -> String {
    // The first byte of DER, which PKCS#12 files have as well: ASN.1's SEQUENCE.
    guard let bytes = contents[file], bytes.first == 0x30, String(validating: bytes, as: UTF8.self) == nil else {
      return try text(file)
    }
    throw ConfigurationRefusal(
      "the Secret's file \(quoted(file)) is not text in UTF-8 but DER or PKCS#12: convert it to PEM with openssl"
    )
  }

  /// A name or password: one line, without the newline that editors add.
  public func line(_ file: String) throws(ConfigurationRefusal) -> String {
    var text = try text(file)
    if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
    guard !text.isEmpty else { throw ConfigurationRefusal("the Secret's file \(quoted(file)) is empty") }
    guard text.isSingleLine else {
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) has more than one line or control characters")
    }
    return text
  }

  /// PEM certificates, at least one.
  public func certificates(_ file: String) throws(ConfigurationRefusal) -> [String] {
    let found = PEM.certificates(in: try pem(file))
    guard !found.isEmpty else {
      let trouble = PEM.trouble(with: PEM.blocks(in: try pem(file)), "cert") ?? "has no PEM certificate"
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) \(trouble)")
    }
    return found
  }

  /// A PEM private key without a passphrase.
  public func privateKey(_ file: String) throws(ConfigurationRefusal) -> String {
    guard let key = PEM.privateKey(in: try pem(file)) else {
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) has no PEM private key")
    }
    guard key.label != "ENCRYPTED PRIVATE KEY", !key.text.contains("ENCRYPTED") else {
      throw ConfigurationRefusal(
        "the private key in the Secret's file \(quoted(file)) has a passphrase: store it without one"
      )
    }
    return key.text
  }

  /// An OpenVPN key for the handshake.
  /// - Parameter mode: OpenVPN's name for its use: `tls-auth`, `tls-crypt` or `tls-crypt-v2`.
  public func staticKey(_ file: String, mode: String) throws(ConfigurationRefusal) -> String {
    let blocks = PEM.blocks(in: try text(file))
    let label = mode == "tls-crypt-v2" ? PEM.clientKeyLabel : PEM.staticKeyLabel
    guard let key = blocks.first(where: { $0.label == label }) else {
      let trouble = PEM.trouble(with: blocks, mode) ?? "has no OpenVPN static key"
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) \(trouble)")
    }
    return key.text
  }

  private func quoted(_ file: String) -> String { "\"\(file)\"" }
}

/// `text` without a leading U+FEFF.
func withoutByteOrderMark(_ text: String) -> String {
  text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
}
