internal import Foundations

extension RequestController {
  /// Runs one reconcile for at most the timeout.
  ///
  /// The reconcile gets a task of its own, not a child of the group that is cancelled when the controller stops,
  /// because a reconcile that has begun is finished.
  func attempt(_ request: Request, _ logger: Logger) async throws -> ReconcileResult {
    let work = Task { [reconcile] in try await reconcile(request, logger) }
    guard let deadlines else { return try await work.value }
    let id = deadlines.begin { work.cancel() }
    defer { deadlines.end(id) }
    do {
      return try await work.value
    } catch  where work.isCancelled {
      throw ReconcileTimeout(after: deadlines.timeout)
    }
  }
}

/// A reconcile took longer than its controller allows.
struct ReconcileTimeout: Error, CustomStringConvertible {
  let after: Duration
  var description: String { "cancelled because it took longer than \(after)" }
}
