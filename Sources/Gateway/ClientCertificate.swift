/// Finds what OpenSSL would object to in a client certificate, before openvpn starts (SSL_CTX_set_security_level(3)).
/// It reads the certificate without OpenSSL, which the gateway's agent does not link.
struct ClientCertificate {
  struct Problem {
    /// The fault and its cure, worded to follow the certificate's name.
    var text: String
    /// Whether a lower security level would accept it.
    var isWeakness: Bool
  }

  /// The digest that the certificate is signed with, if it is a weak one. Nil for self-signed certificates, whose
  /// digest OpenSSL does not check.
  private var weakDigest: String?
  /// The modulus, if the key is an RSA key.
  private var modulus: [UInt8]?

  /// - Parameters:
  ///   - certificate: PEM, the client's own certificate first.
  ///   - key: PEM, without a passphrase.
  ///   - level: OpenSSL's security level, 0 to 5.
  /// - Returns: nil if there is nothing to object to, or if certificate or key cannot be read; openvpn then says why.
  static func problem(_ certificate: String, key: String, level: Int) -> Problem? {
    guard let first = PEM.certificates(in: certificate).first, let parsed = ClientCertificate(pem: first) else {
      return nil
    }
    if let modulus = parsed.modulus, let other = PEM.privateKey(in: key).flatMap({ Self.modulus(ofKey: $0.text) }),
      modulus != other
    {
      return Problem(
        text: "does not belong to the private key: put the certificate of that key there",
        isWeakness: false
      )
    }
    if let modulus = parsed.modulus, let first = modulus.first {
      let bits = modulus.count * 8 - first.leadingZeroBitCount
      if bits < leastBits[min(max(level, 0), 5)] {
        return Problem(text: "has a key of \(bits) bits, which OpenSSL refuses: have it issued again", isWeakness: true)
      }
    }
    if level > 0, let digest = parsed.weakDigest {
      let text = "is signed with \(digest), which OpenSSL refuses: have it issued again with SHA256"
      return Problem(text: text, isWeakness: true)
    }
    return nil
  }

  /// The level that a `tls-cipher` list sets, as `@SECLEVEL=0` does; the last one counts.
  static func level(inCipherList list: String) -> Int? {
    guard let mark = list.ranges(of: "@SECLEVEL=").last else { return nil }
    return list[mark.upperBound...].first?.wholeNumberValue
  }

  /// The smallest RSA key in bits, by level (NIST SP 800-57 part 1, table 2, for 0, 80, 112, 128, 192 and 256 bits).
  private static let leastBits = [0, 1024, 2048, 3072, 7680, 15_360]

  /// Contents of the object identifiers of signatures with MD5 and SHA-1 (RFC 3279 §2.2), which OpenSSL counts as 39 and
  /// 63 bits.
  private static let weakSignatures: [[UInt8]: String] = [
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04]: "MD5",
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05]: "SHA1", [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01]: "SHA1",
    [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03]: "SHA1",
  ]

  private init?(pem: String) {
    guard let fields = CertificateFields(pem: pem) else { return nil }
    var names = DER(fields.algorithm)
    if !fields.isSelfIssued, let name = names.next(DER.identifier) { weakDigest = Self.weakSignatures[Array(name)] }
    // The first byte of a bit string counts its unused bits.
    var info = DER(fields.key)
    guard info.next(DER.sequence) != nil, let bits = info.next(DER.bitString) else { return nil }
    var publicKey = DER(bits.dropFirst())
    if let numbers = publicKey.next(DER.sequence) {
      var numbers = DER(numbers)
      modulus = numbers.next(DER.integer).map(Self.number)
    }
  }

  /// The modulus of an RSA key in PKCS#1 or PKCS#8 (RFC 8017 §A.1.2, RFC 5208 §5); nil for other keys.
  private static func modulus(ofKey pem: String) -> [UInt8]? {
    guard var outer = DER(pem: pem), let whole = outer.next(DER.sequence) else { return nil }
    var key = DER(whole)
    guard key.next(DER.integer) != nil else { return nil }
    if key.startsWithInteger { return key.next(DER.integer).map(number) }
    guard key.next(DER.sequence) != nil, let inner = key.next(DER.octetString) else { return nil }
    var wrapped = DER(inner)
    guard let numbers = wrapped.next(DER.sequence) else { return nil }
    var rsa = DER(numbers)
    guard rsa.next(DER.integer) != nil else { return nil }
    return rsa.next(DER.integer).map(number)
  }

  /// Drops the zero that keeps an integer positive.
  private static func number(_ bytes: ArraySlice<UInt8>) -> [UInt8] { Array(bytes.drop { $0 == 0 }) }
}
