internal import Cloud
internal import CloudClusters
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Reconciles PrivateClusters: makes the cluster inside a Backbone match each of them, with the Backbone's credentials.
///
///     the Backbone    the cluster       done
///     absent          not deleted       refused
///     absent          deleted, Delete   refused: nobody else knows the way to the cloud
///     absent          deleted, Retain   released
///     not Ready       not begun         waits, as it does for a VPNConnection
///     not Ready       begun             goes on, and says so in DependenciesReady
///     Ready           any               looked at, planned, carried out
struct PrivateClusterKind: ReconciledKind {
  static let finalizer = "cloudlinker.dev/privatecluster"
  /// How often drift is looked for, ± 20 %.
  static let period: Duration = .seconds(600)
  static let settling: Duration = .seconds(5)
  /// The pause while something is pending in the cloud, or in the way.
  static let patience: Duration = .seconds(30)
  /// The pause while the account's request budget is fully used by other objects.
  static let turn: Duration = .seconds(1)

  /// The observation of a pass that found nothing to do, or only had to wait. The next pass may read only a part of the
  /// cluster again.
  struct Memory: Sendable {
    var uid: String?
    var generation: Int64?
    var goal: ClusterGoal
    var observed: CloudCluster.Observed
  }

  let client: any KubernetesAPI
  let caches: PrivateClusterCaches
  let access: BackboneAccess
  let clusterRanges: ClusterRanges
  let kubeconfigs: Kubeconfigs
  let events: EventRecorder
  let reservedNamespaces: Set<String>
  let time: any TimeSource
  let sights = CloudSights()
  let pace = CloudPace(period: Self.period, settling: Self.settling, patience: Self.patience)
  let memories = Locked<[ObjectKey: Memory]>([:])

  func cached(_ key: ObjectKey) -> PrivateCluster? { caches.clusters.get(key) }

  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    forget(key)
    return .done
  }

  func forget(_ key: ObjectKey) {
    sights.forget(key)
    pace.forget(key)
    kubeconfigs.forget(key)
    memories.withLock { $0[key] = nil }
  }

  func plan(for cluster: PrivateCluster, _ logger: Logger) async throws -> Planning<PrivateCluster> {
    var facts = caches.facts(of: cluster, now: time.timestamp)
    facts.reservedNamespaces = reservedNamespaces
    if facts.isDeleted, !facts.hasFinalizer { return .later(.done) }
    if !facts.isDeleted {
      if let refusal = PrivateClusterChecks.spec.refusal(facts) { return refused(refusal, facts) }
      if cluster.spec.isSuspended {
        sights.forget(cluster.key)
        return .pass(PrivateClusterPass(self, facts, .suspended, next: .done))
      }
      if !facts.isBegun {
        if let refusal = PrivateClusterChecks.gate.refusal(facts) {
          return .pass(PrivateClusterPass(self, facts, waitingFor: refusal))
        }
        do throws(KubernetesError) { facts.clusterRanges = try await clusterRanges.all() } catch {
          return obstructed(by: error, "read the cluster's own address ranges", facts)
        }
        if let refusal = PrivateClusterChecks.beginning.refusal(facts) { return refused(refusal, facts) }
      }
    }
    guard var backbone = facts.backbone else { return .pass(PrivateClusterPass(abandoned: facts, self)) }
    backbone.spec = backbone.spec.located(at: backbone.status?.location)
    do {
      let connection = try await access.connect(backbone, isLeaving: facts.isDeleted)
      if !facts.isDeleted { try await access.check(cluster.spec.cloudReferences, in: backbone) }
      return try await look(facts, backbone, connection)
    } catch let refusal as Refusal {
      return refused(refusal, facts, next: .requeue(after: CloudIdentities.freshness, jitter: 0.2))
    } catch let error as KubernetesError {
      return obstructed(by: error, "find out whether and how to reach the cloud", facts)
    }
  }

  /// - Throws: `Refusal` or `KubernetesError`.
  private func look(
    _ facts: PrivateClusterFacts,
    _ backbone: Backbone,
    _ connection: BackboneConnection
  ) async throws -> Planning<PrivateCluster> {
    let (key, cloud) = (facts.cluster.key, connection.network)
    guard let provider = cloud.cluster else {
      let name = facts.backbone?.spec.provider.rawValue ?? ""
      throw PrivateClusterChecks.invalid(
        "spec.backboneRef: clusters in \(name) are not supported: name another Backbone"
      )
    }
    guard let place = cloud.account.place() else { return .later(.requeue(after: Self.turn, jitter: 0.5)) }
    var desired = ClusterLayout.desired(facts)
    // Someone who changed the spec or asked for a pass is waiting for the result.
    if facts.cluster.isAskedFor { desired.ledger.retryFailures(at: facts.now) }
    let pass = ClusterPass(provider)
    let look: ClusterPass<CloudCluster>.Look
    var strangeness: Refusal?
    do throws(CloudError) {
      look = try await pass.look(desired, goal: facts.goal, now: facts.now, after: memory(of: facts))
      if look.plan.report.id == nil, facts.isBegun || facts.isDeleted {
        strangeness = try await BackboneAccess.strangeness(of: connection, to: backbone)
      }
    } catch {
      if error.kind == .unauthenticated, let kept = try await self.kept(facts, backbone, besides: connection) {
        return try await self.look(facts, backbone, kept)
      }
      let missed: (outcome: PrivateClusterOutcome?, next: ReconcileResult) = sights.miss(
        error,
        of: key,
        isBelieved: (facts.cluster.wasReady || facts.cluster.isUnseen) && !facts.isDeleted,
        patience: Self.patience * 2,
        now: facts.now
      )
      return .pass(PrivateClusterPass(self, facts, missed.outcome, next: missed.next))
    }
    if let strangeness {
      guard let kept = try await self.kept(facts, backbone, besides: connection) else { throw strangeness }
      return try await self.look(facts, backbone, kept)
    }
    sights.note(key, at: facts.now)
    let work = PrivateClusterPass.Work(pass: pass, look: look, desired: desired, place: place)
    return .pass(PrivateClusterPass(self, facts, work))
  }

  /// For a deletion, whose Secret may lead nowhere by now.
  private func kept(
    _ facts: PrivateClusterFacts,
    _ backbone: Backbone,
    besides connection: BackboneConnection
  ) async throws -> BackboneConnection? {
    facts.isDeleted ? try await access.keptConnection(backbone, besides: connection.credentials) : nil
  }

  private func memory(of facts: PrivateClusterFacts) -> CloudCluster.Observed? {
    guard let memory = memories.withLock({ $0[facts.cluster.key] }), memory.uid == facts.cluster.metadata.uid,
      memory.generation == facts.cluster.metadata.generation, memory.goal == facts.goal, !facts.cluster.isAskedFor
    else { return nil }
    return memory.observed
  }

  /// - Parameter next: when the next pass is due; by default when something changes.
  private func refused(
    _ refusal: Refusal,
    _ facts: PrivateClusterFacts,
    next: ReconcileResult = .done
  ) -> Planning<PrivateCluster> {
    sights.forget(facts.cluster.key)
    return .pass(PrivateClusterPass(self, facts, .refused(refusal), next: next))
  }

  private func obstructed(
    by error: KubernetesError,
    _ attempt: String,
    _ facts: PrivateClusterFacts
  ) -> Planning<PrivateCluster> {
    var pass = PrivateClusterPass(self, facts, nil, next: .requeueWithBackoff)
    pass.obstacle = Obstacle(attempt: attempt, error: error)
    return .pass(pass)
  }
}
