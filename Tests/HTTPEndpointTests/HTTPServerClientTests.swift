internal import Foundations
internal import HTTPEndpoint
internal import HTTPTransport
internal import TestSupport
internal import Testing

/// The server as libcurl sees it.
@Suite(.timeLimit(.minutes(10))) struct HTTPServerClientTests {
  let client: CurlTransport = {
    var options = CurlTransport.Options(proxy: .none)
    options.maxRequestsPerHost = 2000
    return CurlTransport(options)
  }()

  @Test(arguments: [
    ("GET", "/healthz", 200, "ok\n"), ("HEAD", "/healthz", 200, ""), ("POST", "/healthz", 405, "method not allowed\n"),
    ("GET", "/", 404, "not found\n"), ("GET", "/healthz/", 404, "not found\n"), ("GET", "/%68ealthz", 200, "ok\n"),
    ("POST", "/echo", 200, "body"),
  ])
  func `paths and methods lead to their handlers`(method: String, path: String, status: Int, body: String) async throws
  {
    var routes = Routes()
    var limits = HTTPServer.Limits()
    limits.body = 4
    routes.get("/healthz") { _ in EndpointResponse(text: "ok\n") }
    routes.on("POST", "/echo") { EndpointResponse(body: $0.body) }
    let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: limits, routes: routes)
    let request = HTTPRequest(
      method: method,
      url: "http://127.0.0.1:\(server.port)\(path)",
      body: method == "POST" ? Array("body".utf8) : nil
    )
    let response = try await client.send(request)
    #expect(response.status == status)
    #expect(String(decoding: response.body, as: UTF8.self) == body)
    if status == 405 { #expect(response.head.headers["Allow"] == "GET, HEAD") }
    if method == "HEAD" { #expect(response.head.headers["Content-Length"] == "3") }
    await server.stop()
  }

  @Test func `a body that is too large is refused, announced or not`() async throws {
    var limits = HTTPServer.Limits()
    limits.body = 65_536
    var routes = Routes()
    routes.on("POST", "/") { EndpointResponse(text: "\($0.body.count)") }
    let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: limits, routes: routes)
    let url = "http://127.0.0.1:\(server.port)/"
    let fits = try await client.send(HTTPRequest(method: "POST", url: url, body: [UInt8](repeating: 1, count: 65_536)))
    #expect(String(decoding: fits.body, as: UTF8.self) == "65536")
    let headers: [HTTPHeaders] = [[:], ["Transfer-Encoding": "chunked"]]
    for headers in headers {
      let body = [UInt8](repeating: 1, count: 65_537)
      let response = try await client.send(HTTPRequest(method: "POST", url: url, headers: headers, body: body))
      #expect(response.status == 413)
    }
    await server.stop()
  }

  @Test func `the address of everything listens on IPv4, and on IPv6 where there is any`() async throws {
    let server = try HTTPServer(address: "::", port: 0) { _ in EndpointResponse(text: "ok") }
    let response = try await client.send(HTTPRequest(url: "http://127.0.0.1:\(server.port)/"))
    #expect(response.status == 200)
    if let only = try? HTTPServer(address: "::1", port: 0, handle: { _ in EndpointResponse(text: "ok") }) {
      for port in [only.port, server.port] {
        #expect(try await client.send(HTTPRequest(url: "http://[::1]:\(port)/")).status == 200)
      }
      await only.stop()
    }
    await server.stop()
  }

  @Test func `an address in use and one that is none are told apart`() async throws {
    let server = try HTTPServer(address: "127.0.0.1", port: 0) { _ in EndpointResponse(text: "ok") }
    let error = #expect(throws: EndpointError.self) {
      try HTTPServer(address: "127.0.0.1", port: server.port) { _ in EndpointResponse(text: "ok") }
    }
    #expect(error?.kind == .listen)
    #expect(error?.description.contains("127.0.0.1 port \(server.port): Address already in use") == true)
    let other = #expect(throws: EndpointError.self) {
      try HTTPServer(address: "localhost", port: 0) { _ in EndpointResponse(text: "ok") }
    }
    #expect(other?.kind == .address)
    await server.stop()
  }

  @Test func `a thousand requests wait in their handlers at once, on one thread`() async throws {
    let gate = Gate()
    var limits = HTTPServer.Limits()
    limits.connections = 1100
    limits.connectionsPerAddress = 0
    let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) { _ in
      await gate.wait()
      return EndpointResponse(text: "ok")
    }
    let url = "http://127.0.0.1:\(server.port)/"
    let succeeded = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<1000 { group.addTask { try await client.send(HTTPRequest(url: url)).status } }
      #expect(await eventually { server.activeRequests >= 1000 })
      gate.open()
      return try await group.reduce(0) { $0 + ($1 == 200 ? 1 : 0) }
    }
    #expect(succeeded == 1000)
    await server.stop()
    #expect(server.activeRequests == 0)
  }

  @Test func `stopping cancels handlers, then answers for those that do not listen`() async throws {
    let server = try HTTPServer(address: "127.0.0.1", port: 0) { request in
      if request.path == "/patient" {
        do { try await Task.sleep(for: .seconds(600)) } catch { return EndpointResponse(text: "cancelled") }
      } else {
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
      }
      return EndpointResponse(text: "done")
    }
    let base = "http://127.0.0.1:\(server.port)"
    async let patient = client.send(HTTPRequest(url: "\(base)/patient"))
    async let deaf = client.send(HTTPRequest(url: "\(base)/deaf"))
    #expect(await eventually { server.activeRequests >= 2 })
    async let stopped: Void = server.stop(grace: .milliseconds(300))
    #expect(String(decoding: try await patient.body, as: UTF8.self) == "cancelled")
    #expect(try await deaf.status == 503)
    await stopped
    let error = await #expect(throws: TransportError.self) { try await client.send(HTTPRequest(url: base)) }
    #expect(error?.kind == .connect && error?.mayHaveBeenProcessed == false)
    await server.stop()
  }

  @Test func `dropping a server stops it`() async throws {
    let port = try HTTPServer(address: "127.0.0.1", port: 0) { _ in EndpointResponse(text: "ok") }.port
    #expect(await eventually { (try? await client.send(HTTPRequest(url: "http://127.0.0.1:\(port)/"))) == nil })
  }
}
