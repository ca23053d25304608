import CloudLinkerAPI
import Foundations
import Gateway
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct GatewayPlanTests {
  @Test func aNewConnectionGetsItsFinalizerBeforeAnythingElse() {
    var connection = Fixture.connection()
    connection.metadata.finalizers = nil
    let plan = GatewayPlan(Fixture.facts(connection))
    #expect(plan.finalizer == .add(GatewayLabels.finalizer))
    #expect(
      plan.actions.map(\.kind).sorted() == [
        "budget", "deployment", "deployment", "policy", "secret", "secret", "service", "service", "service",
      ]
    )
  }

  @Test func noServiceMeshPutsASidecarIntoAGateway() throws {
    for case .applyDeployment(let deployment) in GatewayPlan(Fixture.facts()).actions {
      let pod = try #require(deployment.spec?.template.metadata)
      #expect(pod.labels?["sidecar.istio.io/inject"] == "false")
      #expect(pod.annotations?["sidecar.istio.io/inject"] == "false")
      #expect(pod.annotations?["linkerd.io/inject"] == "disabled")
    }
  }

  @Test func nothingIsWrittenWhenNothingDiffers() {
    let facts = Fixture.facts()
    let settled = Fixture.settled(facts, after: GatewayPlan(facts))
    #expect(GatewayPlan(settled).actions == [])
  }

  @Test func aSecondForwardTouchesNoDeployment() {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    settled.forwards.append(Fixture.forward("second", port: 33001, created: 1))
    #expect(GatewayPlan(settled).actions.map(\.kind).sorted() == ["policy", "secret", "secret", "service"])
  }

  @Test func whatSomebodyElseChangedIsChangedBackAndNamed() throws {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    settled.alias?.spec?.externalName = "evil.example.com"
    let plan = GatewayPlan(settled)
    #expect(plan.actions.map(\.kind) == ["service"])
    #expect(plan.repaired == ["Service vpn: spec.externalName"])
  }

  @Test func whatTheServerFillsInIsNoDrift() {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    for index in settled.live.services.indices where settled.live.services[index].spec?.clusterIP == nil {
      settled.live.services[index].spec?.clusterIP = "10.96.1.2"
    }
    #expect(GatewayPlan(settled).actions == [])
  }

  @Test func aProfileThatAGatewayWouldRefuseNeverComesToOne() {
    var connection = Fixture.connection()
    connection.spec.type = .openVPN
    connection.spec.ipsec = nil
    connection.spec.openVPN = OpenVPNSpec(profileSecretRef: SecretKeyReference(name: "profile"))
    var facts = Fixture.facts(connection)
    facts.credentials = Credentials(secrets: ["profile": ["profile.ovpn": Array("client\nup /bin/sh\n".utf8)]])
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    let ready = plan.status.conditions?.first { $0.type == ConditionType.ready.rawValue }
    #expect(ready?.reason == Reason.profileRefused.rawValue)
    #expect(ready?.message.contains(#"Secret "profile": profile.ovpn: line 2: `up` is not allowed"#) == true)
  }

  @Test func aRemovedTunnelIsDeleted() {
    let facts = Fixture.facts()
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    settled.connection.spec.tunnels.removeLast()
    let deleted = GatewayPlan(settled).actions.filter { $0.kind == "delete" }
    #expect(deleted.count == 2)
  }

  @Test func anUpgradeReplacesOneGatewayAtATime() {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    for tunnel in ["a", "b"] { facts.observations[tunnel] = Fixture.observation(tunnel, facts) }
    for index in facts.live.deployments.indices {
      facts.live.deployments[index].status = status(updated: 1)
    }
    facts.defaults.image = "gateway:2"
    let first = GatewayPlan(facts)
    #expect(first.actions.map(\.kind).filter { $0 == "deployment" }.count == 1)
    #expect(first.requeueAfter <= .seconds(30))

    var rolling = Fixture.settled(facts, after: first)
    for index in rolling.live.deployments.indices {
      let isNew = rolling.live.deployments[index].spec?.template.spec.containers.first?.image == "gateway:2"
      rolling.live.deployments[index].status = status(updated: isNew ? 0 : 1)
    }
    #expect(GatewayPlan(rolling).actions.map(\.kind).filter { $0 == "deployment" } == [])

    for index in rolling.live.deployments.indices {
      rolling.live.deployments[index].status = status(updated: 1, progress: "ReplicaSetUpdated")
    }
    #expect(GatewayPlan(rolling).actions.map(\.kind).filter { $0 == "deployment" } == [], "not ready yet")

    for progress in ["NewReplicaSetAvailable", "ProgressDeadlineExceeded"] {
      for index in rolling.live.deployments.indices {
        rolling.live.deployments[index].status = status(updated: 1, progress: progress)
      }
      #expect(GatewayPlan(rolling).actions.map(\.kind).filter { $0 == "deployment" }.count == 1)
    }
  }

  @Test func anOperatorThatHasJustStartedBelievesTheKubelet() {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    for index in facts.live.deployments.indices { facts.live.deployments[index].status = status(updated: 1) }
    for index in facts.live.pods.indices {
      facts.live.pods[index].status?.conditions = [Pod.PodCondition(type: "Ready", status: "True")]
    }
    facts.defaults.image = "gateway:2"
    #expect(GatewayPlan(facts).actions.map(\.kind).filter { $0 == "deployment" }.count == 1)
  }

  @Test func anOperatorThatHasJustStartedHearsTheGatewaysBeforeItSpeaksOfThem() {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    #expect(GatewayPlan(facts).statusIsKnown)
    let observations = ["a": Fixture.observation("a", facts), "b": Fixture.observation("b", facts)]
    facts.observations = observations
    facts.connection.status = GatewayPlan(facts).status
    facts.observations["b"] = nil
    #expect(!GatewayPlan(facts).statusIsKnown)
    facts.observations["b"] = observations["b"]
    facts.observations["b"]?.problem = "connection refused"
    #expect(GatewayPlan(facts).statusIsKnown)
    facts.observations = [:]
    facts.live.pods.removeAll()
    #expect(GatewayPlan(facts).statusIsKnown)
  }

  @Test func theGatewayThatServesNobodyIsReplacedFirst() {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    facts.observations["a"] = Fixture.observation("a", facts)
    facts.observations["b"] = Fixture.observation("b", facts, state: .connecting)
    for index in facts.live.deployments.indices { facts.live.deployments[index].status = status(updated: 1) }
    facts.defaults.image = "gateway:2"
    let replaced = GatewayPlan(facts).actions.compactMap { action -> String? in
      guard case .applyDeployment(let deployment) = action else { return nil }
      return deployment.metadata.labels?[GatewayLabels.tunnel]
    }
    #expect(replaced == ["b"])
  }

  private func status(updated: Int, progress: String = "NewReplicaSetAvailable") -> Deployment.Status {
    var status = Deployment.Status()
    status.observedGeneration = 1
    status.updatedReplicas = updated
    status.conditions = [Deployment.StatusCondition(type: "Progressing", status: "True", reason: progress)]
    return status
  }

  @Test func planModeListsAndWritesNothing() {
    var connection = Fixture.connection()
    connection.metadata.annotations = ["cloudlinker.dev/reconcile": "plan"]
    let plan = GatewayPlan(Fixture.facts(connection))
    #expect(plan.actions == [])
    #expect(plan.status.plan?.count == 9)
    connection.metadata.finalizers = nil
    let first = GatewayPlan(Fixture.facts(connection))
    #expect(first.finalizer == .keep)
    #expect(first.status.plan?.first == "add finalizer \(GatewayLabels.finalizer)")
  }

  @Test func suspensionScalesToZeroAndSaysSo() {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    facts.connection.spec.suspend = true
    let plan = GatewayPlan(facts)
    let replicas = plan.actions.compactMap { action -> Int? in
      guard case .applyDeployment(let deployment) = action else { return nil }
      return deployment.spec?.replicas
    }
    #expect(replicas == [0, 0])
    #expect(plan.status.tunnels?.map(\.state) == [.disconnected, .disconnected])
    #expect(plan.status.conditions?.of(.ready)?.reason == "Suspended")
  }

  @Test func onlyCountersAreNoNews() {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    facts.observations["a"] = Fixture.observation("a", facts)
    facts.connection.status = GatewayPlan(facts).status
    facts.observations["a"]?.status?.tunnel.bytesSent = 4711
    #expect(GatewayPlan(facts).status == facts.connection.status)
  }

  /// A request that was acted on stays in the status, where `KindReconciler` puts it.
  @Test func onlyCountersAreNoNewsAfterARequestEither() {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    facts.observations["a"] = Fixture.observation("a", facts)
    facts.connection.status = GatewayPlan(facts).status
    facts.connection.status?.lastHandledReconcileAt = "2026-01-01T00:00:00Z"
    facts.observations["a"]?.status?.tunnel.bytesSent = 4711
    #expect(GatewayPlan(facts).status == facts.connection.status)
  }
}

extension GatewayAction {
  var kind: String {
    switch self {
    case .applySecret: "secret"
    case .applyDeployment: "deployment"
    case .applyService: "service"
    case .applyNetworkPolicy: "policy"
    case .applyBudget: "budget"
    case .delete: "delete"
    case .refresh: "refresh"
    case .disconnect: "disconnect"
    }
  }
}
