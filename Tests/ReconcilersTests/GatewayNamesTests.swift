import CloudLinkerAPI
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct GatewayNamesTests {
  @Test func namesOfDifferentObjectsNeverMeet() {
    let left = GatewayNames(ObjectKey(namespace: "a-b", name: "c"))
    let right = GatewayNames(ObjectKey(namespace: "a", name: "b-c"))
    #expect(left.service != right.service)
    #expect(left.gateway(tunnel: "x") != right.gateway(tunnel: "x"))
    let long = GatewayNames(
      ObjectKey(namespace: String(repeating: "n", count: 63), name: String(repeating: "x", count: 253))
    )
    #expect(long.siblings.count == 63)
    #expect(GatewayNames(ObjectKey(namespace: "1-env", name: "x")).service.first == "g")
  }

  @Test func namesCarry80BitsOfTheHash() throws {
    let names = GatewayNames(ObjectKey(namespace: "production", name: "office"))
    for name in [names.service, names.siblings, names.gateway(tunnel: "a")] {
      let hash = try #require(name.split(separator: "-").last)
      #expect(hash.count == 20 && hash.allSatisfy(\.isHexDigit), "\(name)")
    }
  }

  @Test(arguments: ["Service", "Deployment", "Secret", "NetworkPolicy"])
  func aConnectionWithFormerNamesKeepsThem(kind: String) {
    let key = ObjectKey(namespace: "production", name: "office")
    let former = GatewayNames(key, digits: 10)
    var live = GatewayLive()
    switch kind {
    case "Service": live.services = [Service(metadata: ObjectMeta(name: former.siblings))]
    case "NetworkPolicy": live.networkPolicies = [NetworkPolicy(metadata: ObjectMeta(name: former.service))]
    case "Secret": live.secrets = [Secret(metadata: tunnelMetadata(former))]
    default: live.deployments = [Deployment(metadata: tunnelMetadata(former), spec: nil)]
    }
    #expect(GatewayNames(key, live: live) == former)
    #expect(GatewayNames(key, live: GatewayLive()) == GatewayNames(key))
  }

  private func tunnelMetadata(_ names: GatewayNames) -> ObjectMeta {
    ObjectMeta(name: names.gateway(tunnel: "a"), labels: [GatewayLabels.tunnel: "a"])
  }

  @Test func anUpgradeOfTheOperatorRenamesNothing() {
    var facts = Fixture.facts()
    let former = GatewayNames(facts.connection.key, digits: 10)
    facts.live.services = [Service(metadata: ObjectMeta(name: former.service, namespace: "cloudlinker-gateways"))]
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    #expect(settled.live.names.map(\.name).allSatisfy { $0.split(separator: "-").last?.count == 10 })
    #expect(settled.live.deployments.count == 2)
    #expect(GatewayPlan(settled).actions == [])
    settled.live.services = []
    let names = GatewayPlan(settled).actions.compactMap { action -> String? in
      if case .applyService(let service) = action { service.key.name } else { nil }
    }
    #expect(names == [former.service, former.siblings], "what is left decides")
  }

  @Test func objectsUnderNamesThatAreNotUsedGo() {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    let stray = ObjectMeta(name: "stray", namespace: "cloudlinker-gateways")
    settled.live.services.append(Service(metadata: stray))
    settled.live.networkPolicies.append(NetworkPolicy(metadata: stray))
    settled.live.budgets.append(PodDisruptionBudgetV1beta1(metadata: stray, spec: nil))
    #expect(GatewayPlan(settled).actions.map(\.kind) == ["delete", "delete", "delete"])
  }
}
