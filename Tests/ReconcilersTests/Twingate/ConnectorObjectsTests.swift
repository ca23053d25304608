import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing
import Twingate
import TwingateResources

@testable import Reconcilers

/// Connectors as pods, and the order in which they are replaced.
@Suite struct ConnectorObjectsTests {
  private static func facts(_ change: (inout TwingateSpec) -> Void = { _ in }) -> TwingateFacts {
    let connection = TwingateWorld.connection(change)
    return TwingateFacts(
      connection: connection,
      spec: connection.spec.twingate ?? TwingateSpec(network: "", apiTokenSecretRef: .init(name: "")),
      cluster: "cluster",
      defaults: Fixture.defaults,
      now: Fixture.now
    )
  }

  /// - Parameter age: how many seconds ago the connectors came alive.
  private static func sights(_ states: [Connector.State?], age: Int = 3600) -> [ConnectorSight] {
    states.enumerated().map { index, state in
      let name = "office-\(index + 1)"
      let connector = state.map { Connector(id: "c\(index)", name: name, remoteNetworkID: "n", state: $0) }
      var sight = ConnectorSight(key: "\(index + 1)", name: name, connector: connector, revision: "r\(index)")
      if state == .alive { sight.aliveSince = Fixture.now.advanced(by: .seconds(-age)) }
      return sight
    }
  }

  /// Applies everything that a plan asks for, with pods that have run for `age`.
  private static func running(_ facts: TwingateFacts, age: Duration) -> TwingateFacts {
    var facts = facts
    for action in ConnectorObjectsPlan(facts, sights([.alive, .alive])).actions {
      switch action {
      case .applyDeployment(let applied):
        var deployment = Fixture.stamped(applied)
        var status = Deployment.Status()
        status.updatedReplicas = 1
        deployment.status = status
        Fixture.replace(&facts.live.deployments, deployment)
        var pod = Fixture.pod(of: deployment)
        pod.metadata.creationTimestamp = facts.now.advanced(by: .zero - age)
        Fixture.replace(&facts.live.pods, pod)
      case .applyNetworkPolicy(let policy): Fixture.replace(&facts.live.networkPolicies, Fixture.stamped(policy))
      case .applyBudget(let budget): Fixture.replace(&facts.live.budgets, Fixture.stamped(budget))
      default: break
      }
    }
    return facts
  }

  private static func names(_ plan: ConnectorObjectsPlan) -> [String] {
    plan.actions.compactMap { action in
      guard case .applyDeployment(let deployment) = action else { return nil }
      return deployment.metadata.labels?[ConnectorObjects.keyLabel]
    }
  }

  @Test func nothingIsWrittenForWhatIsThere() {
    let facts = Self.running(Self.facts(), age: .seconds(3600))
    #expect(ConnectorObjectsPlan(facts, Self.sights([.alive, .alive])).actions == [])
  }

  @Test func aConnectorWithoutTokensGetsNoPod() {
    var sights = Self.sights([nil, nil])
    sights[0].revision = nil
    #expect(Self.names(ConnectorObjectsPlan(Self.facts(), sights)) == ["2"])
  }

  @Test(arguments: [
    // How long the pods have run, their states at Twingate, and which pods are replaced.
    (3600, [Connector.State.alive, .alive], ["1"]),
    (59, [.alive, .alive], []),
    (3600, [.alive, .heartbeatTooOld], ["2"]),
    (3600, [.noHeartbeat, .noHeartbeat], ["1", "2"]),
  ])
  func theyAreReplacedOneAtATime(age: Int, states: [Connector.State], replaced: [String]) {
    var facts = Self.running(Self.facts(), age: .seconds(age))
    facts.spec.connectors = .init(image: "twingate/connector:1.81")
    let plan = ConnectorObjectsPlan(facts, Self.sights(states, age: age))
    #expect(Self.names(plan) == replaced)
    #expect(plan.isHeld == (replaced.count < 2))
  }

  @Test(
    arguments: [
      // The image, how often it is taken again, how many hours the pods have run, and which pods are replaced.
      ("twingate/connector:1", "2h", 1, []), ("twingate/connector:1", "2h", 3, ["1"]),
      ("twingate/connector:1", nil, 167, []), ("twingate/connector", nil, 169, ["1"]),
      ("registry:5000/twingate/connector", "2h", 3, ["1"]), ("twingate/connector:1", "0s", 9000, []),
      ("twingate/connector:1.80.0", "2h", 3, []), ("twingate/connector@sha256:0", "2h", 3, []),
    ] as [(String, String?, Int, [String])]
  )
  func aFloatingTagIsTakenAgainOneAtATime(image: String, every: String?, hours: Int, replaced: [String]) throws {
    let facts = Self.running(
      Self.facts {
        $0.connectors = .init(image: image)
        $0.connectors?.updateEvery = every
      },
      age: .seconds(hours * 3600)
    )
    let plan = ConnectorObjectsPlan(facts, Self.sights([.alive, .alive]))
    #expect(Self.names(plan) == replaced)
    // The new pod counts as the update, so the stamp does not change again.
    guard case .applyDeployment(let applied)? = plan.actions.first else { return }
    let stamp = applied.spec?.template.metadata?.annotations?[ConnectorUpdate.annotation]
    #expect(stamp == Fixture.now.description)
    var young = Fixture.pod(of: applied)
    young.metadata.creationTimestamp = Fixture.now
    let next = ConnectorUpdate.stamp(
      facts.spec,
      present: applied,
      pod: young,
      now: Fixture.now.advanced(by: .seconds(60))
    )
    #expect(next == stamp)
  }

  @Test func aConnectorWithoutItsNewTokensIsNotSettled() {
    let facts = Self.running(Self.facts(), age: .seconds(3600))
    var sights = Self.sights([.alive, .alive])
    #expect(ConnectorObjectsPlan.isSettled(sights[0], facts))
    sights[0].revision = "new"
    #expect(!ConnectorObjectsPlan.isSettled(sights[0], facts))
    #expect(!ConnectorObjectsPlan.isSettled(Self.sights([.alive], age: 59)[0], facts))
  }

  @Test func podsRunAsTheGatewayClassSays() throws {
    var facts = Self.facts()
    var found = GatewayClass()
    found.connectorResources = ResourceRequirements(limits: ["memory": "1Gi"], requests: ["cpu": "200m"])
    found.nodeSelector = ["pool": "edge"]
    facts.gatewayClass = .found(found)
    let pod = try #require(facts.objects.deployment("1", revision: "r").spec?.template.spec)
    #expect(pod.containers.first?.resources == found.connectorResources)
    #expect(pod.nodeSelector == ["pool": "edge"])
    facts.gatewayClass = .notFound(known: ["default", "edge"])
    let refusal = TwingateChecks.classIsReadable(facts)
    #expect(refusal?.reason == .gatewayClassNotFound)
    #expect(refusal?.message.contains("default, edge") == true)
  }

  @Test func aConnectorThatIsNotWantedAnyMoreGoesWithItsSecret() {
    var facts = Self.running(Self.facts(), age: .seconds(3600))
    facts.spec.connectors = .init(count: 1)
    let plan = ConnectorObjectsPlan(facts, Self.sights([.alive]))
    #expect(plan.actions.map(\.description).contains { $0.hasPrefix("delete Deployment") })
    #expect(Self.names(plan) == [])
  }

  /// Pod Security `restricted` (Kubernetes 1.36, docs/concepts/security/pod-security-standards).
  @Test func podsAreRestrictedAndTakeTheirTokensFromTheSecret() throws {
    let objects = Self.facts { $0.resources?[0].ports.icmp = true }.objects
    let deployment = objects.deployment("1", revision: "r")
    let pod = try #require(deployment.spec?.template.spec)
    let container = try #require(pod.containers.first)
    #expect(deployment.spec?.strategy?.type == "Recreate")
    #expect(pod.automountServiceAccountToken == false)
    #expect(pod.volumes?.allSatisfy { $0.hostPath == nil } == true)
    #expect(container.securityContext?.allowPrivilegeEscalation == false)
    #expect(container.securityContext?.readOnlyRootFilesystem == true)
    #expect(container.securityContext?.capabilities?.drop == ["ALL"])
    #expect(container.securityContext?.capabilities?.add == nil)
    #expect(container.securityContext?.seccompProfile?.type == "RuntimeDefault")
    #expect(pod.securityContext?["runAsNonRoot"] == true)
    #expect(pod.securityContext?["sysctls"] != nil)
    for name in ["TWINGATE_ACCESS_TOKEN", "TWINGATE_REFRESH_TOKEN"] {
      let variable = try #require(container.env?.first { $0.name == name })
      #expect(variable.value == nil)
      #expect(variable.valueFrom?.secretKeyRef?.name == deployment.key.name)
    }
  }

  /// The namespace's LimitRange would set a limit below the request, and the API server would refuse the pods.
  @Test func theirMemoryHasALimitOfItsOwn() throws {
    let container = try #require(
      Self.facts().objects.deployment("1", revision: "r").spec?.template.spec.containers.first
    )
    #expect(container.resources?.requests?["memory"] == "200Mi")
    #expect(container.resources?.limits?["memory"] == "1Gi")
  }

  @Test func aPodThatTheNamespaceRefusesIsExplained() throws {
    var facts = Self.running(Self.facts(), age: .seconds(3600))
    facts.live.pods = []
    let message = "requests: Invalid value: must be less than or equal to memory limit"
    facts.live.deployments[0].status?.conditions = [
      .init(type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: message)
    ]
    let hosted = ClusterConnectors(facts: facts, actions: GatewayActions(client: MemoryServer(), hasPolicyV1: true))
    let place = hosted.place(of: Self.sights([.noHeartbeat, .noHeartbeat])[0])
    #expect(place.reason == .gatewayUnavailable)
    #expect(place.message?.contains(message) == true)
    #expect(hosted.place(of: Self.sights([.noHeartbeat, .noHeartbeat])[1]).message == nil)
  }

  @Test func nothingComesInAndTheServicesForNodesAreOutOfReach() throws {
    let policy = try #require(Self.facts().objects.networkPolicy.spec)
    #expect(policy.policyTypes == ["Ingress", "Egress"])
    #expect(policy.ingress == nil)
    let blocks = try #require(policy.egress?.first?.to).compactMap(\.ipBlock)
    let outOfReach = [
      "169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200",
    ]
    #expect(blocks.first?.except == outOfReach.map { "\($0)/32" })
    #expect(blocks.last?.except == ["fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128"])
  }

  @Test(arguments: [
    ("twingate/connector:1", true), ("twingate/connector@sha256:0", true), ("twingate/connector-evil:1", false),
    ("evil.example/twingate/connector:1", false),
  ])
  func onlyImagesThatTheOwnerAllows(image: String, isAllowed: Bool) {
    let facts = Self.facts { $0.connectors = .init(image: image) }
    #expect(TwingateChecks.imageIsAllowed(facts)?.reason == (isAllowed ? nil : .connectorImageRefused))
  }

  @Test func theOlderOfTwoConnectionsKeepsTheRemoteNetwork() {
    var facts = Self.facts()
    var other = facts.connection
    other.metadata.namespace = "staging"
    other.metadata.creationTimestamp = Timestamp(seconds: 1_600_000_000)
    facts.rivals = [other]
    #expect(TwingateChecks.remoteNetworkIsFree(facts)?.reason == .remoteNetworkConflict)
    other.metadata.creationTimestamp = Timestamp(seconds: 1_800_000_000)
    facts.rivals = [other]
    #expect(TwingateChecks.remoteNetworkIsFree(facts) == nil)
  }

  /// Another namespace's connection, older, that names the same network and remote network.
  private static func squatter(_ condition: Condition?) -> VPNConnection {
    var other = TwingateWorld.connection { $0.remoteNetwork = .init(name: "production") }
    other.metadata.namespace = "staging"
    other.metadata.creationTimestamp = Timestamp(seconds: 1_600_000_000)
    other.status = VPNConnectionStatus()
    other.status?.conditions = condition.map { given in
      [given, Self.condition("Ready", given.reason, given.status)]
    }
    return other
  }
  private static func condition(_ type: String, _ reason: String, _ status: String = "False") -> Condition {
    Condition(type: type, status: status, reason: reason, message: "", lastTransitionTime: Fixture.now)
  }

  /// Anybody may name anybody's network. Without a token for it that keeps nobody from anything.
  @Test(
    arguments: [
      (nil, true), (condition("DependenciesReady", "CredentialsRefused"), false),
      (condition("DependenciesReady", "SecretNotFound"), false), (condition("Accepted", "InvalidSpec"), false),
      (condition("Accepted", "RemoteNetworkConflict"), true), (condition("Synced", "Progressing", "Unknown"), false),
      (condition("Synced", "CloudUnavailable", "Unknown"), true), (condition("Synced", "Pending", "Unknown"), true),
    ] as [(Condition?, Bool)]
  )
  func aConnectionWithoutATokenForTheNetworkIsInNobodysWay(condition: Condition?, isInTheWay: Bool) {
    var facts = Self.facts()
    facts.rivals = [Self.squatter(condition)]
    #expect((TwingateChecks.remoteNetworkIsFree(facts) != nil) == isInTheWay)
  }

  @Test func anAliasOfAConnectionWithoutATokenIsFree() {
    let connection = TwingateWorld.connection()
    func claims(_ condition: Condition?) -> [String: ResourceMerge.Claim] {
      TwingateFacts.claims(
        [Self.squatter(condition)],
        against: connection,
        { _ in ExposedObjects() },
        clusterDomain: "cluster.local"
      )
    }
    #expect(claims(nil).count == 1)
    #expect(claims(Self.condition("DependenciesReady", "CredentialsRefused")).isEmpty)
  }

  @Test func theRemoteNetworkStaysWithTheConnectionThatHasIt() {
    var facts = Self.facts()
    var holder = Self.squatter(nil)
    holder.metadata.creationTimestamp = Timestamp(seconds: 1_900_000_000)
    holder.status?.twingate = TwingateStatus()
    holder.status?.twingate?.url = "https://acme.eu.twingate.com"
    holder.status?.twingate?.remoteNetwork = .init(id: "n", name: "production", adopted: false)
    facts.rivals = [holder]
    #expect(TwingateChecks.remoteNetworkIsFree(facts)?.reason == .remoteNetworkConflict)
    // The one that it has is another network's.
    holder.status?.twingate?.url = "https://evil.eu.twingate.com"
    facts.rivals = [holder]
    #expect(TwingateChecks.remoteNetworkIsFree(facts) == nil)
  }

  @Test func aPortForwardToAConnectionThatLeadsInwardsIsRefused() {
    var facts = PortForwardFacts(forward: Fixture.forward(), now: Fixture.now)
    facts.connection = TwingateWorld.connection()
    let refusal = PortForwardChecks.all.refusal(facts)
    #expect(refusal?.condition == .accepted)
    #expect(refusal?.reason == .connectionUnsuitable)
  }
}
