internal import Foundations
internal import HTTPTransport
internal import HTTPTransportTesting
internal import Testing

@Suite(.timeLimit(.minutes(10))) struct RecordingTests {
  /// A server whose object goes from pending to ready between the first look and the second.
  private func polling() -> InMemoryTransport {
    let looks = Locked(0)
    return InMemoryTransport { request in
      if request.method == "POST" { return .failure(TransportError(.connect, "no", mayHaveBeenProcessed: false)) }
      let look = looks.withLock { looks in
        looks += 1
        return looks
      }
      return .whole(.json(look == 1 ? "pending" : "ready", headers: ["Set-Cookie": "secret2"]))
    }
  }
  private let get = HTTPRequest(url: "http://a/object", headers: ["Authorization": "Bearer secret1", "Accept": "x"])
  private let post = HTTPRequest(method: "POST", url: "http://a/object", body: [0xff, 0xfe])

  private func converse(_ transport: any Transport) async throws -> [String] {
    var seen: [String] = []
    for request in [get, post, get] {
      do {
        seen.append(String(decoding: try await transport.send(request).body, as: UTF8.self))
      } catch { seen.append(error.kind.rawValue) }
    }
    return seen
  }

  @Test func `a replay says what the server said, in its order`() async throws {
    let recording = RecordingTransport(polling())
    let original = try await converse(recording)
    #expect(original == ["pending", "connect", "ready"])
    let text = try RecordedExchange.lines(recording.exchanges)
    let replay = ReplayTransport(try RecordedExchange.read(lines: text))
    #expect(try await converse(replay) == original)
    #expect(replay.unused.isEmpty)
  }

  @Test func `two recordings of one conversation are the same bytes, without its secrets`() async throws {
    var texts: [String] = []
    for _ in 0..<2 {
      let recording = RecordingTransport(polling()) { $0.url = $0.url.replacing("object", with: "thing") }
      _ = try await converse(recording)
      texts.append(try RecordedExchange.lines(recording.exchanges))
    }
    #expect(texts[0] == texts[1])
    #expect(!texts[0].contains("secret") && texts[0].contains("redacted") && texts[0].contains("http://a/thing"))
    #expect(texts[0].contains(#""base64":"//4=""#))
    #expect(texts[0].split(separator: "\n").count == 3)
  }

  @Test func `what was not recorded is refused, and so is one more time`() async throws {
    let recording = RecordingTransport(polling())
    _ = try await recording.send(get)
    let replay = ReplayTransport(recording.exchanges)
    var other = get
    other.body = [1]
    for request in [other, post] {
      let error = await #expect(throws: TransportError.self) { try await replay.send(request) }
      #expect(error?.kind == .invalidRequest)
    }
    #expect(replay.unused.count == 1)
    _ = try await replay.send(get)
    await #expect(throws: TransportError.self) { try await replay.send(get) }
  }

  @Test func `a stream that broke off breaks off again at the same place`() async throws {
    let faults = FaultTransport(InMemoryTransport { _ in .whole(.json("0123456789")) })
    faults.inject(.cutBody(afterBytes: 4))
    let recording = RecordingTransport(faults)
    for isReplayed in [false, true] {
      let transport: any Transport = isReplayed ? ReplayTransport(recording.exchanges) : recording
      let response = try await transport.stream(get)
      #expect(try await response.body.next() == Array("0123".utf8))
      let error = await #expect(throws: TransportError.self) { try await response.body.next() }
      #expect(error?.kind == .reset)
    }
    #expect(recording.exchanges.map(\.error) == ["reset"])
  }
}
