import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Gateway
import Kubernetes
import Testing

@testable import Reconcilers

/// What a class and a tenant's `spec.gateway` do to the gateways of a connection.
@Suite struct GatewayClassPlanTests {
  private func deployments(_ plan: GatewayPlan) -> [Deployment] {
    plan.actions.compactMap { action -> Deployment? in
      guard case .applyDeployment(let deployment) = action else { return nil }
      return deployment
    }
  }

  @Test func theClassShapesThePod() throws {
    var facts = Fixture.facts()
    var gatewayClass = GatewayClass()
    gatewayClass.image = "ghcr.io/acme/gateway:2"
    gatewayClass.imagePullSecrets = [LocalReference(name: "pull")]
    gatewayClass.labels = ["team": "network", "sidecar.istio.io/inject": "true"]
    gatewayClass.annotations = ["example.com/note": "x"]
    gatewayClass.nodeSelector = ["pool": "network"]
    gatewayClass.tolerations = [Toleration(operator: "Exists")]
    gatewayClass.affinity = ["nodeAffinity": [:]]
    gatewayClass.priorityClassName = "high"
    gatewayClass.security = GatewayClass.Security()
    gatewayClass.security?.hostUsers = false
    facts.gatewayClass = .found(gatewayClass)
    let template = try #require(deployments(GatewayPlan(facts)).first?.spec?.template)
    let container = try #require(template.spec.containers.first)
    #expect(container.image == "ghcr.io/acme/gateway:2")
    #expect(template.spec.imagePullSecrets == [PodSpec.PullSecret(name: "pull")])
    #expect(template.metadata?.labels?["team"] == "network")
    #expect(template.metadata?.labels?["sidecar.istio.io/inject"] == "true", "the owner may ask for a sidecar")
    #expect(template.metadata?.labels?["cloudlinker.dev/connection"] == "office")
    #expect(template.metadata?.annotations?["example.com/note"] == "x")
    #expect(template.metadata?.annotations?[GatewayLabels.owner] == "production/office")
    #expect(template.spec.nodeSelector == ["pool": "network", "topology.kubernetes.io/zone": "zone-a"])
    #expect(template.spec.tolerations == [Toleration(operator: "Exists")])
    #expect(template.spec.affinity == ["nodeAffinity": [:]])
    #expect(template.spec.priorityClassName == "high")
    #expect(template.spec.hostUsers == false)
    #expect(container.resources == GatewayClass.defaultResources)
  }

  @Test func aTunnelDoesNotLeaveTheZoneOfItsClass() {
    var facts = Fixture.facts()
    var gatewayClass = GatewayClass()
    gatewayClass.nodeSelector = ["topology.kubernetes.io/zone": "zone-9"]
    facts.gatewayClass = .found(gatewayClass)
    let zones = deployments(GatewayPlan(facts)).map {
      $0.spec?.template.spec.nodeSelector?["topology.kubernetes.io/zone"]
    }
    #expect(zones == ["zone-9", "zone-9"])
  }

  private struct Missing: Error { var field: String }

  /// As a stored object of an earlier version has them.
  @Test func fieldsThatTenantsOnceHadDoNothing() throws {
    let connection = Fixture.connection()
    let tree = try JSONDecoder().decode([String: JSONValue].self, from: JSONEncoder().encode(connection))
    guard case .object(var spec)? = tree["spec"] else { throw Missing(field: "spec") }
    spec["gateway"] = [
      "image": "evil.example/root", "labels": ["sidecar.istio.io/inject": "true"],
      "annotations": ["sidecar.istio.io/proxyImage": "evil.example/root", "k8s.v1.cni.cncf.io/networks": "ns/host"],
      "priorityClassName": "system-node-critical", "tolerations": [["operator": "Exists"]],
      "nodeSelector": ["node-role.kubernetes.io/control-plane": ""],
      "affinity": ["podAntiAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": []]],
      "security": ["seLinuxOptions": ["type": "spc_t"]],
    ]
    let changed = tree.merging(["spec": .object(spec)]) { $1 }
    let stored = try JSONDecoder().decode(VPNConnection.self, from: JSONEncoder().encode(changed))
    let plain = deployments(GatewayPlan(Fixture.facts(connection)))
    #expect(plain.count == 2)
    #expect(deployments(GatewayPlan(Fixture.facts(stored))) == plain)
  }

  @Test(arguments: [
    (GatewayClassLookup.notFound(known: ["default"]), "GatewayClassNotFound"),
    (.invalid(GatewayClassProblem("imag: is not a field")), "GatewayClassInvalid"),
  ])
  func aClassThatCannotBeUsedLeavesRunningGatewaysAsTheyAre(lookup: GatewayClassLookup, reason: String) {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    settled.gatewayClass = lookup
    settled.defaults.image = "gateway:2"
    let plan = GatewayPlan(settled)
    #expect(plan.actions == [])
    #expect(plan.status.conditions?.of(.accepted)?.reason == reason)
    #expect(plan.status.conditions?.of(.stalled)?.status == "True")
  }

  @Test func aClassThatIsCorrectedToWhatItWasChangesNothing() {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    settled.gatewayClass = .invalid(GatewayClassProblem("imag: is not a field"))
    #expect(GatewayPlan(settled).actions == [])
    settled.gatewayClass = facts.gatewayClass
    #expect(GatewayPlan(settled).actions == [])
  }

  @Test func aChangedClassReplacesTheDeployments() {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    var gatewayClass = GatewayClass()
    gatewayClass.priorityClassName = "high"
    settled.gatewayClass = .found(gatewayClass)
    let plan = GatewayPlan(settled)
    #expect(plan.actions.map(\.kind) == ["deployment", "deployment"], "nobody is served yet, so both at once")
  }

  @Test func resourcesAboveTheCeilingAreRefusedWithFieldValueAndCeiling() {
    var facts = Fixture.facts()
    facts.connection.spec.gateway = GatewaySpec(resources: ResourceRequirements(limits: ["memory": "1Gi"]))
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    let accepted = plan.status.conditions?.of(.accepted)
    #expect(accepted?.reason == "GatewayOptionsRefused")
    #expect(accepted?.message.contains("spec.gateway.resources.limits.memory: 1Gi: is more than 512Mi") == true)
  }
}
