/// User names as strongSwan identities. Where it can, strongSwan parses the text of an identity as a distinguished
/// name, an address, a key id or a wildcard (src/libstrongswan/utils/identification.c), and it accepts ASCII only.
enum IPsecIdentity {
  /// `user` byte for byte: as an e-mail address when it has an `@` inside, otherwise as a name. strongSwan gives plain
  /// user names these types, and servers expect them.
  static func literal(_ user: String) -> String {
    let isAddress = user.dropFirst().dropLast().contains("@") && !user.hasPrefix("@")
    if isPlain(user, isAddress: isAddress) { return user }
    let digits = Array("0123456789abcdef")
    let hex = user.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return (isAddress ? "rfc822:#" : "fqdn:#") + String(hex)
  }

  /// Whether strongSwan takes the text literally.
  private static func isPlain(_ user: String, isAddress: Bool) -> Bool {
    let bytes = user.utf8
    let isWord = bytes.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "-_.@".utf8.contains(byte)
    }
    let hasLetter = bytes.contains { (0x61...0x7a).contains($0 | 0x20) }
    return isWord && hasLetter && bytes.count { $0 == UInt8(ascii: "@") } == (isAddress ? 1 : 0)
  }
}
