import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import GoogleCloud

@Suite struct ServiceAccountKeyTests {
  private let time = VirtualTimeSource()

  private func source(_ file: [UInt8] = TestKeys.file()) throws -> GoogleCredentialSource {
    try GoogleCredentialSource(secret: ["key.json": file])
  }

  @Test func theAssertionIsTheOneThatOpenSSLSigns() throws {
    guard case .key(let key, let url) = try source().kind else {
      throw CloudError(.invalid, operation: "", message: "")
    }
    #expect(try key.assertion(audience: url, now: Timestamp(seconds: 1_767_225_600)) == TestKeys.assertion)
  }

  @Test(arguments: ["", "no key", TestKeys.elliptic]) func whatIsNoRSAKeySignsNothing(pem: String) {
    #expect(RS256.sign([1, 2, 3], pem: pem) == nil)
  }

  /// RFC 4648 §10, in the URL's alphabet and without padding.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("\u{3ff}?", "z78_"),
  ])
  func base64IsTheURLs(text: String, encoded: String) {
    #expect(Base64URL.encode(Array(text.utf8)) == encoded)
  }

  @Test func theAssertionIsExchangedForAToken() async throws {
    let server = InMemoryTransport { _ in .whole(.json(#"{"access_token":"t-1","expires_in":3599}"#)) }
    #expect(try await source().tokens(over: server, time: time).credentials() == "t-1")
    let request = try #require(server.requests.first)
    #expect(request.url == "https://oauth2.googleapis.com/token")
    let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
    #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == grant + TestKeys.assertion)
  }

  @Test func aRefusalNamesWhatGoogleSaysAndNeverTheKey() async throws {
    let server = InMemoryTransport { _ in
      .whole(.json(#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#, status: 400))
    }
    let tokens = try source().tokens(over: server, time: time)
    let error = await #expect(throws: CloudError.self) { try await tokens.credentials() }
    #expect(error?.kind == .unauthenticated)
    #expect(error?.description == "oauth2.token: invalid_grant: Invalid JWT Signature.")
  }

  @Test func anAssertionOfAnotherTimeIsSignedAgainByGooglesClock() async throws {
    let count = Locked(0)
    let server = InMemoryTransport { _ in
      guard
        count.withLock({
          $0 += 1; return $0
        }) == 1
      else {
        return .whole(.json(#"{"access_token":"t-1","expires_in":3599}"#))
      }
      var refusal = HTTPResponse.json(#"{"error":"invalid_grant"}"#, status: 400)
      refusal.head.headers["Date"] = "Thu, 01 Jan 2026 00:20:00 GMT"
      return .whole(refusal)
    }
    #expect(try await source().tokens(over: server, time: time).credentials() == "t-1")
    #expect(Set(server.requests.map(\.body)).count == 2)
  }

  @Test(arguments: [
    "", "<html>", "{}", #"{"access_token":"a b","expires_in":1}"#, #"{"access_token":"a\r\nX: y","expires_in":60}"#,
    #"{"access_token":"a","expires_in":0}"#, #"{"access_token":"a"}"#,
  ])
  func anAnswerThatIsNoTokenIsMalformed(body: String) async throws {
    let tokens = try source().tokens(over: InMemoryTransport { _ in .whole(.json(body)) }, time: time)
    let error = await #expect(throws: CloudError.self) { try await tokens.credentials() }
    #expect(error?.kind == .malformed)
  }

  @Test func nothingPrintsTheKey() throws {
    let source = try source()
    var dumped = ""
    dump(source, to: &dumped)
    for text in ["\(source)", String(reflecting: source), dumped] {
      #expect(!text.contains("PRIVATE KEY") && text.contains("cloudlinker@demo") || text == dumped)
      #expect(!text.contains("PRIVATE KEY"))
    }
  }
}
