/// The parts of an X.509 certificate that are looked at here (RFC 5280 §4.1), as DER, read without OpenSSL.
struct CertificateFields {
  /// The signature algorithm, which begins with its object identifier.
  var algorithm: ArraySlice<UInt8>
  var issuer: ArraySlice<UInt8>
  var validity: ArraySlice<UInt8>
  var subject: ArraySlice<UInt8>
  /// SubjectPublicKeyInfo.
  var key: ArraySlice<UInt8>

  var isSelfIssued: Bool { issuer == subject }

  /// - Parameter pem: one block.
  init?(pem: String) {
    guard var outer = DER(pem: pem), let whole = outer.next(DER.sequence) else { return nil }
    var certificate = DER(whole)
    guard let signed = certificate.next(DER.sequence), let algorithm = certificate.next(DER.sequence) else {
      return nil
    }
    var fields = DER(signed)
    // The version is left out in certificates of version 1.
    if !fields.startsWithInteger { _ = fields.next() }
    guard fields.next(DER.integer) != nil, fields.next(DER.sequence) != nil, let issuer = fields.next(DER.sequence),
      let validity = fields.next(DER.sequence), let subject = fields.next(DER.sequence),
      let key = fields.next(DER.sequence)
    else { return nil }
    (self.algorithm, self.issuer, self.validity, self.subject, self.key) = (algorithm, issuer, validity, subject, key)
  }
}
