internal import Foundations
internal import Glibc
internal import HTTPEndpoint
internal import HTTPTransport
internal import KubernetesTesting
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(10))) struct CurlLimitTests {
  /// Counts how many requests are in their handlers at once.
  private struct Crowd: Sendable { var now = 0, most = 0 }

  @Test func `no more requests reach a host than its limit, and all of them do`() async throws {
    let pki = try TestPKI.shared.get()
    var options = CurlTransport.Options(
      tls: TLSConfiguration(certificateAuthorities: pki.authority.identity.certificate),
      proxy: .none
    )
    options.maxRequestsPerHost = 3
    let transport = CurlTransport(options)
    let crowds = Locked<[String: Crowd]>([:])
    func server(_ name: String) throws -> HTTPServer {
      try HTTPServer(address: "127.0.0.1", port: 0, tls: EndpointTLS(pki.server)) { _ in
        crowds.withLock { crowds in
          crowds[name, default: Crowd()].now += 1
          crowds[name, default: Crowd()].most = max(crowds[name]?.most ?? 0, crowds[name]?.now ?? 0)
        }
        for _ in 0..<10 { await Task.yield() }
        crowds.withLock { $0[name]?.now -= 1 }
        return EndpointResponse(text: name)
      }
    }
    let servers = [try server("a"), try server("b")]
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<60 {
        let url = "https://127.0.0.1:\(servers[index % 2].port)/"
        // Among all tests on a loaded machine, a handler that gives others their turn takes longer than the usual 30 s.
        let request = HTTPRequest(url: url, timeouts: HTTPTimeouts(connect: .seconds(100), total: nil))
        group.addTask { String(decoding: try await transport.send(request).body, as: UTF8.self) }
      }
      return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    }
    #expect(answers == ["a": 30, "b": 30])
    #expect(crowds.withLock { crowds in crowds.values.allSatisfy { (1...3).contains($0.most) } })
    for server in servers { await server.stop() }
  }

  @Test func `one that is cancelled while it waits was never sent, and gives up its place`() async throws {
    var options = CurlTransport.Options(proxy: .none)
    options.maxRequestsPerHost = 1
    let transport = CurlTransport(options)
    let paths = Locked<[Substring]>([])
    let isOpen = Locked(false)
    let server = RawServer { connection in
      while let request = connection.readRequest() {
        paths.withLock { $0.append(request.split(separator: " ")[1]) }
        while !isOpen.withLock({ $0 }) { usleep(1000) }
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      }
    }
    let first = Task { try await transport.send(HTTPRequest(url: server.url + "/1")).status }
    #expect(await eventually { paths.withLock { !$0.isEmpty } })
    let second = Task { try await transport.send(HTTPRequest(url: server.url + "/2")).status }
    #expect(await eventually { transport.inFlight >= 2 })
    let third = Task { try await transport.send(HTTPRequest(url: server.url + "/3")).status }
    #expect(await eventually { transport.inFlight >= 3 })
    second.cancel()
    let error = await #expect(throws: TransportError.self) { try await second.value }
    #expect(error?.kind == .cancelled && error?.mayHaveBeenProcessed == false)
    isOpen.withLock { $0 = true }
    #expect(try await first.value == 200)
    #expect(try await third.value == 200)
    #expect(paths.withLock { $0 } == ["/1", "/3"])
  }

  @Test func `streams do not take the places of requests`() async throws {
    var options = CurlTransport.Options(proxy: .none)
    options.maxRequestsPerHost = 1
    let transport = CurlTransport(options)
    let server = RawServer { connection in
      guard let request = connection.readRequest() else { return }
      if request.hasPrefix("GET /watch") {
        connection.write("HTTP/1.1 200 OK\r\n\r\nfirst")
        _ = connection.read()
      } else {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
      }
    }
    var watches: [HTTPStreamingResponse] = []
    for _ in 0..<5 { watches.append(try await transport.stream(HTTPRequest(url: server.url + "/watch"))) }
    #expect(try await transport.send(HTTPRequest(url: server.url + "/get")).status == 200)
    for watch in watches { #expect(try await watch.body.next() == Array("first".utf8)) }
  }
}
