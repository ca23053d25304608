internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Reconciles Backbones: makes the network in a cloud match each of them.
///
/// No worker waits for the cloud. A later pass checks what is pending there, and every pass begins by reading what
/// exists.
struct BackboneKind: ReconciledKind {
  static let finalizer = "cloudlinker.dev/backbone"
  /// How often drift is looked for, ± 20 %.
  static let period: Duration = .seconds(600)
  /// The pause after an action, because the cloud takes a moment to show it.
  static let settling: Duration = .seconds(2)
  /// The pause while something is pending in the cloud, or in the way.
  static let patience: Duration = .seconds(15)
  /// The pause while the account's request budget is fully used by other Backbones.
  static let turn: Duration = .seconds(1)

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
  let sights = CloudSights()
  let pace = CloudPace(period: Self.period, settling: Self.settling, patience: Self.patience)

  func cached(_ key: ObjectKey) -> Backbone? { caches.backbones.get(key) }

  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    await secrets.forget(key)
    clouds.forget(key)
    sights.forget(key)
    pace.forget(key)
    return .done
  }

  func plan(for object: Backbone, _ logger: Logger) async throws -> Planning<Backbone> {
    var backbone = object
    var facts = caches.facts(of: backbone, now: time.timestamp)
    facts.reservedNamespaces = reservedNamespaces
    if facts.isDeleted, !facts.hasFinalizer { return .later(.done) }
    // A network is deleted where it is, whatever the spec says now.
    if facts.isDeleted { backbone.spec = backbone.spec.located(at: backbone.status?.location) }
    if facts.isToBeMade {
      do throws(KubernetesError) {
        facts.clusterRanges = try await clusterRanges.all()
        facts.unreadableRanges = await clusterRanges.unreadable
      } catch {
        return obstructed(by: error, "read the cluster's own address ranges", facts)
      }
    }
    if facts.isDeleted, let refusal = BackboneChecks.nothingRunsInside(facts) {
      return refused(refusal, facts, next: .requeue(after: Self.patience))
    }
    if !facts.isDeleted {
      if let refusal = BackboneChecks.spec.refusal(facts) { return refused(refusal, facts) }
      if !facts.hasNetwork, let refusal = facts.conflict { return refused(refusal, facts) }
      if backbone.spec.isSuspended {
        sights.forget(object.key)
        return .pass(BackbonePass(self, facts, .suspended, next: .done))
      }
    }
    do {
      if let mark = backbone.adoption, !facts.isDeleted, try await makerExists(mark) {
        facts.markHolders = [
          Backbone(metadata: ObjectMeta(name: mark.name, namespace: mark.namespace), spec: backbone.spec)
        ]
        if let refusal = BackboneChecks.adoptionIsPossible(facts) { throw refusal }
      }
      return try await look(backbone, facts, try await access.connect(backbone))
    } catch let refusal as Refusal {
      return refused(refusal, facts)
    } catch let error as KubernetesError {
      return obstructed(by: error, "find out whether and how to reach the cloud", facts)
    }
  }

  /// - Throws: `Refusal` or `KubernetesError`.
  private func look(
    _ backbone: Backbone,
    _ facts: BackboneFacts,
    _ connection: BackboneConnection
  ) async throws -> Planning<Backbone> {
    guard let place = connection.network.account.place() else { return .later(.requeue(after: Self.turn, jitter: 0.5)) }
    let sight = await sight(of: backbone, facts, connection.network)
    if facts.isDeleted, sight.areCredentialsRefused,
      let kept = try await access.keptConnection(backbone, besides: connection.credentials)
    {
      return try await look(backbone, facts, kept)
    }
    switch sight {
    case .failure(let error): return unseen(error, facts)
    case .success(.refused(let refusal)): return refused(refusal, facts)
    case .success(.plan(let plan, let desired)):
      sights.note(backbone.key, at: facts.now)
      let work = BackbonePass.Work(
        plan: plan,
        desired: desired,
        credentials: connection.credentials,
        cloud: connection.network,
        place: place
      )
      if let mark = backbone.adoption, !facts.isDeleted { return adoption(of: mark, facts, work) }
      return .pass(BackbonePass(self, facts, work))
    }
  }

  fileprivate enum Sight {
    case refused(Refusal)
    case plan(NetworkPlan<CloudNetwork.Action>, DesiredNetwork)
  }

  private func sight(
    of backbone: Backbone,
    _ facts: BackboneFacts,
    _ cloud: CloudNetwork
  ) async -> Result<Sight, CloudError> {
    do throws(CloudError) {
      // A deletion needs no zones, because the network is found by its marks.
      let isDeleted = facts.isDeleted
      let zones = !isDeleted && NetworkLayout.needsZones(backbone) ? try await cloud.zones() : []
      var desired: DesiredNetwork
      switch Result(catching: { () throws(Refusal) in try NetworkLayout.desired(backbone, zones: zones) }) {
      case .success(let layout): desired = layout
      case .failure(let refusal) where !isDeleted: return .success(.refused(refusal))
      case .failure: desired = NetworkLayout.bare(backbone)
      }
      // Someone who changed the spec or asked for a pass is waiting for the result.
      if facts.isAskedFor { desired.ledger.retryFailures(at: facts.now) }
      let goal: NetworkGoal =
        !isDeleted ? .present : backbone.spec.effectiveDeletionPolicy == .retain ? .released : .absent
      return .success(.plan(try await cloud.plan(desired, goal, time.timestamp), desired))
    } catch {
      return .failure(error)
    }
  }
}

extension BackboneKind {
  /// - Parameter next: when the next pass is due; nil: when something changes.
  func refused(_ refusal: Refusal, _ facts: BackboneFacts, next: ReconcileResult? = nil) -> Planning<Backbone> {
    sights.forget(facts.backbone.key)
    // The operator watches nothing that shows when the owner lends the identity.
    let isOwners = refusal.reason == .cloudIdentityNotAllowed
    let usual = isOwners ? ReconcileResult.requeue(after: CloudIdentities.freshness, jitter: 0.2) : .done
    return .pass(BackbonePass(self, facts, .refused(refusal), next: next ?? usual))
  }

  private func obstructed(by error: KubernetesError, _ attempt: String, _ facts: BackboneFacts) -> Planning<Backbone> {
    var pass = BackbonePass(self, facts, nil, next: .requeueWithBackoff)
    pass.obstacle = Obstacle(attempt: attempt, error: error)
    return .pass(pass)
  }

  /// The pass after a network could not be read.
  func unseen(_ error: CloudError, _ facts: BackboneFacts) -> Planning<Backbone> {
    let missed: (outcome: BackboneOutcome?, next: ReconcileResult) = sights.miss(
      error,
      of: facts.backbone.key,
      isBelieved: (facts.isReady || facts.isUnseen) && !facts.isDeleted,
      patience: Self.patience * 4,
      now: facts.now
    )
    return .pass(BackbonePass(self, facts, missed.outcome, next: missed.next))
  }
}

extension BackboneKind {
  func record(_ news: BackboneStatus, of backbone: Backbone, _ events: EventRecorder) {
    guard let mark = news.adopted, backbone.status?.adopted == nil else { return }
    events.normal(
      backbone,
      reason: "NetworkAdopted",
      action: "Adopt",
      "took over \(news.networkID ?? "the network") of \(mark)"
    )
  }

  /// Keeps a copy of the credentials before a network is created or taken over, so that it can be deleted later. If a
  /// plan has no problem with the credentials, they give access to the network.
  /// - Returns: the obstacle that keeps the network from being created.
  func keepCredentials(_ work: BackbonePass.Work, _ facts: BackboneFacts) async -> Obstacle? {
    guard let credentials = work.credentials, !work.plan.problems.contains(where: { $0.kind == .credentialsRefused })
    else { return nil }
    do throws(KubernetesError) {
      try await kept.keep(credentials, of: facts.backbone)
      return nil
    } catch {
      guard facts.hasFinalizer else { return Obstacle(attempt: "keep a copy of the credentials", error: error) }
      events.warning(
        facts.backbone,
        reason: "CredentialsNotKept",
        action: "Reconcile",
        "Could not keep a copy of the credentials in the operator's namespace, so the network cannot be deleted if the "
          + "Secret is deleted before the Backbone: \(error)"
      )
      return nil
    }
  }
}

extension Result<BackboneKind.Sight, CloudError> {
  /// Whether the cloud refuses the credentials, or they belong to another account.
  fileprivate var areCredentialsRefused: Bool {
    switch self {
    case .failure(let error): error.kind == .unauthenticated
    case .success(.plan(let plan, _)): plan.problems.contains { $0.kind == .credentialsRefused }
    case .success(.refused): false
    }
  }
}
