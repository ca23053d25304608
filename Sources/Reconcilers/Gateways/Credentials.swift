/// Contents of the Secrets that a connection refers to, by name and key.
struct Credentials: Sendable {
  /// A Secret that is missing here does not exist.
  var secrets: [String: [String: [UInt8]]]
  /// Resource versions by name.
  var versions: [String: String] = [:]

  func file(_ secret: String, _ key: String, field: String) throws(MissingCredential) -> [UInt8] {
    guard let content = secrets[secret] else { throw MissingCredential(field: field, secret: secret, key: nil) }
    guard let value = content[key], !value.isEmpty else {
      throw MissingCredential(field: field, secret: secret, key: key)
    }
    return value
  }
}
