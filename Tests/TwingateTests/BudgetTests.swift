import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import Twingate

@Suite struct BudgetTests {
  private static let done = #"{"data":{"result":{"ok":true,"error":null}}}"#

  @Test func aRequestThatWouldWaitLongComesBackAtOnceWithTheTimeToWait() async throws {
    let time = VirtualTimeSource()
    let server = Server { _ in .whole(.json(Self.done)) }
    let client = try client(server.transport, time: time, budget: TwingateBudget(time: time))
    for _ in 0..<20 { try await client.deleteResource("r", lane: .change) }
    time.advance(by: .seconds(10))
    let error = await failure { () async throws(CloudError) in try await client.deleteResource("r", lane: .change) }
    #expect(error?.kind == .throttled && error?.retryAfter == .milliseconds(50_500))
    #expect(error?.mayHaveBeenProcessed == false && server.requests.count == 20)
  }

  /// Anybody may name anybody's network in a VPNConnection, with any token.
  @Test func aKeyThatTwingateRefusesUsesUpNothingOfTheNetworks() async throws {
    let time = VirtualTimeSource()
    let isRefused = Locked(true)
    let server = Server { _ in
      isRefused.withLock { $0 }
        ? .whole(.json("{}", status: 401))
        : .whole(.json(#"{"data":{"result":{"pageInfo":{"hasNextPage":false},"edges":[]}}}"#))
    }
    let network = TwingateBudget(reads: 60, time: time)
    let allowance = TwingateAllowance(network, trial: TwingateBudget(reads: 5, time: time))
    let client = try client(server.transport, time: time, allowance: allowance)
    func look() async -> CloudError? {
      await failure { () async throws(CloudError) in try await client.connectors(lane: .look) }
    }
    for _ in 0..<5 { #expect(await look()?.kind == .unauthenticated) }
    #expect(await look()?.kind == .throttled, "its own budget is used up")
    #expect(network.expectedWait(.read, .look) == .zero)
    // Once it is accepted, the network's budget is its own.
    time.advance(by: .seconds(61))
    isRefused.withLock { $0 = false }
    for _ in 0..<61 { #expect(await look() == nil) }
    #expect(await look()?.kind == .throttled)
    #expect(network.expectedWait(.read, .look) > .zero)
  }

  @Test func aRevocationIsTheFirstToGoWhenThereIsRoom() async throws {
    let time = VirtualTimeSource()
    let order = Locked<[Lane]>([])
    let budget = TwingateBudget(writes: 1, length: .seconds(60), time: time)
    @Sendable func take(_ lane: Lane) async {
      _ = await failure { () async throws(CloudError) in
        try await budget.withTurn(.write, lane, patience: .seconds(1000), operation: "test") {
          order.withLock { $0.append(lane) }
        }
      }
    }
    await take(.look)
    let repair = Task { await take(.repair) }
    while budget.expectedWait(.write, .look) < .seconds(120) { await Task.yield() }
    let revocation = Task { await take(.revocation) }
    while budget.expectedWait(.write, .look) < .seconds(180) { await Task.yield() }
    let ticking = Task {
      while !Task.isCancelled {
        if time.sleeperCount > 0 { time.advance(by: .seconds(5)) }
        await Task.yield()
      }
    }
    await revocation.value
    await repair.value
    ticking.cancel()
    #expect(order.withLock { $0 } == [.look, .revocation, .repair])
  }

  @Test func readsAndWritesAreCountedApart() async throws {
    let time = VirtualTimeSource()
    let budget = TwingateBudget(reads: 1, writes: 1, time: time)
    for kind in RequestKind.allCases {
      try await budget.withTurn(kind, .look, patience: .zero, operation: "test") { () async throws(CloudError) in }
      #expect(budget.expectedWait(kind, .revocation) > .zero)
    }
  }

  @Test func aCancelledCallerLeavesTheQueue() async throws {
    let time = VirtualTimeSource()
    let budget = TwingateBudget(writes: 1, length: .seconds(60), time: time)
    try await budget.withTurn(.write, .look, patience: .zero, operation: "test") { () async throws(CloudError) in }
    let waiting = Task {
      await failure { () async throws(CloudError) in
        try await budget.withTurn(.write, .change, patience: .seconds(100), operation: "test") {
          () async throws(CloudError) in
        }
      }
    }
    while budget.expectedWait(.write, .look) < .seconds(120) { await Task.yield() }
    waiting.cancel()
    #expect(await waiting.value?.kind == .transport)
    #expect(budget.expectedWait(.write, .look) == .seconds(60))
  }

  @Test(arguments: ["7", nil])
  func aThrottledAnswerStopsItsKindOnly(retryAfter: String?) async throws {
    let time = VirtualTimeSource()
    var headers: HTTPHeaders = [:]
    headers["Retry-After"] = retryAfter
    let refusal = HTTPResponse.json(
      #"{"errors":[{"message":"Request was throttled."}]}"#,
      status: 429,
      headers: headers
    )
    let empty = #"{"data":{"result":{"pageInfo":{"hasNextPage":false},"edges":[]}}}"#
    let server = Server { request in
      String(decoding: request.body ?? [], as: UTF8.self).contains("mutation") ? .whole(refusal) : .whole(.json(empty))
    }
    let client = try client(server.transport, time: time)
    let first = await failure { () async throws(CloudError) in try await client.deleteResource("r", lane: .change) }
    #expect(first?.kind == .throttled && first?.retryAfter == retryAfter.map { _ in .seconds(7) })
    let second = await failure { () async throws(CloudError) in try await client.deleteResource("r", lane: .revocation)
    }
    #expect(second?.kind == .throttled && second?.retryAfter == (retryAfter == nil ? .seconds(60) : .seconds(7)))
    #expect(server.requests.count == 1)
    _ = try await client.connectors(lane: .look)
  }

  @Test func connectionsOfOneNetworkShareABudget() throws {
    let budgets = TwingateBudgets()
    let (acme, other) = (try TwingateNetwork("acme"), try TwingateNetwork("other"))
    #expect(budgets.budget(of: acme) === budgets.budget(of: acme))
    #expect(budgets.budget(of: acme) !== budgets.budget(of: other))
  }
}
