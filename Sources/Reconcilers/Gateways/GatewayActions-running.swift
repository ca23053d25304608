internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// An action that the API server refused, or did not answer.
struct FailedAction: Sendable, Equatable {
  var action: GatewayAction
  var error: KubernetesError

  /// Whether `next` is skipped in the same pass.
  ///
  ///     failed action                                 skipped actions
  ///     a gateway's Secret                            its Deployment, the refresh of its pod
  ///     an apply in a namespace that does not exist
  ///     or is being deleted                           any other apply there
  ///     any, because the API server does not answer   all
  func stops(_ next: GatewayAction) -> Bool {
    if [.transport, .unavailable].contains(error.kind) { return true }
    switch (action, next) {
    case (.applySecret(let secret), .applyDeployment(let deployment)) where secret.key == deployment.key: return true
    case (.applySecret(let secret), .refresh(let pod, _, _)) where pod.name.hasPrefix(secret.key.name): return true
    default: return isOfTheNamespace && next.isApply && next.object.namespace == action.object.namespace
    }
  }

  /// A terminating namespace refuses with 403, and only the message shows why (NamespaceLifecycle admission).
  private var isOfTheNamespace: Bool {
    action.isApply
      && (error.kind == .notFound || error.kind == .forbidden && error.message.contains("is being terminated"))
  }
}

extension GatewayActions {
  /// Tries the actions in order. A failed one stops only those that depend on it.
  func performAll(
    _ actions: [GatewayAction],
    _ logger: Logger
  ) async -> (done: [GatewayAction], failed: [FailedAction]) {
    var done: [GatewayAction] = []
    var failed: [FailedAction] = []
    for action in actions where !failed.contains(where: { $0.stops(action) }) {
      do {
        try await perform(action)
        done.append(action)
        logger.info("performed an action", ["action": .string(action.description)])
      } catch {
        failed.append(FailedAction(action: action, error: error))
        logger.warning("an action failed", ["action": .string(action.description), "error": .string(error.message)])
      }
    }
    return (done, failed)
  }
}

extension Obstacle {
  /// Nil if nothing failed.
  init?(_ failed: [FailedAction]) {
    guard let first = failed.first(where: { $0.error.kind != .conflict }) ?? failed.first else { return nil }
    self.init(attempt: first.action.description, error: first.error, others: failed.count - 1)
  }
}
