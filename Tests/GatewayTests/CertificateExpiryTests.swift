import Foundations
import TestSupport
import Testing

@testable import Gateway

@Suite struct CertificateExpiryTests {
  /// A root that ends after so many days, and a client's certificate that ends a day later.
  private static func certificates(_ days: Int) throws -> (root: String, client: String) {
    let script = """
      set -e; cd "$(mktemp -d)"; exec 3>&1 >/dev/null 2>&1
      openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=CA -days \(days)
      openssl req -newkey rsa:2048 -nodes -keyout key -out csr -subj /CN=client
      openssl x509 -req -in csr -CA ca.crt -CAkey ca.key -CAcreateserial -out crt -days \(days + 1)
      cat ca.crt crt >&3; rm -r "$PWD"
      """
    let found = PEM.certificates(in: Shell.run(script).output)
    try #require(found.count == 2)
    return (found[0], found[1])
  }

  private static func days(_ text: String) -> Int64? {
    CertificateExpiry.end(of: text).map { $0.since(.now()).components.seconds / 3600 }.map { ($0 + 1) / 24 }
  }

  @Test func itIsTheFirstEndOfWhatIsNotARoot() throws {
    let (short, long) = (try Self.certificates(2), try Self.certificates(90))
    #expect(Self.days(short.client) == 3)
    #expect(Self.days(long.client + short.client) == 3)
    #expect(Self.days(long.client + long.root) == 90)
    // A CA's successor stands beside it for a while.
    #expect(Self.days(short.root + long.root) == 90)
    let profile = "client\nremote vpn.example.com\n<ca>\n\(long.root)</ca>\n<cert>\n\(short.client)</cert>\n"
    #expect(Self.days(profile) == 3)
  }

  /// From 2050 on a time has four digits for its year (RFC 5280 §4.1.2.5).
  @Test func aRootMayLastBeyond2050() throws {
    let root = try Self.certificates(20_000).root
    #expect(Self.days(root) == 20_000)
  }

  @Test func whatIsNoCertificateHasNoEnd() throws {
    #expect(CertificateExpiry.end(of: "password") == nil)
    #expect(CertificateExpiry.end(of: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n") == nil)
    let whole = try Self.certificates(2).client
    for length in stride(from: 0, to: whole.count, by: 37) {
      let body = whole.split(separator: "\n").dropFirst().dropLast().joined().prefix(length)
      _ = CertificateExpiry.end(of: "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n")
    }
  }
}
