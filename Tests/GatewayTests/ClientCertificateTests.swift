import TestSupport
import Testing

@testable import Gateway

/// What openvpn says of these certificates was tried with OpenVPN 2.6.14 and OpenSSL 3.0: it refuses what these refuse.
@Suite struct ClientCertificateTests {
  /// A certificate that a CA signed, and its key.
  private func certificate(bits: Int = 2048, digest: String = "sha256") throws -> (certificate: String, key: String) {
    let script = """
      set -e; cd "$(mktemp -d)"; exec 3>&1 >/dev/null 2>&1
      openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=CA -days 2
      openssl req -newkey \(bits == 256 ? "ec -pkeyopt ec_paramgen_curve:prime256v1" : "rsa:\(bits)") -nodes -keyout key -out csr -subj /CN=client
      openssl x509 -req -in csr -CA ca.crt -CAkey ca.key -CAcreateserial -\(digest) -out crt -days 2
      cat crt key >&3; rm -r "$PWD"
      """
    let output = Shell.run(script).output
    return (try #require(PEM.certificates(in: output).first), try #require(PEM.privateKey(in: output)?.text))
  }

  @Test(
    arguments: [
      (2048, "sha256", 1, nil), (2048, "sha1", 1, "signed with SHA1"), (2048, "md5", 1, "signed with MD5"),
      (2048, "sha1", 0, nil), (1024, "sha256", 1, nil), (1024, "sha256", 2, "key of 1024 bits"),
      (512, "sha256", 1, "key of 512 bits"), (256, "sha1", 1, "signed with SHA1"), (256, "sha256", 3, nil),
    ] as [(Int, String, Int, String?)]
  )
  func weakOnesAreRefusedByLevel(bits: Int, digest: String, level: Int, words: String?) throws {
    let (certificate, key) = try certificate(bits: bits, digest: digest)
    let problem = ClientCertificate.problem(certificate, key: key, level: level)
    #expect(words.map { problem?.text.contains($0) == true } ?? (problem == nil), "\(problem?.text ?? "accepted")")
    #expect(problem?.isWeakness != false)
  }

  @Test func aKeyBelongsToItsCertificate() throws {
    let (certificate, _) = try certificate()
    let (_, other) = try self.certificate()
    let problem = ClientCertificate.problem(certificate, key: other, level: 1)
    #expect(problem?.text.contains("does not belong to the private key") == true && problem?.isWeakness == false)
  }

  @Test func whatCannotBeReadIsLeftToOpenVPN() throws {
    #expect(ClientCertificate.problem(Fixtures.certificate, key: Fixtures.key, level: 1) == nil)
    #expect(ClientCertificate.problem("", key: "", level: 9) == nil)
    // Cut off anywhere, it is not read beyond its end.
    let (whole, key) = try certificate()
    let body = whole.split(separator: "\n").dropFirst().dropLast().joined()
    for count in stride(from: 0, to: body.utf8.count, by: 4) {
      _ = ClientCertificate.problem(Fixtures.pem("CERTIFICATE", String(body.prefix(count))), key: key, level: 1)
    }
  }

  @Test(
    arguments: [
      ("DEFAULT:@SECLEVEL=0", 0), ("@SECLEVEL=1:ALL:@SECLEVEL=2", 2), ("DEFAULT", nil), ("DEFAULT:@SECLEVEL=", nil),
      ("", nil),
    ] as [(String, Int?)]
  )
  func theLevelIsInTheCipherList(list: String, level: Int?) {
    #expect(ClientCertificate.level(inCipherList: list) == level)
  }
}
