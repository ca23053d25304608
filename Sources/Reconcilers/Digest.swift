internal import CCrypto

/// SHA-256 in hexadecimal: revisions of configurations, and names that must not collide.
enum Digest {
  static func sha256(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 32
    EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
  static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }
}
