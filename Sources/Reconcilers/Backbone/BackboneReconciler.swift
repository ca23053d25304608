internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Makes a cloud's network match one Backbone: gather, plan, act, write the status if it differs.
///
/// No worker waits for the cloud: what is pending there is looked at again later, and every look begins anew from what
/// is there.
struct BackboneReconciler: Sendable {
  static let finalizer = "cloudlinker.dev/backbone"
  /// Drift is looked for this often, ± 20 %.
  static let period: Duration = .seconds(600)
  /// After something was done: the cloud takes a moment to show it.
  static let settling: Duration = .seconds(2)
  /// While something is pending in the cloud, or in the way.
  static let patience: Duration = .seconds(15)
  /// While as many Backbones of the same account are worked on as its request budget lets get on.
  static let turn: Duration = .seconds(1)

  /// For how long a network that was Ready is believed to be so though its cloud does not answer: three periods.
  static let trust: Duration = .seconds(1800)

  let client: any KubernetesAPI
  let caches: BackboneCaches
  let secrets: SecretReader
  let kept: KeptCredentials
  let identities: CloudIdentities
  let clusterRanges: ClusterRanges
  let clouds: any CloudConnecting
  let events: EventRecorder
  let reservedNamespaces: Set<String>
  let time: any TimeSource
  var scope = OperatorScope()
  /// When each network was last seen, or first not seen, by this process.
  let seen = Locked<[ObjectKey: Timestamp]>([:])
  /// What this process did to each network again and again.
  let repeated = Locked<[ObjectKey: RepeatedActions]>([:])

  func reconcile(_ key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    guard var backbone = caches.backbones.get(key) else {
      await secrets.forget(key)
      clouds.forget(key)
      seen.withLock { $0[key] = nil }
      repeated.withLock { $0[key] = nil }
      return .done
    }
    var facts = caches.facts(of: backbone, now: time.timestamp)
    facts.reservedNamespaces = reservedNamespaces
    // Deleted where it is, whatever the spec says now.
    if facts.isDeleted { backbone.spec = backbone.spec.located(at: backbone.status?.location) }
    if facts.isDeleted, !facts.hasFinalizer { return .done }
    if facts.isToBeMade {
      do throws(KubernetesError) {
        facts.clusterRanges = try await clusterRanges.all()
        facts.unreadableRanges = await clusterRanges.unreadable
      } catch {
        return try await obstructed(by: error, "read the cluster's own address ranges", facts)
      }
    }
    if !facts.isDeleted {
      if let refusal = BackboneChecks.spec.refusal(facts) { return try await refuse(refusal, facts) }
      if !facts.hasNetwork, let refusal = facts.conflict { return try await refuse(refusal, facts) }
      if backbone.spec.isSuspended {
        seen.withLock { $0[key] = nil }
        try await write(BackboneStatus(facts, .suspended), facts)
        return .done
      }
    }
    let connection: BackboneConnection
    do {
      if let mark = backbone.adoption, !facts.isDeleted, try await makerExists(mark) {
        facts.markHolders = [
          Backbone(metadata: ObjectMeta(name: mark.name, namespace: mark.namespace), spec: backbone.spec)
        ]
        if let refusal = BackboneChecks.adoptionIsPossible(facts) { throw refusal }
      }
      connection = try await connect(backbone)
    } catch let refusal as Refusal {
      return try await refuse(refusal, facts)
    } catch let error as KubernetesError {
      return try await obstructed(by: error, "find out whether and how to reach the cloud", facts)
    }
    return try await pass(backbone, facts, connection, logger)
  }

  /// In seconds, of the networks that this process looks after.
  var longestUnseen: Double {
    let oldest = seen.withLock { $0.values.min() }
    return oldest.map { max(0, time.timestamp.since($0) / .seconds(1)) } ?? 0
  }

  private func pass(
    _ backbone: Backbone,
    _ facts: BackboneFacts,
    _ connection: BackboneConnection,
    _ logger: Logger
  ) async throws -> ReconcileResult {
    let cloud = connection.network
    guard cloud.account.enter() else { return .requeue(after: Self.turn, jitter: 0.5) }
    defer { cloud.account.leave() }
    let outcome = await look(backbone, facts, cloud)
    if facts.isDeleted, outcome.areCredentialsRefused,
      let kept = try await keptConnection(backbone, besides: connection.credentials)
    {
      return try await pass(backbone, facts, kept, logger)
    }
    switch outcome {
    case .failure(let error): return try await fail(error, facts)
    case .success(.refused(let refusal)): return try await refuse(refusal, facts)
    case .success(.plan(let plan, let desired)):
      seen.withLock { $0[backbone.key] = facts.now }
      if let mark = backbone.adoption, !facts.isDeleted {
        return try await adopt(mark, plan, facts, credentials: connection.credentials)
      }
      let result = try await act(plan, desired, facts, logger, credentials: connection.credentials)
      if facts.isReady, plan.steps.isEmpty, !facts.isDeleted { await reportUnclaimed(cloud, facts, logger) }
      return result
    }
  }

  func refuse(_ refusal: Refusal, _ facts: BackboneFacts) async throws -> ReconcileResult {
    seen.withLock { $0[facts.backbone.key] = nil }
    try await write(BackboneStatus(facts, .refused(refusal)), facts)
    // Nothing that the operator watches tells when the owner lends the identity.
    return refusal.reason == .cloudIdentityNotAllowed ? .requeue(after: CloudIdentities.freshness, jitter: 0.2) : .done
  }

  fileprivate enum Look {
    case refused(Refusal)
    case plan(NetworkPlan<CloudNetwork.Action>, DesiredNetwork)
  }

  private func look(
    _ backbone: Backbone,
    _ facts: BackboneFacts,
    _ cloud: CloudNetwork
  ) async -> Result<Look, CloudError> {
    do throws(CloudError) {
      // A network that is to go needs no zones: it is found by its marks.
      let isDeleted = facts.isDeleted
      let zones = !isDeleted && NetworkLayout.needsZones(backbone) ? try await cloud.zones() : []
      let desired: DesiredNetwork
      switch Result(catching: { () throws(Refusal) in try NetworkLayout.desired(backbone, zones: zones) }) {
      case .success(let layout): desired = layout
      case .failure(let refusal) where !isDeleted: return .success(.refused(refusal))
      case .failure: desired = NetworkLayout.bare(backbone)
      }
      let goal: NetworkGoal =
        !isDeleted ? .present : backbone.spec.effectiveDeletionPolicy == .retain ? .released : .absent
      return .success(.plan(try await cloud.plan(desired, goal, time.timestamp), desired))
    } catch {
      return .failure(error)
    }
  }
}

extension Result<BackboneReconciler.Look, CloudError> {
  /// Whether the cloud does not accept the credentials, or they are of another account.
  fileprivate var areCredentialsRefused: Bool {
    switch self {
    case .failure(let error): error.kind == .unauthenticated
    case .success(.plan(let plan, _)): plan.problems.contains { $0.kind == .credentialsRefused }
    case .success(.refused): false
    }
  }
}
