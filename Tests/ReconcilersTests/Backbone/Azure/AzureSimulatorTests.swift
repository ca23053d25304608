import Azure
import Cloud
import CloudLinkerAPI
import CloudResources
import Foundation
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// What the lifecycles of all clouds do not ask of Azure. In their suite, because those reset the simulator.
/// CLOUDS_AZURE_PROXY_URL is what stands before its resource manager, if anything does.
extension BackboneLifecycleTests {
  @Suite(.enabled(if: AzureSimulator.url != nil, "needs CLOUDS_AZURE_URL")) struct AzureSimulatorTests {}
}

extension BackboneLifecycleTests.AzureSimulatorTests {
  private func simulator(_ name: String) throws -> AzureSimulator { try AzureSimulator(name) }

  @Test func aNetworkIsMadeLeftAloneAndDeleted() async throws {
    let simulator = try simulator("life")
    let made = try await simulator.converge(.present)
    #expect(made.problems.isEmpty && made.parts.values.allSatisfy { $0 == .ready })
    #expect(Set(made.report.egressAddresses).count == 2 && made.report.subnets.count == 2)
    let gone = try await simulator.converge(.absent)
    #expect(gone.isGone && gone.problems.isEmpty)
  }

  @Test func driftIsRepaired() async throws {
    let simulator = try simulator("drift")
    let made = try await simulator.converge(.present)
    let id = try #require(ResourceID(made.report.subnets[0].id))
    var subnet = Subnet(json: try #require(try await simulator.client.get(id)))
    subnet.natGateway = nil
    subnet.defaultOutboundAccess = true
    _ = try await simulator.client.put(id, subnet.writable)
    let firewall = try #require(ResourceID(made.report.firewallIDs[1]))
    var opened = NetworkSecurityGroup(json: try #require(try await simulator.client.get(firewall)))
    opened.rules.append(SecurityRule("open", 150, .inbound, .allow))
    _ = try await simulator.client.put(firewall, opened.writable)
    let repaired = try await simulator.converge(.present)
    #expect(repaired.problems.isEmpty)
    let after = Subnet(json: try #require(try await simulator.client.get(id)))
    #expect(after.natGateway != nil && !after.defaultOutboundAccess)
    let closed = NetworkSecurityGroup(json: try #require(try await simulator.client.get(firewall)))
    #expect(!closed.rules.contains { $0.name == "open" })
    #expect(try await simulator.converge(.absent).isGone)
  }

  @Test func lostAnswersAndThrottlingDoNotChangeTheOutcome() async throws {
    let faults = FaultTransport(CurlTransport())
    let simulator = try AzureSimulator("faults", transport: faults)
    for skip in stride(from: 0, to: 12, by: 2) {
      faults.inject(.loseAnswer, on: { $0.method == "PUT" }, skipping: skip)
    }
    faults.inject(.answer(status: 429, retryAfter: "0"), on: { $0.method == "GET" }, skipping: 20, times: 3)
    faults.inject(.answer(status: 503), on: { $0.method == "DELETE" }, skipping: 3, times: 2)
    let made = try await simulator.converge(.present)
    #expect(made.problems.isEmpty && made.report.subnets.count == 2)
    #expect(try await simulator.converge(.absent).isGone)
    #expect(faults.injected.count == 11)
  }

  @Test func retainedThingsCanBeTakenUpByNobody() async throws {
    let simulator = try simulator("retain")
    _ = try await simulator.converge(.present)
    #expect(try await simulator.converge(.released).isGone)
    let again = try await simulator.converge(.present)
    #expect(again.problems.map(\.kind) == [.foreignObject])
  }
}

struct AzureSimulator {
  static let url = ProcessInfo.processInfo.environment["CLOUDS_AZURE_URL"]
  private static let proxy = ProcessInfo.processInfo.environment["CLOUDS_AZURE_PROXY_URL"]

  let client: AzureClient
  let network: AzureNetwork
  let desired: DesiredNetwork

  init(_ name: String, transport: any Transport = CurlTransport()) throws {
    let url = try #require(Self.url)
    // As the simulator's identity.py has them.
    let source = try AzureCredentialSource(
      secretData: [
        "tenantId": "11111111-1111-1111-1111-111111111111", "clientId": "22222222-2222-2222-2222-222222222222",
        "clientSecret": "simulator-secret", "subscriptionId": "33333333-3333-3333-3333-333333333333",
      ].mapValues { Array($0.utf8) }
    )
    let endpoints = AzureEndpoints(resourceManager: Self.proxy ?? url, authority: url)
    client = AzureClient(source, endpoints: endpoints, transport: transport, budget: RequestBudget(perSecond: 1000))
    network = AzureNetwork(client: client, region: "westeurope", resourceGroup: nil)
    var desired = AzureRig.desired()
    desired.mark = OwnershipMark(namespace: "sim", name: name, uid: UUID().uuidString.lowercased())
    self.desired = desired
  }

  /// As the reconciler does, without its patience.
  func converge(_ goal: NetworkGoal) async throws -> NetworkPlan<AzureAction> {
    for _ in 0..<200 {
      do throws(CloudError) {
        let plan = AzureNetwork.plan(desired, goal: goal, try await network.gather(desired, goal), now: .now())
        if plan.actions.isEmpty && plan.waiting.isEmpty { return plan }
        var ledger = Ledger()
        for action in plan.actions { try await network.perform(action, desired, &ledger) }
      } catch { try Self.check(error) }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw CloudError(.failed, operation: "test", message: "does not converge")
  }

  private static func check(_ error: CloudError) throws(CloudError) { if !error.isTransient { throw error } }
}
