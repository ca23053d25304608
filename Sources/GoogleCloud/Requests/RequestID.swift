internal import Cloud
internal import Digests

/// The `requestId` of a mutation: a UUID by which Compute Engine recognises a repeated request, for about an hour, and
/// answers it with the operation of the first one (https://cloud.google.com/compute/docs/api/best-practices).
///
/// It is derived from the request and not random. If a process crashes after sending, its successor sends the same
/// request with the same id and gets the operation that was lost. Requests that must *not* get an old answer have to
/// differ in `parts`: creating something again that someone deleted meanwhile, repairing the same drift twice, retrying
/// after a failure. So callers add to `parts` what they observed before (the predecessor's id, a fingerprint) and a
/// window of time.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  /// A UUID of version 8 (RFC 9562 §5.8) from the SHA-256 of the parts and their boundaries.
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
