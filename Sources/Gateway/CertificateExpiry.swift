public import Foundations

/// When the certificates of a credential expire.
public enum CertificateExpiry {
  /// When `text` stops being usable: when its first client or intermediate certificate expires, or its last root
  /// certificate. A bundle may keep an expired root beside its successor.
  /// - Parameter text: PEM with anything around it, such as an OpenVPN profile.
  /// - Returns: nil when there is no certificate that can be read.
  public static func end(of text: String) -> Timestamp? {
    var issued: Timestamp?
    var roots: Timestamp?
    for pem in PEM.certificates(in: text) {
      guard let fields = CertificateFields(pem: pem), let end = notAfter(fields.validity) else { continue }
      if fields.isSelfIssued {
        roots = max(roots ?? end, end)
      } else {
        issued = min(issued ?? end, end)
      }
    }
    return [issued, roots].compactMap(\.self).min()
  }

  /// Validity is a sequence of two times (RFC 5280 §4.1.2.5).
  private static func notAfter(_ validity: ArraySlice<UInt8>) -> Timestamp? {
    var times = DER(validity)
    guard times.next() != nil else { return nil }
    if let short = times.next(DER.utcTime) { return time(short, yearDigits: 2) }
    return times.next(DER.generalizedTime).flatMap { time($0, yearDigits: 4) }
  }

  /// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`; two digits below 50 are of the 21st century (RFC 5280 §4.1.2.5.1).
  private static func time(_ bytes: ArraySlice<UInt8>, yearDigits: Int) -> Timestamp? {
    var text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.count == yearDigits + 11, text.hasSuffix("Z") else { return nil }
    if yearDigits == 2 { text = (text < "50" ? "20" : "19") + text }
    let digits = Array(text.utf8.dropLast())
    func part(_ start: Int, _ count: Int) -> String { String(decoding: digits[start..<start + count], as: UTF8.self) }
    return Timestamp("\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))Z")
  }
}
