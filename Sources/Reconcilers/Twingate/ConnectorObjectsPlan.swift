internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate

/// Plans which objects to write and to remove so that the connectors run as specified.
///
///     Deployment                 tokens   action
///     absent                     none     none: the tokens come first
///     absent                     there    apply
///     differs in its scale       there    apply
///     differs, not alive         there    apply: nobody misses it
///     differs, alive             there    apply while every other connector is settled; one at a time
///     of a number beyond count   any      delete; its Secret goes with the pass
struct ConnectorObjectsPlan {
  /// How long a connector must have been alive until another one is replaced.
  static let settling: Duration = .seconds(60)

  var actions: [GatewayAction] = []
  /// Changes by somebody else.
  var repaired: [String] = []
  /// Whether a connector waits for others before it is replaced.
  var isHeld = false

  init(_ facts: TwingateFacts, _ sights: [ConnectorSight]) {
    let (objects, live) = (facts.objects, facts.live)
    if differs(objects.networkPolicy, live.networkPolicies) {
      actions.append(.applyNetworkPolicy(objects.networkPolicy))
    }
    if differs(objects.disruptionBudget, live.budgets) { actions.append(.applyBudget(objects.disruptionBudget)) }
    var isReplacing = false
    for sight in sights {
      guard let revision = sight.revision else { continue }
      guard let present = live.deployments.first(where: { $0.key.name == objects.name(sight.key) }) else {
        actions.append(.applyDeployment(objects.deployment(sight.key, revision: revision)))
        continue
      }
      let pod = live.pod(connector: sight.key)
      let stamp = ConnectorUpdate.stamp(facts.spec, present: present, pod: pod, now: facts.now)
      let desired = objects.deployment(sight.key, revision: revision, stamp: stamp)
      let known = repaired
      guard differs(desired, [present]) else { continue }
      let keepsScale = present.spec?.replicas == desired.spec?.replicas
      if keepsScale, sight.isAlive, !facts.connection.spec.isSuspended {
        let others = sights.filter { $0.key != sight.key }
        guard !isReplacing, others.allSatisfy({ Self.isSettled($0, facts) }) else {
          isHeld = true
          repaired = known
          continue
        }
        isReplacing = true
      }
      actions.append(.applyDeployment(desired))
    }
    let wanted = Set(facts.slots.map { objects.name($0.key) })
    for deployment in live.deployments where !wanted.contains(deployment.key.name) {
      actions.append(.delete(kind: "Deployment", deployment.key, uid: deployment.metadata.uid))
    }
  }

  /// Whether a connector runs as its Deployment specifies, with the tokens of its Secret, and has been alive for long
  /// enough.
  static func isSettled(_ sight: ConnectorSight, _ facts: TwingateFacts) -> Bool {
    let name = facts.objects.name(sight.key)
    guard sight.isAlive, let since = sight.aliveSince, facts.now.since(since) >= settling,
      let deployment = facts.live.deployments.first(where: { $0.key.name == name }),
      deployment.spec?.template.metadata?.annotations?[GatewayLabels.revision] == sight.revision
    else { return false }
    let status = deployment.status
    return (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
      && (status?.updatedReplicas ?? 0) > 0
  }

  private mutating func differs<Object: Kubernetes.Resource>(_ desired: Object, _ live: [Object]) -> Bool {
    let present = live.first { $0.key == desired.key }
    let outcome = (try? GatewayActions.planner.plan(desired, live: present)) ?? .created
    if case .updated(let drift) = outcome {
      repaired += drift.map { "\(Object.resourceType.kind) \(desired.key.name): \($0)" }
    }
    return outcome != .unchanged
  }
}

extension GatewayLive {
  /// The newest pod of a connector that is not being deleted.
  func pod(connector key: String) -> Pod? {
    pods.filter {
      $0.metadata.labels?[ConnectorObjects.keyLabel] == key && $0.metadata.deletionTimestamp == nil
    }.max {
      let zero = Timestamp(seconds: 0)
      return ($0.metadata.creationTimestamp ?? zero, $0.key) < ($1.metadata.creationTimestamp ?? zero, $1.key)
    }
  }
}
