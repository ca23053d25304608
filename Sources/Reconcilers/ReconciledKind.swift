internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Everything that a kind provides to `KindReconciler`.
protocol ReconciledKind: Sendable {
  associatedtype Object: Reporting

  /// `action` of events about Ready.
  static var action: String { get }

  /// The object in this operator's cache.
  func cached(_ key: ObjectKey) -> Object?

  /// Removes what is left of an object that is not in the cache, in the cluster and in memory.
  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult

  /// Reads what the decision needs, checks it and plans, without changing anything.
  ///
  /// Something that cannot be read is not thrown but becomes the pass's obstacle, so that the status still reports what
  /// was seen.
  func plan(for object: Object, _ logger: Logger) async throws -> Planning<Object>

  /// Records this kind's own events about a changed status.
  func record(_ news: Object.Status, of object: Object, _ events: EventRecorder)

  /// The event for a changed Ready; nil: none.
  func event(for ready: Condition, before: Condition?, isStalled: Bool) -> ReadyEvent?
}

extension ReconciledKind {
  static var action: String { "Reconcile" }
  func record(_ news: Object.Status, of object: Object, _ events: EventRecorder) {}
  func event(for ready: Condition, before: Condition?, isStalled: Bool) -> ReadyEvent? {
    isStalled ? .warning : .normal
  }
}

enum ReadyEvent { case normal, warning }

/// The result of gathering and planning.
enum Planning<Object: Reporting>: Sendable {
  case pass(any KindPass<Object>)
  /// It is not this object's turn yet, or there is nothing to do or to report.
  case later(ReconcileResult)
}

/// A plan for an object, and the result of carrying it out.
protocol KindPass<Object>: Sendable {
  associatedtype Object: Reporting

  var finalizer: FinalizerStep { get }
  /// What could not be read or done. The status reports it, and its error causes the backoff.
  var obstacle: Obstacle? { get set }
  /// Messages about changes by others that this pass reverted.
  var repairs: [String] { get }
  /// Nil: the written status stays, because it still holds or because it is too early to tell.
  var status: Object.Status? { get }
  /// When the next pass is due if there is no obstacle.
  var next: ReconcileResult { get }

  /// Writes what must exist before the finalizer does. Does nothing in most kinds.
  mutating func prepare(_ logger: Logger) async

  /// Releases what was kept for the object, after the finalizer was removed. Does nothing in most kinds.
  func released(_ logger: Logger) async

  /// Carries out the plan. A failed action becomes the obstacle, and stops only actions that need it.
  mutating func act(_ logger: Logger) async
}

extension KindPass {
  var finalizer: FinalizerStep { .keep }
  var repairs: [String] { [] }
  func prepare(_ logger: Logger) async {}
  func released(_ logger: Logger) async {}
}

/// A change of the object's finalizer.
enum FinalizerStep: Sendable, Equatable, CustomStringConvertible {
  case keep
  /// Before anything is created, so that it is found again when the object is deleted.
  case add(String)
  /// Nothing is left. The pass does nothing else.
  case remove(String)

  /// The step for an object for which something is created.
  static func adding(_ finalizer: String, to metadata: ObjectMeta) -> FinalizerStep {
    metadata.finalizers?.contains(finalizer) == true ? .keep : .add(finalizer)
  }

  /// The description in plan mode and in obstacles.
  var description: String {
    switch self {
    case .keep: "keep the finalizers"
    case .add(let finalizer): "add finalizer \(finalizer)"
    case .remove(let finalizer): "remove finalizer \(finalizer)"
    }
  }
}
