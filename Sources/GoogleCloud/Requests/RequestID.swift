internal import CCrypto

/// The `requestId` of a mutation: a UUID by which Compute Engine knows a repeated request, for about an hour, and
/// answers it with the operation of the first (https://cloud.google.com/compute/docs/api/best-practices).
///
/// It is made from what is asked, not drawn: a process that dies after sending sends, when it has come back, the same
/// request with the same id, and gets the operation it lost. What must *not* get an old answer has to differ in
/// `parts`: creating anew what somebody deleted meanwhile, repairing the same drift twice, trying again what failed.
/// So callers put into `parts` what they observed before (the predecessor's id, a fingerprint) and a window of time.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  /// A UUID of version 8 (RFC 9562 §5.8) from SHA-256 of the parts; their boundaries count.
  public init(_ parts: [String]) {
    let bytes = Array(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 32
    EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil)
    digest[6] = digest[6] & 0x0f | 0x80
    digest[8] = digest[8] & 0x3f | 0x80
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (index, byte) in digest.prefix(16).enumerated() {
      if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    description = String(decoding: text, as: UTF8.self)
  }
}
