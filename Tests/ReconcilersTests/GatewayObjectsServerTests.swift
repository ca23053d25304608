import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

/// What a plan applies, on a real API server.
@Suite(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"))
struct GatewayObjectsServerTests {
  private struct World {
    let client: KubernetesClient
    let actions: GatewayActions
    var facts: GatewayFacts

    init(_ change: (inout GatewayFacts) -> Void) async throws {
      let plane = try await TestControlPlane.shared()
      client = try await plane.client()
      let hasPolicyV1 = try await client.serves(PodDisruptionBudget.resourceType)
      actions = GatewayActions(client: client, hasPolicyV1: hasPolicyV1)
      var connection = Fixture.connection()
      connection.metadata.namespace = try await plane.createNamespace("environment")
      var forward = Fixture.forward()
      forward.metadata.namespace = connection.metadata.namespace
      facts = Fixture.facts(connection, forwards: [forward])
      facts.defaults.namespace = try await plane.createNamespace("gateways")
      change(&facts)
    }

    func perform(_ plan: GatewayPlan) async throws {
      for action in plan.actions { try await actions.perform(action) }
    }

    /// The caches see what the server has.
    mutating func look() async throws {
      let namespace = facts.defaults.namespace
      facts.live.deployments = try await list(namespace)
      facts.live.services = try await list(namespace)
      let secrets: [Secret] = try await list(namespace)
      facts.live.secrets = secrets.map(SecretDigest.transform)
      facts.live.networkPolicies = try await list(namespace)
      if actions.hasPolicyV1 {
        let budgets: [PodDisruptionBudget] = try await list(namespace)
        facts.live.budgets = budgets.map { PodDisruptionBudgetV1beta1(metadata: $0.metadata, spec: $0.spec) }
      } else {
        facts.live.budgets = try await list(namespace)
      }
      let alias = ObjectKey(namespace: facts.connection.key.namespace, name: "vpn")
      facts.alias = try await client.get(Service.self, alias)
    }

    private func list<Object: Resource>(_ namespace: String) async throws -> [Object] {
      let scope = Scope(namespace: namespace, labelSelector: GatewayLabels.selector)
      return try await client.list(Object.self, scope, resourceVersion: nil, limit: nil, continueToken: nil).items
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout GatewayFacts) -> Void
  }
  static let cases: [Case] = [
    Case(testDescription: "servers by address") { _ in },
    Case(testDescription: "servers by name, a monitoring namespace, known ranges") { facts in
      for index in facts.connection.spec.tunnels.indices {
        facts.connection.spec.tunnels[index].server = "vpn.example.com"
      }
      facts.defaults.monitoringNamespace = "monitoring"
      facts.defaults.clusterRanges = [IPv4Network("10.96.0.0/12")].compactMap { $0 }
    },
    Case(testDescription: "no forwards, one tunnel") { facts in
      facts.forwards = []
      facts.connection.spec.tunnels.removeLast()
    },
    Case(testDescription: "every field of a class") { facts in
      var gatewayClass = GatewayClass()
      gatewayClass.image = "ghcr.io/acme/gateway:2"
      gatewayClass.imagePullSecrets = [LocalReference(name: "pull")]
      gatewayClass.labels = ["team": "network"]
      gatewayClass.annotations = ["example.com/note": "x"]
      gatewayClass.nodeSelector = ["pool": "network"]
      gatewayClass.tolerations = [Toleration(operator: "Exists", effect: "NoExecute", tolerationSeconds: 30)]
      gatewayClass.affinity = ["nodeAffinity": [:]]
      gatewayClass.priorityClassName = "high"
      gatewayClass.security = GatewayClass.Security()
      gatewayClass.security?.seLinuxOptions = SecurityContext.SELinuxOptions()
      gatewayClass.security?.seLinuxOptions?.type = "container_t"
      gatewayClass.resources = ResourceRequirements(limits: ["memory": "0.5Gi"], requests: ["cpu": "0.1"])
      facts.gatewayClass = .found(gatewayClass)
    },
  ]

  /// A field that the server spells differently would be written again in every pass.
  @Test(arguments: cases)
  func whatIsAppliedReadsBackAsItIsWanted(example: Case) async throws {
    var world = try await World(example.change)
    let plan = GatewayPlan(world.facts)
    #expect(plan.actions.count >= 7)
    try await world.perform(plan)
    try await world.look()
    let again = GatewayPlan(world.facts)
    #expect(again.actions == [])
    #expect(again.repaired == [])
  }

  @Test func theFirstForwardReplacesThePlaceholderOfTheService() async throws {
    var world = try await World { $0.forwards = [] }
    try await world.perform(GatewayPlan(world.facts))
    try await world.look()
    let before = world.facts.live.services.first { $0.key.name == world.facts.objects.names.service }
    #expect(before?.spec?.ports?.map(\.port) == [9])
    var forward = Fixture.forward()
    forward.metadata.namespace = world.facts.connection.metadata.namespace
    world.facts.forwards = [forward]
    try await world.perform(GatewayPlan(world.facts))
    try await world.look()
    let after = world.facts.live.services.first { $0.key.name == world.facts.objects.names.service }
    #expect(after?.spec?.ports?.map(\.port) == [33000])
    #expect(after?.spec?.clusterIP == before?.spec?.clusterIP)
    #expect(GatewayPlan(world.facts).actions == [])
  }
}
