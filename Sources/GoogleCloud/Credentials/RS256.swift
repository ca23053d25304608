internal import CCrypto
internal import Cloud
internal import Foundations

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3), and the compact form of a JWT (RFC 7515 §3.1).
enum RS256 {
  /// - Parameter pem: a PKCS #8 or PKCS #1 private key without a passphrase.
  /// - Returns: nil if the key cannot be read or is not an RSA key.
  static func sign(_ message: [UInt8], pem: String) -> [UInt8]? {
    guard let key = privateKey(Array(pem.utf8)) else { return nil }
    defer { EVP_PKEY_free(key) }
    guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, let context = EVP_MD_CTX_new() else { return nil }
    defer { EVP_MD_CTX_free(context) }
    var count = 0
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
      EVP_DigestSign(context, nil, &count, message, message.count) == 1
    else { return nil }
    var signature = [UInt8](repeating: 0, count: count)
    guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
    return Array(signature.prefix(count))
  }

  private static func privateKey(_ pem: [UInt8]) -> OpaquePointer? {
    // The BIO refers to the bytes and does not copy them.
    pem.withUnsafeBytes { bytes in
      guard let length = Int32(exactly: bytes.count), let input = BIO_new_mem_buf(bytes.baseAddress, length) else {
        return nil
      }
      defer { BIO_free(input) }
      // Without a callback OpenSSL would ask for a passphrase at the terminal.
      guard let key = PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil) else {
        ERR_clear_error()
        return nil
      }
      return key
    }
  }

  /// - Parameters:
  ///   - header: JSON.
  ///   - claims: JSON.
  static func token(header: [UInt8], claims: [UInt8], pem: String) -> String? {
    let signed = Base64URL.encode(header) + "." + Base64URL.encode(claims)
    return sign(Array(signed.utf8), pem: pem).map { signed + "." + Base64URL.encode($0) }
  }
}

/// Base64 with the URL's alphabet and no padding (RFC 4648 §5).
enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 4 / 3 + 3)
    var index = 0
    while index < bytes.count {
      let rest = bytes[index..<min(index + 3, bytes.count)]
      let group = rest.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - rest.count))
      for place in 0...rest.count { out.append(alphabet[Int(group >> UInt32(18 - 6 * place) & 63)]) }
      index += 3
    }
    return String(decoding: out, as: UTF8.self)
  }
}
