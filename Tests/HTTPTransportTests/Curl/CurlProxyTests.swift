internal import Foundations
internal import Glibc
internal import HTTPEndpoint
internal import HTTPTransport
internal import KubernetesTesting
internal import Testing

/// The proxy of the environment. Each test that sets variables runs in a process of its own.
@Suite(.timeLimit(.minutes(10))) struct CurlProxyTests {
  @Test func `http_proxy is asked for what is in the clear, but not for what only this machine reaches`() async {
    await #expect(processExitsWith: .success) {
      let proxy = RawServer { connection in
        guard let request = connection.readRequest() else { return }
        let body = String(request.prefix { $0 != "\r\n" })
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
      }
      let direct = RawServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\ndirect")
      }
      setenv("http_proxy", proxy.url, 1)
      setenv("no_proxy", ".invalid", 1)
      func ask(_ transport: CurlTransport, _ url: String) async throws -> String {
        String(decoding: try await transport.send(HTTPRequest(url: url)).body, as: UTF8.self)
      }
      let (proxied, own) = (
        try await ask(CurlTransport(), "http://company.test/a?b"), try await ask(CurlTransport(), direct.url)
      )
      #expect(proxied == "GET http://company.test/a?b HTTP/1.1" && own == "direct")
      // What no_proxy names is looked up here, and is not to be found.
      let excepted = await #expect(throws: TransportError.self) {
        try await CurlTransport().send(HTTPRequest(url: "http://company.invalid/"))
      }
      #expect(excepted?.kind == .resolve)
      // A proxy that the program itself was given is asked for everything.
      let given = try await ask(CurlTransport(.init(proxy: .url(proxy.url))), direct.url)
      withExtendedLifetime((proxy, direct)) {}
      #expect(given == "GET \(direct.url)/ HTTP/1.1")
    }
  }

  @Test func `HTTPS_PROXY gets a tunnel, and sees nothing of what is in it`() async {
    await #expect(processExitsWith: .success) {
      let pki = try TestPKI.shared.get()
      let server = try HTTPServer(address: "127.0.0.1", port: 0, tls: EndpointTLS(pki.server)) { request in
        EndpointResponse(text: "\(request.path) \(request.headers["proxy-authorization"] ?? "-")")
      }
      let seen = Locked<[UInt8]>([])
      let port = server.port
      let proxy = RawServer { connection in
        guard let head = connection.readRequest() else { return }
        seen.withLock { $0 += Array(head.utf8) }
        connection.write("HTTP/1.1 200 Connection established\r\n\r\n")
        connection.splice(port: port) { bytes in
          seen.withLock { $0 += bytes }
          return true
        }
      }
      setenv("HTTPS_PROXY", proxy.url, 1)
      var tls = TLSConfiguration(certificateAuthorities: pki.authority.identity.certificate)
      tls.serverName = "localhost"
      let transport = CurlTransport(.init(tls: tls))
      let response = try await transport.send(HTTPRequest(url: "https://company.test:\(port)/secret"))
      #expect(response.body == Array("/secret -".utf8))
      let text = String(decoding: seen.withLock { $0 }, as: UTF8.self)
      withExtendedLifetime(proxy) {}
      await server.stop()
      #expect(text.hasPrefix("CONNECT company.test:\(port) HTTP/1.1\r\n") && !text.contains("secret"))
    }
  }

  @Test func `a proxy that refuses, or is not there, has certainly not passed anything on`() async throws {
    for answer in ["407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway"] {
      let proxy = RawServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write("HTTP/1.1 \(answer)\r\nContent-Length: 0\r\n\r\n")
      }
      let transport = CurlTransport(.init(proxy: .url(proxy.url)))
      let error = await #expect(throws: TransportError.self) {
        try await transport.send(HTTPRequest(method: "POST", url: "https://company.test/", body: [1]))
      }
      #expect(error?.kind == .proxy && error?.mayHaveBeenProcessed == false)
    }
    let gone = RawServer { _ in }.url
    for proxy in [gone, "http://no-such-proxy.invalid:3128"] {
      let transport = CurlTransport(.init(proxy: .url(proxy)))
      let error = await #expect(throws: TransportError.self) {
        try await transport.send(HTTPRequest(method: "POST", url: "https://company.test/", body: [1]))
      }
      #expect([.connect, .proxy].contains(error?.kind) && error?.mayHaveBeenProcessed == false)
    }
  }
}
