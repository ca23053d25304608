internal import Foundations
internal import HTTPEndpoint
internal import HTTPTransport
internal import KubernetesTesting
internal import TestSupport
internal import Testing

/// Bodies that arrive while they are read, over TLS.
@Suite(.timeLimit(.minutes(10))) struct CurlStreamingTests {
  /// Byte n is n / 4096, cut to eight bits.
  static let large = (0..<8192).reduce(into: [UInt8]()) { bytes, block in
    bytes += [UInt8](repeating: UInt8(truncatingIfNeeded: block), count: 4096)
  }
  let pki: TestPKI
  let transport: CurlTransport

  init() throws {
    pki = try TestPKI.shared.get()
    transport = CurlTransport(
      .init(tls: TLSConfiguration(certificateAuthorities: pki.authority.identity.certificate), proxy: .none)
    )
  }

  /// `/large` is larger than what all buffers on the way hold; `/small` is not.
  private func server() throws -> HTTPServer {
    var limits = HTTPServer.Limits()
    // These readers pause, on a machine that has much else to do.
    limits.silence = 60
    return try HTTPServer(address: "127.0.0.1", port: 0, limits: limits, tls: EndpointTLS(pki.server)) { request in
      guard request.path == "/large" else { return EndpointResponse(text: "small") }
      return EndpointResponse(body: Self.large)
    }
  }
  private func open(_ server: HTTPServer) async throws -> HTTPStreamingResponse {
    let url = "https://127.0.0.1:\(server.port)/large"
    return try await transport.stream(HTTPRequest(url: url, timeouts: HTTPTimeouts(total: nil)))
  }
  private func askMany(_ server: HTTPServer) async throws {
    for _ in 0..<100 {
      let response = try await transport.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/small"))
      #expect(response.body == Array("small".utf8))
    }
  }

  @Test func `a reader that does not read holds the sender up, and nobody else`() async throws {
    let server = try server()
    let response = try await open(server)
    let first = try #require(try await response.body.next())
    try await askMany(server)
    // Their answers are out before the server has put them away.
    #expect(await eventually { server.activeRequests <= 1 })
    // The answer is still on its way: more of it than buffers hold waits in the server.
    #expect(server.activeRequests == 1 && transport.inFlight == 1)
    var (count, isRight) = (0, true)
    var chunk: [UInt8]? = first
    while let bytes = chunk {
      for offset in [0, bytes.count - 1] {
        isRight = isRight && bytes[offset] == UInt8(truncatingIfNeeded: (count + offset) / 4096)
      }
      count += bytes.count
      chunk = try await response.body.next()
    }
    #expect(count == Self.large.count && isRight)
    #expect(try await response.body.next() == nil)
    #expect(transport.inFlight == 0)
    await server.stop()
  }

  @Test func `a chunk is no larger than the buffer and what was under way`() async throws {
    let server = try server()
    let response = try await open(server)
    var largest = 0
    while let bytes = try await response.body.next() { largest = max(largest, bytes.count) }
    // libcurl hands over 16 KiB at most at a time, and the buffer takes one more when it is not full.
    #expect(largest > 0 && largest < (256 << 10) + (16 << 10) + 1)
    await server.stop()
  }

  @Test func `dropping a body ends its transfer`() async throws {
    let server = try server()
    do {
      let response = try await open(server)
      #expect(try await response.body.next() != nil)
    }
    #expect(await eventually { transport.inFlight == 0 && server.activeRequests == 0 })
    try await askMany(server)
    await server.stop()
  }

  @Test func `cancelling a reader ends its transfer, and the reader`() async throws {
    let server = try server()
    let response = try await open(server)
    let reader = Task {
      while let bytes = try await response.body.next() { if Task.isCancelled { #expect(bytes.count > 0) } }
    }
    reader.cancel()
    let error = await #expect(throws: TransportError.self) { try await reader.value }
    #expect(error?.kind == .cancelled)
    #expect(await eventually { transport.inFlight == 0 && server.activeRequests == 0 })
    await server.stop()
  }

  @Test func `two tasks cannot read one body`() async throws {
    let raw = RawServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\n\r\n")
      _ = connection.read()
    }
    let response = try await transport.stream(HTTPRequest(url: raw.url))
    await withTaskGroup(of: TransportError.Kind?.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do throws(TransportError) {
            _ = try await response.body.next()
            return nil
          } catch { return error.kind }
        }
      }
      #expect(await group.next() == .invalidRequest)
      group.cancelAll()
      #expect(await group.next() == .cancelled)
    }
  }

  @Test func `shutting down fails what is under way and what comes`() async throws {
    let server = try server()
    let response = try await open(server)
    transport.shutdown()
    let broken = await #expect(throws: TransportError.self) { while try await response.body.next() != nil {} }
    #expect(broken?.kind == .cancelled)
    let late = await #expect(throws: TransportError.self) { try await open(server) }
    #expect(late?.kind == .cancelled && late?.mayHaveBeenProcessed == false)
    #expect(transport.inFlight == 0)
    await server.stop()
  }
}
