internal import Cloud
internal import Digests

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
    var digest = SHA256.digest(bytes)
    digest[6] = digest[6] & 0x0f | 0x80
    digest[8] = digest[8] & 0x3f | 0x80
    var text = ""
    for (index, byte) in digest.prefix(16).enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      text += SHA256.hexadecimal([byte])
    }
    description = text
  }
}
