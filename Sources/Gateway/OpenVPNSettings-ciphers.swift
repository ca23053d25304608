extension OpenVPNSettings {
  /// The ciphers and the digest in OpenVPN's own names.
  /// - Throws: the field, the name, why it is not accepted, and what to do.
  func cipherLines() throws(ConfigurationRefusal) -> [String] {
    func named(
      _ field: String,
      _ name: String,
      _ find: (String) throws(ConfigurationRefusal) -> String
    ) throws(ConfigurationRefusal) -> String {
      do { return try find(name) } catch { throw ConfigurationRefusal("\(field): \"\(printable(name))\": \(error)") }
    }
    var list: [String] = []
    for name in ciphers.isEmpty ? OpenVPNRendering.defaultCiphers : ciphers {
      list.append(try named("ciphers", name, OpenVPNAlgorithm.cipher))
    }
    let fallback = try fallbackCipher.map { name throws(ConfigurationRefusal) in
      try named("fallbackCipher", name, OpenVPNAlgorithm.cipher)
    }
    if let fallback, !list.contains(fallback) { list.append(fallback) }
    let digest = try hmac.map { name throws(ConfigurationRefusal) in try named("hmac", name, OpenVPNAlgorithm.digest) }
    return ["data-ciphers \(try OpenVPNAlgorithm.list(list))"]
      + (fallback.map { ["data-ciphers-fallback \($0)"] } ?? [])
      + (digest.map { ["auth \($0)"] } ?? [])
  }
}
