internal import Digests
internal import Kubernetes

/// Gateway Secrets in the cache: keys with the digests of their values, never the values.
enum SecretDigest {
  static let key = "digest"

  /// Reduces one of the operator's Secrets for a cache.
  static func transform(_ secret: Secret) -> Secret {
    var secret = secret
    secret.data = [key: digest(secret.data ?? [:])]
    return secret
  }

  static func digest(_ data: [String: String]) -> String {
    SHA256.text(data.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined())
  }

  /// Whether the cached `live` has exactly the content of `desired`.
  static func same(_ desired: Secret, _ live: Secret?) -> Bool {
    guard let live, live.data?[key] == digest(desired.data ?? [:]) else { return false }
    let wanted = desired.metadata
    return (wanted.labels ?? [:]).allSatisfy { live.metadata.labels?[$0.key] == $0.value }
      && (wanted.annotations ?? [:]).allSatisfy { live.metadata.annotations?[$0.key] == $0.value }
  }
}
