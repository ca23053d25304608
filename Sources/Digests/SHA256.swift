internal import CCrypto

/// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), by libcrypto.
public enum SHA256 {
  public static let digestSize = 32
  private static let blockSize = 64

  public static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: digestSize)
    var count: UInt32 = 32
    EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil)
    return digest
  }

  /// The digest in lower-case hexadecimal.
  public static func text(_ bytes: [UInt8]) -> String { hexadecimal(digest(bytes)) }
  /// The digest of the text's UTF-8, in lower-case hexadecimal.
  public static func text(_ text: String) -> String { Self.text(Array(text.utf8)) }

  /// The authentication code of `message` under `key`, which may have any length.
  public static func authenticationCode(for message: [UInt8], key: [UInt8]) -> [UInt8] {
    var block = key.count > blockSize ? digest(key) : key
    block += [UInt8](repeating: 0, count: blockSize - block.count)
    let inner = digest(block.map { $0 ^ 0x36 } + message)
    return digest(block.map { $0 ^ 0x5c } + inner)
  }

  /// The bytes in lower-case hexadecimal.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
