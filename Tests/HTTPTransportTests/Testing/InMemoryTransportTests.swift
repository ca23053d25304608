internal import Foundations
internal import HTTPTransport
internal import HTTPTransportTesting
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(10))) struct InMemoryTransportTests {
  @Test func `requests are kept in order and answers are whole`() async throws {
    let transport = InMemoryTransport { request in
      request.method == "GET" ? .whole(.json("{}")) : .failure(TransportError(.tls, "x", mayHaveBeenProcessed: false))
    }
    let response = try await transport.send(HTTPRequest(url: "http://a/1"))
    #expect(response.body == Array("{}".utf8) && response.head.headers["content-type"] == "application/json")
    let error = await #expect(throws: TransportError.self) {
      try await transport.send(HTTPRequest(method: "POST", url: "http://a/2"))
    }
    #expect(error?.kind == .tls)
    #expect(transport.requests.map(\.url) == ["http://a/1", "http://a/2"])
  }

  @Test func `chunks arrive in order, the end and a failure after them`() async throws {
    for failure in [nil, TransportError(.reset, "x", mayHaveBeenProcessed: true)] {
      let feed = BodyFeed()
      let transport = InMemoryTransport { _ in .streamed(feed, status: 206) }
      let response = try await transport.stream(HTTPRequest(url: "http://a/"))
      #expect(response.head.status == 206)
      let reader = Task { () -> [String] in
        var texts: [String] = []
        do {
          while let chunk = try await response.body.next() { texts.append(String(decoding: chunk, as: UTF8.self)) }
          texts.append("end")
        } catch { texts.append("\(error)") }
        return texts
      }
      for text in ["a", "b", "c"] { feed.send(text) }
      if let failure { feed.fail(failure) } else { feed.finish() }
      feed.fail(TransportError(.tls, "the first end counts", mayHaveBeenProcessed: false))
      #expect(await reader.value == ["a", "b", "c", failure.map { "\($0)" } ?? "end"])
    }
  }

  @Test func `dropping a body tells its feed`() async throws {
    let feed = BodyFeed()
    let transport = InMemoryTransport { _ in .streamed(feed) }
    do {
      let response = try await transport.stream(HTTPRequest(url: "http://a/"))
      #expect(!feed.isAbandoned)
      withExtendedLifetime(response) {}
    }
    await feed.abandoned()
    #expect(feed.isAbandoned)
  }

  @Test func `cancelling a reader tells its feed, and the reader`() async throws {
    let feed = BodyFeed()
    let transport = InMemoryTransport { _ in .streamed(feed) }
    let response = try await transport.stream(HTTPRequest(url: "http://a/"))
    let reader = Task { try await response.body.next() }
    reader.cancel()
    let error = await #expect(throws: TransportError.self) { try await reader.value }
    #expect(error?.kind == .cancelled && feed.isAbandoned)
  }

  @Test func `a request whose task is cancelled has no answer`() async throws {
    let transport = InMemoryTransport { _ in
      while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
      return .whole(.json("{}"))
    }
    let task = Task { try await transport.send(HTTPRequest(url: "http://a/")) }
    #expect(await eventually { !transport.requests.isEmpty })
    task.cancel()
    let error = await #expect(throws: TransportError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
  }
}
