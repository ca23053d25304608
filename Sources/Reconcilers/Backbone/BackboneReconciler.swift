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
  let clusterRanges: ClusterRanges
  let clouds: any CloudConnecting
  let events: EventRecorder
  let reservedNamespaces: Set<String>
  let time: any TimeSource
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
    if facts.isDeleted, backbone.metadata.finalizers?.contains(Self.finalizer) != true { return .done }
    if facts.isToBeMade {
      do throws(KubernetesError) {
        facts.clusterRanges = try await clusterRanges.all()
        facts.unreadableRanges = await clusterRanges.unreadable
      } catch {
        return try await obstructed(by: error, "read the cluster's own address ranges", facts)
      }
    }
    if !facts.isDeleted {
      if let refusal = BackboneVerdict.accepted(facts) { return try await refuse(refusal, facts) }
      if backbone.spec.isSuspended {
        try await write(BackboneStatus(facts, .suspended), facts)
        return .done
      }
    }
    let cloud: CloudNetwork
    do {
      cloud = try await connect(backbone)
    } catch let refusal as Refusal {
      return try await refuse(refusal, facts)
    } catch let error as KubernetesError {
      let name = backbone.spec.credentialsSecretRef?.name ?? ""
      return try await obstructed(by: error, "read Secret \(key.namespace)/\(name)", facts)
    }
    guard cloud.account.enter() else { return .requeue(after: Self.turn, jitter: 0.5) }
    defer { cloud.account.leave() }
    let outcome = await look(backbone, facts, cloud)
    switch outcome {
    case .failure(let error): return try await fail(error, facts)
    case .success(.refused(let refusal)): return try await refuse(refusal, facts)
    case .success(.plan(let plan, let desired)):
      seen.withLock { $0[key] = facts.now }
      return try await act(plan, desired, facts, logger)
    }
  }

  private func refuse(_ refusal: Refusal, _ facts: BackboneFacts) async throws -> ReconcileResult {
    try await write(BackboneStatus(facts, .refused(refusal)), facts)
    return .done
  }

  /// - Throws: `Refusal` or `KubernetesError`.
  private func connect(_ backbone: Backbone) async throws -> CloudNetwork {
    var content: [String: [UInt8]]?
    if let name = backbone.spec.credentialsSecretRef?.name {
      content = try await secrets.read([name], for: backbone.key)[name]
      guard content != nil else {
        // A namespace that is deleted loses its Secrets in any order: the deletion goes on with what this process has.
        if backbone.metadata.deletionTimestamp != nil, let known = clouds.lastConnection(of: backbone) { return known }
        throw Refusal(
          condition: .dependenciesReady,
          reason: .secretNotFound,
          message: "spec.credentialsSecretRef.name: there is no Secret \"\(name)\" in this namespace: create it"
        )
      }
    }
    return try clouds.connect(backbone, credentials: content)
  }

  private enum Look {
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

/// Finds the way to the cloud of a Backbone.
protocol CloudConnecting: Sendable {
  /// - Parameter credentials: content of the Secret; nil: the operator's own identity.
  /// - Throws: when the credentials are not complete; the message names the key.
  func connect(_ backbone: Backbone, credentials: [String: [UInt8]]?) throws(Refusal) -> CloudNetwork
  /// How this process reached the cloud of this very Backbone the last time; nil: it has not yet.
  func lastConnection(of backbone: Backbone) -> CloudNetwork?
  /// The Backbone is gone: its client need not be kept.
  func forget(_ key: ObjectKey)
}
