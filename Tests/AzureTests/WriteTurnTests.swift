import Azure
import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@Suite struct WriteTurnTests {
  /// How many writes were under way at once, at most.
  private func mostAtOnce(_ ids: [ResourceID]) async throws -> Int {
    let (now, most) = (Locked(0), Locked(0))
    let transport = InMemoryTransport { request in
      if request.url.contains("/token") { return .whole(.json(#"{"access_token":"t","expires_in":3600}"#)) }
      let count = now.withLock { count in
        count += 1
        return count
      }
      most.withLock { $0 = max($0, count) }
      for _ in 0..<200 { await Task.yield() }
      now.withLock { $0 -= 1 }
      return .whole(.json("{}"))
    }
    let client = try client(transport)
    _ = try await client.resourceGroup("warm")
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for id in ids { tasks.addTask { _ = try await client.put(id, [:]) } }
      try await tasks.waitForAll()
    }
    return most.withLock { $0 }
  }

  @Test func subnetsOfANetworkAreWrittenOneAfterAnother() async throws {
    let network = group.network("virtualNetworks", "v")
    let other = group.network("VIRTUALNETWORKS", "V")
    let ids = (0..<8).map { ($0 % 2 == 0 ? network : other).child("subnets", "s\($0)") } + [network]
    #expect(try await mostAtOnce(ids) == 1)
  }

  @Test func otherResourcesAreNotHeldUp() async throws {
    #expect(try await mostAtOnce((0..<8).map { group.network("routeTables", "r\($0)") }) > 1)
  }

  @Test func aFailedWriteGivesItsTurnBack() async throws {
    let server = Server { _ in refusal(400, "Bad") }
    let client = try client(server.transport)
    let subnet = group.network("virtualNetworks", "v").child("subnets", "s")
    for _ in 0..<2 {
      let error = await failure { () async throws(CloudError) in try await client.put(subnet, [:]) }
      #expect(error?.kind == .invalid)
    }
    #expect(server.requests.count == 2)
  }
}
