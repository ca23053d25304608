import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Kubernetes
import KubernetesTesting

@testable import CloudNetworks
@testable import ControllerRuntime
@testable import Reconcilers

/// One pass of `BackbonePass.act` over a cloud's provider.
struct NetworkPass<Action: PlanAction> {
  var plan: NetworkPlan<Action>
  /// Descriptions of the actions that succeeded.
  var performed: [String] = []
  var failures: [CloudError] = []
  /// Nil: the process crashed.
  var result: ReconcileResult?
  /// What the status remembers after the pass.
  var ledger = Ledger()
}

/// What a pass of a history has besides its spec.
struct NetworkPassLife: Sendable {
  var generation: Int64 = 1
  /// Whether the Backbone is in plan mode.
  var isPlanOnly = false
  /// Whether the process crashed at a request.
  var hasCrashed: @Sendable () -> Bool = { false }
}

extension BackboneWorld {
  /// Plans for `desired` and lets the reconciler carry it out; what the status knew before is in `desired.ledger`.
  /// - Parameters:
  ///   - limit: the process crashes after so many actions.
  ///   - isLate: it crashes only when it begins the next action, so it may write its status first.
  func pass<Provider: NetworkProvider>(
    _ provider: Provider,
    _ desired: DesiredNetwork,
    _ goal: NetworkGoal,
    now: Timestamp,
    crashingAfter limit: Int = .max,
    isLate: Bool = false,
    life: NetworkPassLife = NetworkPassLife()
  ) async throws -> NetworkPass<Provider.Action> {
    let facts = begin(desired, goal, life)
    let observed: Provider.Observed
    do {
      observed = try await provider.gather(desired, goal)
    } catch {
      if !life.hasCrashed(), case .pass(let pass) = reconciler.kind.unseen(error, facts) {
        _ = try await reconciler.carryOut(pass, facts.backbone, .none)
      }
      throw error
    }
    let plan = Provider.plan(desired, goal: goal, observed, now: now)
    let log = Locked((performed: [String](), failures: [CloudError](), hasCrashed: false))
    let watched = plan.map { action in
      var watched = CloudNetwork.action(action, of: provider)
      let perform = watched.perform
      watched.perform = { (desired, ledger) async throws(CloudError) in
        guard log.withLock({ $0.performed.count }) < limit else {
          log.withLock { $0.hasCrashed = true }
          throw CloudError(.transport, operation: "test", message: "the process crashed")
        }
        do throws(CloudError) {
          try await perform(desired, &ledger)
          log.withLock { log in
            log.performed.append(action.description)
            if !isLate, log.performed.count == limit { log.hasCrashed = true }
          }
        } catch {
          log.withLock { $0.failures.append(error) }
          throw error
        }
      }
      return watched
    }
    server.setFault { _ in
      log.withLock { $0.hasCrashed } || life.hasCrashed() ? KubernetesError(.transport, "the process crashed") : nil
    }
    defer { server.setFault { _ in nil } }
    var pass = NetworkPass(plan: plan)
    do {
      guard let place = account.place() else { throw CancellationError() }
      let paper = CloudNetwork(cloud, account)
      let work = BackbonePass.Work(plan: watched, desired: desired, credentials: nil, cloud: paper, place: place)
      let begun = BackbonePass(reconciler.kind, facts, work)
      pass.result = try await reconciler.carryOut(begun, facts.backbone, .none)
    } catch {
      guard log.withLock({ $0.hasCrashed }) || life.hasCrashed() else { throw error }
    }
    (pass.performed, pass.failures) = log.withLock { ($0.performed, $0.failures) }
    pass.ledger = Ledger(status)
    return pass
  }

  /// The Backbone as a pass finds it.
  private func begin(_ desired: DesiredNetwork, _ goal: NetworkGoal, _ life: NetworkPassLife) -> BackboneFacts {
    var backbone = Self.backbone()
    backbone.metadata.finalizers = [BackboneKind.finalizer]
    backbone.metadata.generation = life.generation
    if life.isPlanOnly {
      backbone.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan]
    }
    backbone.spec.deletionPolicy = goal == .released ? .retain : nil
    backbone.metadata.deletionTimestamp = goal == .present ? nil : time.timestamp
    backbone.status = self.backbone?.status ?? BackboneStatus()
    backbone.status?.store(desired.ledger)
    put(backbone)
    return BackboneFacts(backbone: self.backbone ?? backbone, now: time.timestamp)
  }
}
