internal import Foundations
internal import HTTPTransport
internal import Testing

/// libcurl against servers on loopback, over HTTP/1.1 in the clear.
@Suite(.timeLimit(.minutes(10))) struct CurlTransportTests {
  @Test func `a request and its answer cross unchanged`() async throws {
    let server = RawServer { connection in
      guard let request = connection.readRequest() else { return }
      let echo = request.replacing("\r\n", with: "|")
      connection.write("HTTP/1.1 201 Made\r\nX-A: 1\r\nx-a:  two \r\nContent-Length: \(echo.utf8.count)\r\n\r\n\(echo)")
    }
    let transport = CurlTransport()
    let response = try await transport.send(
      HTTPRequest(
        method: "PATCH",
        url: "\(server.url)/a%2Fb/../c?x=%20",
        headers: ["X-Name": "value"],
        body: Array("body".utf8)
      )
    )
    #expect(response.status == 201)
    #expect(response.head.headers.all("X-A") == ["1", "two"])
    let echo = String(decoding: response.body, as: UTF8.self)
    #expect(echo.hasPrefix("PATCH /a%2Fb/../c?x=%20 HTTP/1.1|Host: 127.0.0.1:\(server.port)|"))
    #expect(echo.contains("|X-Name: value|") && echo.hasSuffix("||body"))
    #expect(!echo.contains("Expect") && !echo.contains("Content-Type"))
    #expect(transport.inFlight == 0)
  }
}
