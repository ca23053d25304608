internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Runs connectors as pods in the gateways' namespace. The caches hold the existing objects, so a survey reads nothing.
struct ClusterConnectorHost: ConnectorHost {
  let actions: GatewayActions

  func survey(_ facts: TwingateFacts) async throws(HostTrouble) -> any HostedConnectors {
    ClusterConnectors(facts: facts, actions: actions)
  }
}

/// One Deployment for each connector.
struct ClusterConnectors: HostedConnectors {
  let facts: TwingateFacts
  let actions: GatewayActions

  var slots: [ConnectorSlot] { ConnectorSlot.numbered(facts.connection, facts.spec, cluster: facts.cluster) }
  var isStopped: Bool { facts.live.deployments.isEmpty && facts.live.pods.isEmpty }

  func start(of slot: ConnectorSlot) -> Timestamp? {
    facts.live.pod(connector: slot.key)?.metadata.creationTimestamp
  }

  func isSettled(_ sight: ConnectorSight) -> Bool { ConnectorObjectsPlan.isSettled(sight, facts) }

  func place(of sight: ConnectorSight) -> ConnectorPlace {
    let pod = facts.live.pod(connector: sight.key)
    let name = facts.objects.name(sight.key)
    let trouble = PodTrouble.of(pod, or: facts.live.deployments.first { $0.key.name == name }, "connector pod")
    return ConnectorPlace(host: pod?.key.name, reason: trouble?.reason, message: trouble?.message)
  }

  func planned(_ sights: [ConnectorSight]) -> [String] {
    ConnectorObjectsPlan(facts, sights).actions.map(\.description)
  }

  func run(_ sights: [ConnectorSight], _ logger: Logger) async -> HostOutcome {
    let plan = ConnectorObjectsPlan(facts, sights)
    let (_, failed) = await actions.performAll(plan.actions, logger)
    var outcome = HostOutcome(obstacle: Obstacle(failed), isHeld: plan.isHeld)
    if failed.isEmpty { outcome.repairs = plan.repaired.map { "\($0) was changed by others and is back" } }
    return outcome
  }

  func stop(_ logger: Logger) async -> HostOutcome {
    let teardown = GatewayTeardown(live: facts.live.withoutSecrets, aliases: [], now: facts.now)
    let (_, failed) = await actions.performAll(teardown.actions, logger)
    return HostOutcome(obstacle: Obstacle(failed), waits: teardown.waitsFor)
  }
}

extension GatewayLive {
  fileprivate var withoutSecrets: GatewayLive {
    var live = self
    live.secrets = []
    return live
  }
}
