internal import CloudLinkerAPI
internal import Digests
internal import FoundationEssentials
internal import Gateway
internal import Kubernetes

/// The content of one gateway's Secret: `gateway.json` and the files it names.
struct GatewaySecret: Sendable, Hashable {
  /// SHA-256 over everything but itself; the gateway reports the one it has loaded.
  var revision: String
  /// As the API carries it: base64.
  var data: [String: String]

  /// - Parameters:
  ///   - configuration: with an empty revision; it is filled in here.
  ///   - files: contents by file name.
  init(configuration: GatewayConfiguration, files: [String: [UInt8]]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var configuration = configuration
    var hashed = [UInt8](try encoder.encode(configuration))
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      hashed += Array("\n\(name) \(content.count)\n".utf8) + content
    }
    revision = String(SHA256.text(hashed).prefix(16))
    configuration.revision = revision
    data = files.mapValues { Data($0).base64EncodedString() }
    data["gateway.json"] = try encoder.encode(configuration).base64EncodedString()
  }
}

/// A credential that a connection needs and does not have: which Secret, which key, and what to put there.
struct MissingCredential: Error, Hashable {
  /// Path of the reference in the connection, for example `spec.ipsec.caSecretRef`.
  var field: String
  var secret: String
  /// Nil: the Secret itself is missing.
  var key: String?

  var message: String {
    guard let key else { return "\(field): Secret \"\(secret)\" does not exist: create it in this namespace" }
    return "\(field): Secret \"\(secret)\" has no key \"\(key)\": add it"
  }
}

/// Contents of the Secrets that a connection refers to, by name and key.
struct Credentials: Sendable {
  /// A Secret that is not in it does not exist.
  var secrets: [String: [String: [UInt8]]]
  /// Their resource versions, by name.
  var versions: [String: String] = [:]

  func file(_ secret: String, _ key: String, field: String) throws(MissingCredential) -> [UInt8] {
    guard let content = secrets[secret] else { throw MissingCredential(field: field, secret: secret, key: nil) }
    guard let value = content[key], !value.isEmpty else {
      throw MissingCredential(field: field, secret: secret, key: key)
    }
    return value
  }
}
