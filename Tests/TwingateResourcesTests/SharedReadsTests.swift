import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import TestSupport
import Testing
import Twingate

@testable import TwingateResources

/// Several callers share one request for a list, and never one from before a change.
@Suite(.timeLimit(.minutes(1))) struct SharedReadsTests {
  private let time = VirtualTimeSource()
  private let count = Locked(0)

  private func read(_ reads: SharedReads, _ age: Int = 30, fails: Bool = false) async throws(CloudError) -> Int {
    let count = count
    return try await reads.read("list", youngerThan: .seconds(age)) { () async throws(CloudError) in
      let number = count.withLock { count in
        count += 1
        return count
      }
      if fails { throw CloudError(.unavailable, operation: "list", message: "injected") }
      return number
    }
  }

  @Test func manyAskOnce() async throws {
    let reads = SharedReads(time: time)
    let answers = await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<8 { group.addTask { try? await self.read(reads) } }
      var answers: Set<Int?> = []
      for await answer in group { answers.insert(answer) }
      return answers
    }
    #expect(answers == [1])
    time.advance(by: .seconds(31))
    #expect(try await read(reads) == 2)
    #expect(try await read(reads, 0) == 3, "age zero always asks")
    #expect(try await read(reads) == 3)
  }

  @Test func whatWasChangedIsAskedForAgain() async throws {
    let reads = SharedReads(time: time)
    #expect(try await read(reads) == 1)
    await reads.forget()
    #expect(try await read(reads) == 2)
  }

  @Test func aFailureIsNotShared() async throws {
    let reads = SharedReads(time: time)
    await #expect(throws: CloudError.self) { try await self.read(reads, fails: true) }
    #expect(try await read(reads) == 2)
  }

  /// Four connections that wait for their turns would otherwise list the connectors four times a minute.
  @Test func aMutationThatWasThrottledLeavesTheListsShared() async throws {
    let moved = HTTPResponse(
      head: HTTPResponseHead(status: 308, headers: ["Location": "https://acme.eu1.twingate.com/api/graphql/"])
    )
    let empty = #"{"data":{"result":{"ok":true,"error":null,"pageInfo":{"hasNextPage":false},"edges":[]}}}"#
    let transport = InMemoryTransport { $0.method == "HEAD" ? .whole(moved) : .whole(.json(empty)) }
    let client = TwingateClient(
      try TwingateNetwork("acme"),
      key: SecretText("tw-key-0123456789abcdef"),
      allowance: TwingateAllowance(TwingateBudget(writes: 1, time: time)),
      transport: transport,
      time: time
    )
    let tenant = SharedTenant(client, SharedReads(time: time))
    let action = TwingateAction(call: .deleteResource("r"), lane: .change, role: "resource/r", description: "")
    _ = try await tenant.perform(action)
    _ = try await tenant.connectors(youngerThan: .seconds(30), lane: .look)
    let sent = transport.requests.count
    await #expect(throws: CloudError.self) { _ = try await tenant.perform(action) }
    _ = try await tenant.connectors(youngerThan: .seconds(30), lane: .look)
    #expect(transport.requests.count == sent)
  }
}
