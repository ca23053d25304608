/// The files of the gateway's Secret other than `gateway.json`, by name.
public struct GatewaySecretFiles: Sendable, Hashable {
  public var contents: [String: [UInt8]]
  public init(_ contents: [String: [UInt8]] = [:]) { self.contents = contents }

  /// The file as text.
  public func text(_ file: String) throws(ConfigurationRefusal) -> String {
    guard let bytes = contents[file] else { throw ConfigurationRefusal("the Secret has no file \(quoted(file))") }
    guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) is not text in UTF-8")
    }
    return text
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
    let found = PEM.certificates(in: try text(file))
    guard !found.isEmpty else { throw ConfigurationRefusal("the Secret's file \(quoted(file)) has no PEM certificate") }
    return found
  }

  /// A PEM private key without a passphrase.
  public func privateKey(_ file: String) throws(ConfigurationRefusal) -> String {
    guard let key = PEM.privateKey(in: try text(file)) else {
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) has no PEM private key")
    }
    guard key.label != "ENCRYPTED PRIVATE KEY", !key.text.contains("ENCRYPTED") else {
      throw ConfigurationRefusal(
        "the private key in the Secret's file \(quoted(file)) has a passphrase: store it without one"
      )
    }
    return key.text
  }

  /// An OpenVPN static key.
  public func staticKey(_ file: String) throws(ConfigurationRefusal) -> String {
    guard let key = PEM.blocks(in: try text(file)).first(where: { $0.label.contains("OpenVPN") }) else {
      throw ConfigurationRefusal("the Secret's file \(quoted(file)) has no OpenVPN static key")
    }
    return key.text
  }

  private func quoted(_ file: String) -> String { "\"\(file)\"" }
}
