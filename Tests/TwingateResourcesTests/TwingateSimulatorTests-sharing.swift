import Cloud
import CloudResources
import Foundations
import Testing
import Twingate

@testable import TwingateResources

extension TwingateSimulatorTests {
  /// Four connections with three pages of resources each, as a thousand resources have at 100 a page.
  @Test func fourConnectionsLookTogetherWithFewReads() async throws {
    let tenant = try await SimulatedTenant()
    try await SimulatedTenant.control(
      "settings",
      #"{"readsPerMinute": 100000, "writesPerMinute": 100000, "pageSize": 20}"#
    )
    let client = try tenant.client(budget: TwingateBudget(reads: 100_000, writes: 100_000))
    let time = tenant.time
    var connections: [Environment] = []
    for number in 0..<4 {
      let owner = TwingateOwner(clusterUID: "cluster-1", connectionUID: "\(number)a1b2c3d-4e5f-0000-0000-000000000000")
      let wanted = WantedTwingate(
        owner: owner,
        remoteNetwork: .init("network-\(number)"),
        connectors: ["a", "b"].map { .init(owner.connectorName("office", $0)) },
        resources: (0..<50).map { request("r\(number)-\($0)") }
      )
      let environment = Environment(wanted, tenant: client, tokensNow: { _ in nil }, now: { time.timestamp })
      #expect(await environment.pass().plan?.isReady == true)
      connections.append(environment)
    }
    let made = try await SimulatedTenant.requests().count
    let reads = SharedReads(time: time)
    let questions = connections.map { TwingateQuestion($0.wanted, ledger: $0.ledger) }
    let seen = try await withThrowingTaskGroup(of: ObservedTwingate.self) { group in
      for question in questions {
        group.addTask { try await SharedTenant(client, reads).look(question, made: [], lane: .look) }
      }
      return try await group.reduce(into: [ObservedTwingate]()) { $0.append($1) }
    }
    #expect(seen.map(\.resources.count) == [50, 50, 50, 50])
    #expect(seen.allSatisfy { $0.connectors.count == 8 && $0.remoteNetworks.count == 1 && !$0.groups.isEmpty })
    let count = try await SimulatedTenant.requests().count - made
    #expect(count <= 25, "remote networks, connectors, policies and groups once; resources 3 times 4: \(count)")
  }
}
