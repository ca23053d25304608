internal import CloudLinkerAPI
internal import Digests

/// What a Backbone's Secret holds for its cloud. Any other key of the Secret is left out. It is shown nowhere.
struct CloudCredentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  let values: [String: [UInt8]]
  /// Two Secrets with the same credentials have the same.
  let digest: String

  /// - Parameter content: of a Secret; incomplete credentials are refused only where a client is made of them.
  init(_ content: [String: [UInt8]], for provider: CloudProvider) {
    let keys = Self.keys(of: provider)
    values = content.filter { keys.contains($0.key) }
    // Names and values are digested one by one, so that none can pass for a part of its neighbour.
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
