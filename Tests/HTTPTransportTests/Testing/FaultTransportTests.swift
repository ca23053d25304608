internal import Foundations
internal import HTTPTransport
internal import HTTPTransportTesting
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(10))) struct FaultTransportTests {
  let base = InMemoryTransport { _ in .whole(.json("0123456789")) }
  let time = VirtualTimeSource()
  private let get = HTTPRequest(url: "http://a/")
  private let post = HTTPRequest(method: "POST", url: "http://a/", body: [])

  private func read(_ body: HTTPBody) async -> (text: String, error: TransportError.Kind?) {
    var bytes: [UInt8] = []
    do {
      while let chunk = try await body.next() { bytes += chunk }
      return (String(decoding: bytes, as: UTF8.self), nil)
    } catch {
      return (String(decoding: bytes, as: UTF8.self), error.kind)
    }
  }

  @Test func `a rule acts on the requests it is meant for, after its skips, as often as it says`() async throws {
    let faults = FaultTransport(base)
    faults.inject(.answer(status: 500), on: { $0.method == "POST" }, skipping: 1, times: 2)
    var statuses: [Int] = []
    for request in [get, post, get, post, post, post] { statuses.append(try await faults.send(request).status) }
    #expect(statuses == [200, 200, 200, 500, 500, 200])
    #expect(faults.injected == [.answer(status: 500), .answer(status: 500)] && faults.requestCount == 6)
    #expect(base.requests.count == 4)
  }

  @Test(arguments: [true, false])
  func `after a crash no request gets through until the process is started again`(isSent: Bool) async throws {
    let faults = FaultTransport(base)
    faults.inject(.crash(isSent: isSent), skipping: 1)
    #expect(try await faults.send(get).status == 200 && !faults.hasCrashed)
    for _ in 0..<2 { await #expect(throws: TransportError.self) { try await faults.send(get) } }
    #expect(faults.hasCrashed && base.requests.count == (isSent ? 2 : 1))
    faults.clear()
    #expect(try await faults.send(get).status == 200 && !faults.hasCrashed)
  }

  @Test func `the first rule that applies acts alone`() async throws {
    let faults = FaultTransport(base)
    faults.inject(.answer(status: 500))
    faults.inject(.answer(status: 429, retryAfter: "1"))
    #expect(try await faults.send(get).status == 500)
    let second = try await faults.send(get)
    #expect(second.status == 429 && second.head.headers["retry-after"] == "1")
    faults.inject(.answer(status: 500))
    faults.clear()
    #expect(try await faults.send(get).status == 200)
  }

  @Test func `a dropped request is not seen by the server, a lost answer is`() async throws {
    let faults = FaultTransport(base)
    faults.inject(.drop(.tls))
    let dropped = await #expect(throws: TransportError.self) { try await faults.send(get) }
    #expect(dropped?.kind == .tls && dropped?.mayHaveBeenProcessed == false && base.requests.isEmpty)
    for index in 1...2 {
      faults.inject(.loseAnswer)
      let lost = await #expect(throws: TransportError.self) {
        if index == 1 { _ = try await faults.send(get) } else { _ = try await faults.stream(get) }
      }
      #expect(lost?.kind == .reset && lost?.mayHaveBeenProcessed == true && base.requests.count == index)
    }
  }

  @Test func `a delay holds the request back until its time`() async throws {
    let faults = FaultTransport(base, time: time)
    faults.inject(.delay(.seconds(5)))
    let answer = Task { try await faults.send(get).status }
    #expect(await eventually { time.sleeperCount > 0 })
    #expect(base.requests.isEmpty)
    time.advance(by: .seconds(5))
    #expect(try await answer.value == 200)
  }

  @Test func `a body is cut where the test says, within a chunk or between two`() async throws {
    let faults = FaultTransport(base)
    for bytes in [0, 4, 10] {
      faults.inject(.cutBody(afterBytes: bytes))
      let (text, error) = await read(try await faults.stream(get).body)
      #expect(text == String("0123456789".prefix(bytes)) && error == .reset)
    }
    faults.inject(.cutBody(afterBytes: 11))
    #expect(await read(try await faults.stream(get).body) == ("0123456789", nil))
  }

  @Test func `a silent body is idle after the request's limit, and waits for ever without one`() async throws {
    let faults = FaultTransport(base, time: time)
    faults.inject(.silenceBody(afterBytes: 3), times: 2)
    let limited = HTTPRequest(url: "http://a/", timeouts: HTTPTimeouts(total: nil, idle: .seconds(75)))
    let response = try await faults.stream(limited)
    let result = Task { await read(response.body) }
    #expect(await eventually { time.sleeperCount > 0 })
    time.advance(by: .seconds(75))
    #expect(await result.value == ("012", .idle))

    let patient = try await faults.stream(get)
    let waiting = Task { await read(patient.body) }
    #expect(await eventually { time.sleeperCount > 0 })
    time.advance(by: .seconds(1_000_000))
    #expect(time.sleeperCount == 1)
    waiting.cancel()
    #expect(await waiting.value == ("012", .cancelled))
  }

  @Test func `to a caller that waits for the whole body a broken one is a lost answer`() async throws {
    let faults = FaultTransport(base)
    faults.inject(.cutBody(afterBytes: 3))
    let error = await #expect(throws: TransportError.self) { try await faults.send(get) }
    #expect(error?.kind == .reset && base.requests.count == 1)
  }
}
