/// PEM text (RFC 7468), taken apart so that nothing but whole blocks gets into a daemon's configuration.
public enum PEM {
  public struct Block: Sendable, Hashable {
    /// `CERTIFICATE`, `PRIVATE KEY`…
    public var label: String
    /// The block alone, with its begin and end lines and a final newline.
    public var text: String
  }

  /// The blocks in order. Text around them is skipped; one that is not closed or holds foreign characters is skipped.
  public static func blocks(in text: String) -> [Block] {
    var blocks: [Block] = []
    var label: String?
    var lines: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let line = trimmed(line)
      if let begun = marker("-----BEGIN ", line) {
        label = begun
        lines = [line]
      } else if let current = label {
        lines.append(line)
        if let ended = marker("-----END ", line) {
          if ended == current { blocks.append(Block(label: current, text: lines.joined(separator: "\n") + "\n")) }
          label = nil
        } else if !line.utf8.allSatisfy(isContent) {
          label = nil
        }
      }
    }
    return blocks
  }

  /// The labels of certificates, the second in old files. OpenVPN does not read `TRUSTED CERTIFICATE`.
  static let certificateLabels: Set<String> = ["CERTIFICATE", "X509 CERTIFICATE"]
  static let staticKeyLabel = "OpenVPN Static key V1"
  static let clientKeyLabel = "OpenVPN tls-crypt-v2 client key"

  /// The certificates of `text`, each on its own.
  public static func certificates(in text: String) -> [String] {
    blocks(in: text).filter { certificateLabels.contains($0.label) }.map(\.text)
  }

  /// The common mistake behind blocks that are not of the expected kind, and its cure; nil if there is none.
  /// - Parameter kind: name of OpenVPN's block: `cert`, `key`, `tls-crypt`…
  static func trouble(with blocks: [Block], _ kind: String) -> String? {
    func has(_ label: String) -> Bool { blocks.contains { $0.label == label } }
    switch kind {
    case "ca", "cert", "extra-certs":
      if has("TRUSTED CERTIFICATE") {
        return "has a TRUSTED CERTIFICATE, which OpenVPN does not read: convert it with openssl x509 -in FILE"
      }
      if has("CERTIFICATE REQUEST") { return "has a certificate request: put the certificate there" }
    case "tls-auth", "tls-crypt":
      if has(clientKeyLabel) { return "has a key for tls-crypt-v2: use it as tls-crypt-v2" }
    case "tls-crypt-v2":
      if has(staticKeyLabel) { return "has a static key: use it as tls-crypt or tls-auth, as the server does" }
      if has("OpenVPN tls-crypt-v2 server key") { return "has the server's key: make a client key from it" }
    default: break
    }
    return nil
  }

  /// The first private key of `text`.
  public static func privateKey(in text: String) -> Block? {
    blocks(in: text).first { $0.label.hasSuffix("PRIVATE KEY") }
  }

  private static func marker(_ prefix: String, _ line: String) -> String? {
    guard line.hasPrefix(prefix), line.hasSuffix("-----"), line.utf8.count > prefix.utf8.count + 5 else { return nil }
    let label = String(line.dropFirst(prefix.count).dropLast(5))
    return label.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "<") } ? label : nil
  }

  /// Whether the byte occurs in base64, in hexadecimal (OpenVPN static keys) or in the headers of old encrypted keys.
  private static func isContent(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "+/=:,- ".utf8.contains(byte)
    }
  }

  private static func trimmed(_ line: Substring) -> String {
    var line = line
    while line.first?.isWhitespace == true { line.removeFirst() }
    while line.last?.isWhitespace == true { line.removeLast() }
    return String(line)
  }
}
