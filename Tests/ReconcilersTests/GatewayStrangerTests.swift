import CloudLinkerAPI
import Kubernetes
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Objects of another connection that have a name which a connection needs.
@Suite struct GatewayStrangerTests {
  private func caches(
    secrets: [Secret] = [],
    deployments: [Deployment] = [],
    services: [Service] = [],
    policies: [NetworkPolicy] = []
  ) -> GatewayCaches {
    func store<Object: Resource>(_ objects: [Object]) -> Store<Object> {
      let store = Store<Object>()
      for object in objects { _ = store.put(object) }
      return store
    }
    return GatewayCaches(
      aliases: Store(),
      deployments: store(deployments),
      services: store(services),
      secrets: store(secrets),
      networkPolicies: store(policies),
      budgets: { _ in [] },
      pods: Store()
    )
  }

  private func metadata(_ name: String, owner: String) -> ObjectMeta {
    ObjectMeta(
      name: name,
      namespace: "cloudlinker-gateways",
      labels: [GatewayLabels.managedBy: GatewayLabels.manager],
      annotations: [GatewayLabels.owner: owner]
    )
  }

  @Test func anObjectOfAnotherConnectionUnderOneOfOurNamesIsFound() {
    let objects = Fixture.facts().objects
    let foreign = metadata(objects.names.gateway(tunnel: "b"), owner: "victim/office")
    let service = metadata(objects.names.siblings, owner: "victim/office")
    let caches = caches(
      secrets: [Secret(metadata: foreign)],
      deployments: [Deployment(metadata: foreign, spec: nil)],
      services: [Service(metadata: service)],
      policies: [NetworkPolicy(metadata: metadata(objects.names.service, owner: "victim/office"))]
    )
    let found = caches.strangers(under: objects)
    #expect(found.map(\.kind) == ["Secret", "Deployment", "Service", "NetworkPolicy"])
    #expect(found.allSatisfy { $0.owner == "victim/office" })
  }

  @Test func ourOwnObjectsAndThoseOfOtherNamesAreNoStrangers() {
    let objects = Fixture.facts().objects
    let caches = caches(
      secrets: [
        Secret(metadata: metadata(objects.names.gateway(tunnel: "a"), owner: "production/office")),
        Secret(metadata: metadata("other", owner: "victim/office")),
      ]
    )
    #expect(caches.strangers(under: objects) == [])
  }

  @Test func anObjectOfAnotherConnectionIsNeverOverwritten() throws {
    var facts = Fixture.facts()
    let key = ObjectKey(namespace: "cloudlinker-gateways", name: facts.objects.names.gateway(tunnel: "a"))
    facts.strangers = [GatewayStranger(kind: "Secret", key: key, owner: "victim/office")]
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    let accepted = try #require(plan.status.conditions?.of(.accepted))
    #expect(accepted.reason == "GatewayNameTaken")
    #expect(accepted.message.contains("Secret \(key)"))
    #expect(accepted.message.contains("belongs to VPNConnection victim/office"))
    #expect(accepted.message.contains("Choose another name"))
  }
}
