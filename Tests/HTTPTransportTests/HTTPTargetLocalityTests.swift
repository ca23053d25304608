internal import Testing

@testable internal import HTTPTransport

@Suite struct HTTPTargetLocalityTests {
  @Test(arguments: [
    "http://169.254.169.254/latest", "http://127.0.0.1:8080", "http://127.8.9.10", "http://localhost", "http://[::1]/",
    "http://[fe80::1]/", "http://[febf::1]/", "http://[fe80::1%25eth0]/", "http://[::ffff:169.254.169.254]/",
    "http://LOCALHOST:1",
  ])
  func `what only this machine reaches is no matter for a proxy`(url: String) throws {
    #expect(try #require(HTTPTarget(url)).isOnlyReachedFromHere)
  }

  @Test(arguments: [
    "http://169.253.1.1", "http://10.0.0.1", "http://128.0.0.1", "http://example.com", "http://localhost.example.com",
    "http://[2001:db8::1]/", "http://[fec0::1]/", "http://[::2]/", "http://[::ffff:10.0.0.1]/", "http://[::]/",
    "http://127.example.com",
  ])
  func `everything else may be`(url: String) throws {
    #expect(try #require(HTTPTarget(url)).isOnlyReachedFromHere == false)
  }
}
