/// Names of algorithms for encryption and authentication, as strongSwan and OpenVPN spell them.
enum AlgorithmName {
  /// Whether the name has only the characters of algorithm names, so that no daemon's parser can take it for more.
  static func isValid(_ name: String) -> Bool {
    let allowed = name.utf8.allSatisfy { byte in
      (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || "-_".utf8.contains(byte)
    }
    return allowed && (1...256).contains(name.utf8.count)
  }

  /// Whether the algorithm leaves packets without encryption or authentication: OpenVPN's `none`; strongSwan's `null` as
  /// part of a proposal, and its `aes256gmac`, which only authenticates. `modpnone` is a Diffie-Hellman group and
  /// therefore allowed.
  static func isUnprotected(_ name: String) -> Bool {
    name.lowercased().split { $0 == "-" || $0 == "_" }.contains {
      $0 == "none" || $0 == "null" || $0.hasSuffix("gmac")
    }
  }

  static let nothingProtects = "packets would be readable, or could be forged, on their way: name an algorithm"

  static func check(_ name: String, _ field: String) throws(ConfigurationRefusal) {
    guard isValid(name) else {
      throw ConfigurationRefusal("\(field): \"\(printable(name))\" is not the name of an algorithm")
    }
    guard !isUnprotected(name) else {
      throw ConfigurationRefusal("\(field): \"\(printable(name))\": \(nothingProtects)")
    }
  }
}
