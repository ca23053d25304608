internal import Foundations
internal import Glibc
internal import HTTPTransport
internal import TestSupport
internal import Testing

/// Servers that are slow, silent, rude or gone.
@Suite(.timeLimit(.minutes(10))) struct CurlFailureTests {
  let transport = CurlTransport(.init(proxy: .none))

  private func failure(
    _ url: String,
    method: String = "GET",
    body: [UInt8]? = nil,
    timeouts: HTTPTimeouts = HTTPTimeouts()
  ) async -> TransportError? {
    await #expect(throws: TransportError.self) {
      try await transport.send(HTTPRequest(method: method, url: url, body: body, timeouts: timeouts))
    }
  }
  /// Reads the request, says `answer`, and waits for the client to go.
  private func saying(_ answer: String) -> RawServer {
    RawServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write(answer)
      _ = connection.read()
    }
  }

  /// As where a network policy drops packets: the operator tells by it that nobody read its request.
  @Test func `a connection that never comes about was not processed`() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let waiting = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer {
      close(listener)
      close(waiting)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = bind(listener, generic, size)
        // One connection waits to be accepted; the kernel drops what would be the next.
        _ = listen(listener, 0)
        _ = getsockname(listener, generic, &size)
        _ = connect(waiting, generic, size)
      }
    }
    let request = HTTPRequest(
      url: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/",
      timeouts: HTTPTimeouts(connect: .milliseconds(500), total: .seconds(2))
    )
    let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
    #expect(error?.kind == .timeout && error?.mayHaveBeenProcessed == false)
  }

  @Test func `an answer that does not come in time may yet have been processed`() async {
    let server = saying("")
    let error = await failure(server.url, timeouts: HTTPTimeouts(total: .seconds(2)))
    #expect(error?.kind == .timeout && error?.mayHaveBeenProcessed == true)
    #expect(transport.inFlight == 0)
  }

  @Test func `a handshake that does not come in time was certainly not`() async {
    // Accepts, and says nothing to the TLS greeting.
    let server = RawServer { connection in while connection.read() != nil {} }
    let error = await failure(
      "https://127.0.0.1:\(server.port)/",
      method: "POST",
      body: [1],
      timeouts: HTTPTimeouts(connect: .milliseconds(50))
    )
    #expect(error?.kind == .timeout && error?.mayHaveBeenProcessed == false)
  }

  @Test func `silence is told from slowness`() async throws {
    let silent = saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    let error = await failure(silent.url, timeouts: HTTPTimeouts(total: nil, idle: .seconds(1)))
    #expect(error?.kind == .idle && error?.mayHaveBeenProcessed == true)

    let gate = Locked(false)
    let paused = RawServer { connection in
      guard connection.readRequest() != nil else { return }
      let flood = [UInt8](repeating: 0x78, count: 32 << 20)
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(flood.count)\r\n\r\n")
      connection.write(flood)
      gate.withLock { $0 = true }
    }
    let limits = HTTPTimeouts(total: nil, idle: .seconds(2))
    let response = try await transport.stream(HTTPRequest(url: paused.url, timeouts: limits))
    // The reader is the slow one here: another request that idles out shows that its limit has passed.
    _ = try await response.body.next()
    _ = await failure(silent.url, timeouts: HTTPTimeouts(total: nil, idle: .milliseconds(2500)))
    #expect(!gate.withLock { $0 })
    var count = 0
    while let chunk = try await response.body.next() { count += chunk.count }
    #expect(count > 30 << 20)
  }

  @Test func `nobody there is not processed`() async {
    let port = RawServer { _ in }.port
    let error = await failure("http://127.0.0.1:\(port)/", method: "POST", body: [1])
    #expect(error?.kind == .connect && error?.mayHaveBeenProcessed == false)
    let unknown = await failure("http://no-such-name.invalid/")
    #expect(unknown?.kind == .resolve && unknown?.mayHaveBeenProcessed == false)
  }

  @Test(arguments: [
    "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
  ])
  func `an answer that is lost on its way may have been processed, and is asked for once`(part: String) async {
    for isReset in [false, true] {
      let server = RawServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write(part)
        if isReset { connection.resetOnClose() }
      }
      let error = await failure(server.url, method: "POST", body: [1])
      #expect(error?.kind == .reset && error?.mayHaveBeenProcessed == true)
      #expect(server.connections.withLock { $0 } == 1)
    }
  }

  @Test(arguments: [[UInt8]?.none, [1]])
  func `a kept connection that died is made anew for a GET, and a POST is not sent twice`(body: [UInt8]?) async throws {
    let posts = Locked(0)
    let server = RawServer { connection in
      // Answers once and hangs up without a word at the second request.
      for round in 0... {
        guard let request = connection.readRequest() else { return }
        if request.hasPrefix("POST") { posts.withLock { $0 += 1 } }
        if round == 1 { return connection.resetOnClose() }
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
    }
    let transport = CurlTransport(.init(proxy: .none))
    for _ in 0..<3 { #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200) }
    _ = try? await transport.send(HTTPRequest(method: "POST", url: server.url, body: body))
    #expect(posts.withLock { $0 } == 1)
  }

  @Test(arguments: ["nonsense\r\n\r\n", "HTTP/1.1 999999 Hm\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"])
  func `what is no HTTP is no answer`(answer: String) async {
    let server = saying(answer)
    let error = await failure(server.url)
    #expect(error?.kind == .protocolViolation)
  }

  @Test func `answers and heads that are too large are given up`() async throws {
    var options = CurlTransport.Options(proxy: .none)
    options.maxResponseBytes = 1000
    let small = CurlTransport(options)
    let server = RawServer { connection in
      guard let request = connection.readRequest() else { return }
      let size = request.hasPrefix("GET /fits") ? 1000 : 1001
      connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + String(repeating: "x", count: size))
    }
    #expect(try await small.send(HTTPRequest(url: server.url + "/fits")).body.count == 1000)
    let error = await #expect(throws: TransportError.self) { try await small.send(HTTPRequest(url: server.url)) }
    #expect(error?.kind == .tooLarge)
    let head = RawServer { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\n")
      while connection.write("X-Filler: \(String(repeating: "x", count: 8000))\r\n") {}
    }
    let huge = await failure(head.url)
    #expect(huge?.kind == .protocolViolation && huge?.message.contains("headers") == true)
  }

  @Test func `cancelling a request frees its connection`() async throws {
    let arrived = Locked(false)
    let gone = Locked(false)
    let server = RawServer { connection in
      guard connection.readRequest() != nil else { return }
      arrived.withLock { $0 = true }
      _ = connection.read()
      gone.withLock { $0 = true }
    }
    let task = Task { try await transport.send(HTTPRequest(url: server.url)) }
    #expect(await eventually { arrived.withLock { $0 } })
    task.cancel()
    let error = await #expect(throws: TransportError.self) { try await task.value }
    #expect(error?.kind == .cancelled && error?.mayHaveBeenProcessed == true)
    #expect(await eventually { gone.withLock { $0 } })
    #expect(transport.inFlight == 0)
  }

  @Test(arguments: [
    "ftp://a/", "http://user@a/", "http://a/\r\nX: 1", "/relative", "http://", "file:///etc/passwd", "http://a/ b",
  ])
  func `a URL that is none is refused before anything is sent`(url: String) async {
    let error = await failure(url)
    #expect(error?.kind == .invalidRequest && error?.mayHaveBeenProcessed == false)
  }

  @Test func `smuggled lines are refused, and their values not repeated`() async {
    let server = saying("HTTP/1.1 200 OK\r\n\r\n")
    for request in [
      HTTPRequest(url: server.url, headers: ["X": "a\r\nsecret: b"]),
      HTTPRequest(url: server.url, headers: ["X: y": "secret"]),
      HTTPRequest(method: "GET / HTTP/1.1\r\nsecret:", url: server.url),
    ] {
      let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
      #expect(error?.kind == .invalidRequest && error?.message.contains("secret") == false)
    }
    #expect(server.connections.withLock { $0 } == 0)
  }
}
