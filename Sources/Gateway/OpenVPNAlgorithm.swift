/// The ciphers and digests of OpenVPN's data channel, by name.
///
/// The names are those of `openvpn --show-ciphers` and `--show-digests` (OpenVPN 2.6.14 with OpenSSL 3.0 of Debian 12,
/// which the gateway's image has); OpenVPNInstallationTests compare them with the openvpn that `hack/install` installs.
/// OpenSSL's other names for them are accepted and replaced.
public enum OpenVPNAlgorithm {
  /// The longest list that OpenVPN accepts as `data-ciphers`, in bytes: MAX_NCP_CIPHERS_LENGTH is 127 (ssl_ncp.h).
  public static let maximumListLength = 127

  /// Every name of a cipher that is accepted, in upper case, and OpenVPN's name for it.
  public static let ciphers: [String: String] = {
    var names: [String: String] = [:]
    for family in ["AES", "ARIA", "CAMELLIA"] {
      for size in ["128", "192", "256"] {
        for mode in ["CBC", "CFB", "CFB1", "CFB8", "OFB"] { add("\(family)-\(size)-\(mode)", to: &names) }
        names["\(family)\(size)"] = "\(family)-\(size)-CBC"
        if family != "CAMELLIA" { add("\(family)-\(size)-GCM", to: &names) }
        if family == "AES" { names["ID-AES\(size)-GCM"] = "AES-\(size)-GCM" }
      }
    }
    for name in [
      "CHACHA20-POLY1305", "SM4-CBC", "SM4-CFB", "SM4-OFB", "DES-EDE-CBC", "DES-EDE-CFB", "DES-EDE-OFB",
      "DES-EDE3-CBC", "DES-EDE3-CFB", "DES-EDE3-CFB1", "DES-EDE3-CFB8", "DES-EDE3-OFB",
    ] { add(name, to: &names) }
    names["SM4"] = "SM4-CBC"
    names["DES3"] = "DES-EDE3-CBC"
    return names
  }()

  /// Every name of a digest that is accepted, in upper case, and OpenVPN's name for it. SHAKE and KECCAK, which
  /// `--show-digests` lists as well, make no HMAC: openvpn ends when it needs one.
  public static let digests: [String: String] = {
    var names: [String: String] = [:]
    for name in ["MD5", "MD5-SHA1", "SHA1", "SHA512-224", "SHA512-256", "SM3", "RIPEMD160"] { add(name, to: &names) }
    for size in ["224", "256", "384", "512"] {
      for name in ["SHA\(size)", "SHA3-\(size)"] { add(name, to: &names) }
      for alias in ["SHA-\(size)", "SHA2-\(size)", "RSA-SHA\(size)"] { names[alias] = "SHA\(size)" }
    }
    for alias in ["SHA", "SHA-1", "RSA-SHA1", "SSL3-SHA1"] { names[alias] = "SHA1" }
    for alias in ["RSA-MD5", "SSL3-MD5"] { names[alias] = "MD5" }
    for alias in ["RMD160", "RIPEMD", "RIPEMD-160", "RSA-RIPEMD160"] { names[alias] = "RIPEMD160" }
    for alias in ["BLAKE2S256", "BLAKE2S-256"] { names[alias] = "BLAKE2s256" }
    for alias in ["BLAKE2B512", "BLAKE2B-512"] { names[alias] = "BLAKE2b512" }
    return names
  }()

  /// What OpenSSL 3 keeps in its legacy provider, which OpenVPN does not load.
  private static let retired: Set<String> = [
    "BF-CBC", "BF-CFB", "BF-OFB", "BLOWFISH", "BF", "CAST5-CBC", "CAST5-CFB", "CAST5-OFB", "IDEA-CBC", "IDEA-CFB",
    "IDEA-OFB", "SEED-CBC", "SEED-CFB", "SEED-OFB", "RC2-CBC", "RC2-40-CBC", "RC2-64-CBC", "RC2-CFB", "RC2-OFB",
    "RC5-CBC", "DES-CBC", "DES-CFB", "DES-OFB", "DESX-CBC", "WHIRLPOOL", "MD4", "RSA-MD4", "MDC2", "RSA-MDC2",
  ]

  /// OpenVPN's name for a cipher.
  /// - Throws: why it is not accepted and what to do. The message quotes only names of this file's lists.
  public static func cipher(_ name: String) throws(ConfigurationRefusal) -> String {
    guard let known = try find(name, in: ciphers, instead: "let the server offer AES, such as AES-256-GCM") else {
      throw ConfigurationRefusal("OpenVPN 2.6 has no such cipher: name one that it has, such as AES-256-GCM")
    }
    return known
  }

  /// OpenVPN's name for a digest.
  /// - Throws: see `cipher(_:)`.
  public static func digest(_ name: String) throws(ConfigurationRefusal) -> String {
    guard let known = try find(name, in: digests, instead: "let the server use SHA256") else {
      throw ConfigurationRefusal("OpenVPN 2.6 has no such digest: name one that it has, such as SHA256")
    }
    return known
  }

  /// A value of `data-ciphers`.
  /// - Throws: if the list is empty or longer than OpenVPN accepts.
  static func list(_ ciphers: [String]) throws(ConfigurationRefusal) -> String {
    let list = ciphers.joined(separator: ":")
    guard !list.isEmpty else { throw ConfigurationRefusal("the list of ciphers is empty: name one, or leave it out") }
    guard list.utf8.count <= maximumListLength else {
      throw ConfigurationRefusal(
        "the ciphers have \(list.utf8.count) characters together, and OpenVPN accepts \(maximumListLength): name fewer"
      )
    }
    return list
  }

  private static func add(_ name: String, to names: inout [String: String]) { names[name] = name }

  private static func find(
    _ name: String,
    in names: [String: String],
    instead: String
  ) throws(ConfigurationRefusal) -> String? {
    guard AlgorithmName.isValid(name) else { throw ConfigurationRefusal("not the name of an algorithm") }
    guard !AlgorithmName.isUnprotected(name) else { throw ConfigurationRefusal(AlgorithmName.nothingProtects) }
    let upper = name.uppercased()
    guard !retired.contains(upper) else { throw ConfigurationRefusal("OpenSSL 3 has no \(upper): \(instead)") }
    return names[upper]
  }
}
