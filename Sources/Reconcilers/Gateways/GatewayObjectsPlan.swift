internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Gateway
internal import Kubernetes

/// Plans which objects to write and which to remove for a connection's gateways.
///
///     object                    live         action
///     Secret, Service, policy   absent       apply
///                               differs      apply
///                               same         none
///     Deployment                absent       apply
///                               differs      apply; one that serves waits until its sibling's replacement is ready
///     any of a removed tunnel   present      delete
///     pod                       revision old refresh
struct GatewayObjectsPlan {
  var actions: [GatewayAction] = []
  /// Fields that someone else changed and this plan changes back, for the event.
  var repaired: [String] = []
  /// A tunnel whose gateway is replaced only after its sibling.
  var held: String?
  /// How long until pods may be ended that were told to disconnect; nil: none were told.
  var untilDisconnected: Duration?
  private(set) var compared: ComparedObjects

  /// - Parameters:
  ///   - contents: the contents by tunnel.
  ///   - forwards: the accepted forwards.
  init(
    facts: GatewayFacts,
    settings: GatewayPodSettings,
    contents: [String: GatewaySecret],
    forwards: [PortForward]
  ) {
    compared = facts.compared
    let objects = facts.objects
    let live = facts.live
    for tunnel in facts.connection.spec.tunnels {
      guard let content = contents[tunnel.name] else { continue }
      let secret = objects.secret(tunnel: tunnel.name, content: content)
      let present = live.secrets.first { $0.key == secret.key }
      if !SecretDigest.same(secret, present) { actions.append(.applySecret(secret)) }
    }
    let ports = GatewayObjects.ports(of: forwards)
    for service in [objects.service(ports: ports), objects.siblings()]
    where differs(service, live.services) {
      actions.append(.applyService(service))
    }
    let alias = objects.alias()
    if differs(alias, facts.alias.map { [$0] } ?? []) { actions.append(.applyService(alias)) }
    let policy = objects.networkPolicy(ports: ports)
    if differs(policy, live.networkPolicies) { actions.append(.applyNetworkPolicy(policy)) }
    let budget = objects.disruptionBudget(PodDisruptionBudgetV1beta1.self)
    if differs(budget, live.budgets) { actions.append(.applyBudget(budget)) }
    planDeployments(facts, settings, objects, contents)
    planRemovals(facts, objects)
    planRefresh(facts, contents)
  }

  private mutating func planDeployments(
    _ facts: GatewayFacts,
    _ settings: GatewayPodSettings,
    _ objects: GatewayObjects,
    _ contents: [String: GatewaySecret]
  ) {
    var isReplacing = facts.connection.spec.tunnels.contains { tunnel in
      let key = ObjectKey(namespace: facts.defaults.namespace, name: objects.names.gateway(tunnel: tunnel.name))
      return facts.live.deployments.first { $0.key == key }.map(Self.isRolling) ?? false
    }
    // Gateways that serve nobody come first: nobody misses them, and they show whether the new pod works.
    let tunnels = facts.connection.spec.tunnels.filter { contents[$0.name] != nil }
    for tunnel in tunnels.filter({ !facts.isServing($0.name) }) + tunnels.filter({ facts.isServing($0.name) }) {
      let desired = objects.deployment(tunnel, settings)
      guard let present = facts.live.deployments.first(where: { $0.key == desired.key }) else {
        actions.append(.applyDeployment(desired))
        continue
      }
      guard differs(desired, [present]) else { continue }
      if desired.spec?.replicas == 0 {
        let farewell = Disconnection(
          facts.live.pods.filter { $0.metadata.labels?[GatewayLabels.tunnel] == tunnel.name },
          now: facts.now
        )
        actions += farewell.actions
        if let wait = farewell.wait {
          untilDisconnected = max(untilDisconnected ?? wait, wait)
          continue
        }
      }
      let keepsScale = present.spec?.replicas == desired.spec?.replicas
      if isReplacing, keepsScale, facts.isServing(tunnel.name) {
        held = tunnel.name
        continue
      }
      actions.append(.applyDeployment(desired))
      if keepsScale { isReplacing = true }
    }
  }

  /// Whether a replacement is under way: the newest pod does not exist yet or is not ready. After the Deployment's
  /// deadline, a pod that is not ready holds nobody up any longer.
  private static func isRolling(_ deployment: Deployment) -> Bool {
    guard let wanted = deployment.spec?.replicas, wanted > 0 else { return false }
    let status = deployment.status
    let progress = status?.conditions?.first { $0.type == "Progressing" }?.reason
    return (status?.observedGeneration ?? 0) < (deployment.metadata.generation ?? 0)
      || (status?.updatedReplicas ?? 0) < wanted
      || !["NewReplicaSetAvailable", "ProgressDeadlineExceeded"].contains(progress)
  }

  private mutating func planRemovals(_ facts: GatewayFacts, _ objects: GatewayObjects) {
    let kept = Set(facts.connection.spec.tunnels.map { objects.names.gateway(tunnel: $0.name) })
    for deployment in facts.live.deployments where !kept.contains(deployment.key.name) {
      actions.append(.delete(kind: "Deployment", deployment.key, uid: deployment.metadata.uid))
    }
    for service in facts.formerAliases {
      actions.append(.delete(kind: "Service", service.key, uid: service.metadata.uid))
    }
    for secret in facts.live.secrets where !kept.contains(secret.key.name) {
      actions.append(.delete(kind: "Secret", secret.key, uid: secret.metadata.uid))
    }
    let services = [objects.names.service, objects.names.siblings]
    for service in facts.live.services where !services.contains(service.key.name) {
      actions.append(.delete(kind: "Service", service.key, uid: service.metadata.uid))
    }
    for policy in facts.live.networkPolicies where policy.key.name != objects.names.service {
      actions.append(.delete(kind: "NetworkPolicy", policy.key, uid: policy.metadata.uid))
    }
    for budget in facts.live.budgets where budget.key.name != objects.names.service {
      actions.append(.delete(kind: "PodDisruptionBudget", budget.key, uid: budget.metadata.uid))
    }
  }

  private mutating func planRefresh(_ facts: GatewayFacts, _ contents: [String: GatewaySecret]) {
    for tunnel in facts.connection.spec.tunnels where !facts.connection.spec.isSuspended {
      guard let content = contents[tunnel.name], let pod = facts.live.pod(tunnel: tunnel.name),
        pod.status?.podIP != nil, let observed = facts.observations[tunnel.name]?.status?.revision
      else { continue }
      let annotations = pod.metadata.annotations ?? [:]
      let isOld = observed != content.revision && annotations[GatewayLabels.revision] != content.revision
      // A connection that was suspended for less than the notice keeps its pods. This removes the notice.
      guard isOld || annotations[GatewayLabels.disconnect] != nil else { continue }
      actions.append(.refresh(pod: pod.key, uid: pod.metadata.uid, revision: content.revision))
    }
  }

  private mutating func differs<Object: Resource>(_ desired: Object, _ live: [Object]) -> Bool {
    let present = live.first { $0.key == desired.key }
    let outcome = (try? GatewayActions.planner.plan(desired, live: present, &compared)) ?? .created
    if case .updated(let drift) = outcome {
      repaired += drift.map { "\(Object.resourceType.kind) \(desired.key.name): \($0)" }
    }
    return outcome != .unchanged
  }
}
