internal import CloudLinkerAPI
internal import Digests

/// The values of a Backbone's Secret that its cloud needs, without the Secret's other keys. They never appear in a
/// description.
struct CloudCredentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  let values: [String: [UInt8]]
  /// The same for two Secrets with the same credentials.
  let digest: String

  /// - Parameter content: the content of a Secret. Incomplete credentials are refused only when a client is created.
  init(_ content: [String: [UInt8]], for provider: CloudProvider) {
    let keys = Self.keys(of: provider)
    values = content.filter { keys.contains($0.key) }
    // Names and values are digested one by one, so that none can be mistaken for a part of its neighbour.
    let parts = values.sorted { $0.key < $1.key }.flatMap {
      SHA256.digest(Array($0.key.utf8)) + SHA256.digest($0.value)
    }
    digest = SHA256.text(parts)
  }

  static func keys(of provider: CloudProvider) -> Set<String> {
    switch provider {
    case .aws: ["accessKeyId", "secretAccessKey", "sessionToken", "roleArn", "externalId"]
    case .gcp: ["key.json"]
    case .azure: ["tenantId", "clientId", "clientSecret"]
    default: []
    }
  }

  var description: String { "(credentials)" }
  var customMirror: Mirror { Mirror(self, children: []) }
}
