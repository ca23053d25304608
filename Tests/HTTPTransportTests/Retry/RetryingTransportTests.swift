internal import Foundations
internal import HTTPTransport
internal import HTTPTransportTesting
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(10))) struct RetryingTransportTests {
  let time = VirtualTimeSource()
  let waits = Locked<[RetryingTransport.Retry]>([])

  /// Answers with the statuses in turn, and with the last of them from then on.
  private func server(_ statuses: [Int], retryAfter: String? = nil) -> InMemoryTransport {
    let left = Locked(statuses)
    return InMemoryTransport { _ in
      let status = left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
      return .whole(.json("{}", status: status, headers: retryAfter.map { ["Retry-After": $0] } ?? [:]))
    }
  }
  private func retrying(_ base: any Transport, _ policy: RetryPolicy = RetryPolicy()) -> RetryingTransport {
    RetryingTransport(base, policy: policy, time: time) { [waits] retry in waits.withLock { $0.append(retry) } }
  }
  /// Moves time to the end of each wait as it comes.
  private func driving<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
    let driver = Task { [time] in
      while !Task.isCancelled {
        if time.sleeperCount > 0 { time.advance(by: .seconds(1)) }
        try? await Task.sleep(for: .microseconds(100))
      }
    }
    defer { driver.cancel() }
    return try await body()
  }
  private let get = HTTPRequest(url: "http://a/")

  @Test func `two refusals and an answer are an answer`() async throws {
    let base = server([503, 429, 200])
    let response = try await driving { try await retrying(base).send(get) }
    #expect(response.status == 200 && base.requests.count == 3)
    #expect(waits.withLock { $0.map(\.attempt) } == [1, 2])
  }

  @Test func `the last answer is handed over when the attempts are used up`() async throws {
    let base = server([503])
    let response = try await driving { try await retrying(base).send(get) }
    #expect(response.status == 503 && base.requests.count == 5)
  }

  @Test func `a lost answer to a POST is not asked for again`() async throws {
    let base = server([200])
    let faults = FaultTransport(base)
    faults.inject(.loseAnswer)
    let post = HTTPRequest(method: "POST", url: "http://a/", body: [1])
    let error = await #expect(throws: TransportError.self) { try await retrying(faults).send(post) }
    #expect(error?.kind == .reset && error?.mayHaveBeenProcessed == true)
    #expect(base.requests.count == 1 && faults.requestCount == 1)
  }

  @Test func `a request that never arrived is sent again, and a harmless one whose answer was lost too`() async throws {
    let base = server([200])
    let faults = FaultTransport(base)
    faults.inject(.drop(.connect))
    let post = HTTPRequest(method: "POST", url: "http://a/", body: [1])
    #expect(try await driving { try await retrying(faults).send(post) }.status == 200)
    faults.inject(.loseAnswer)
    #expect(try await driving { try await retrying(faults).send(get) }.status == 200)
    #expect(base.requests.map(\.method) == ["POST", "GET", "GET"])
  }

  @Test func `no attempt is made before Retry-After has passed`() async throws {
    let base = server([429, 200], retryAfter: "30")
    let answer = Task { try await retrying(base).send(get).status }
    #expect(await eventually { time.sleeperCount > 0 })
    time.advance(by: .seconds(29))
    #expect(time.sleeperCount == 1 && base.requests.count == 1)
    time.advance(by: .seconds(1))
    #expect(try await answer.value == 200)
    #expect(base.requests.count == 2)
  }

  @Test func `time spent in attempts counts towards the budget`() async throws {
    let base = InMemoryTransport { [time] _ in
      time.advance(by: .seconds(25))
      return .whole(.json("{}", status: 503, headers: ["Retry-After": "0"]))
    }
    let response = try await driving { try await retrying(base).send(get) }
    #expect(response.status == 503 && base.requests.count <= 3)
  }

  @Test func `cancelling ends the wait and says what it was for`() async throws {
    let base = server([503], retryAfter: "30")
    let task = Task { try await retrying(base).send(get) }
    #expect(await eventually { time.sleeperCount > 0 })
    task.cancel()
    let error = await #expect(throws: TransportError.self) { try await task.value }
    #expect(error?.kind == .cancelled && error?.message.contains("status 503") == true)
    #expect(base.requests.count == 1)
  }

  @Test func `a stream is repeated until its head has come, its body never`() async throws {
    let feed = BodyFeed()
    let left = Locked([503])
    let base = InMemoryTransport { _ in
      if let status = left.withLock({ $0.popLast() }) { return .whole(.json("{}", status: status)) }
      return .streamed(feed)
    }
    let response = try await driving { try await retrying(base).stream(get) }
    #expect(response.head.status == 200)
    feed.send("one")
    feed.fail(TransportError(.reset, "test", mayHaveBeenProcessed: true))
    #expect(try await response.body.next() == Array("one".utf8))
    await #expect(throws: TransportError.self) { try await response.body.next() }
    #expect(base.requests.count == 2)
  }
}
