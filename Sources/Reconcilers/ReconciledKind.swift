internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// What a kind brings to `KindReconciler`.
protocol ReconciledKind: Sendable {
  associatedtype Object: Reporting

  /// `action` of the events about Ready.
  static var action: String { get }

  /// The object as this operator's cache has it.
  func cached(_ key: ObjectKey) -> Object?

  /// Removes what is left of an object that the cache does not have, in the cluster and in memory.
  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult

  /// Reads what the decision needs, checks it and plans. Nothing is changed yet.
  ///
  /// What cannot be read is not thrown: it is the pass's obstacle, so that the status still tells what was seen.
  func plan(for object: Object, _ logger: Logger) async throws -> Planning<Object>

  /// Records events about a changed status that are this kind's own.
  func record(_ news: Object.Status, of object: Object, _ events: EventRecorder)

  /// Which event tells of a changed Ready; nil: none.
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

/// What came of gathering and planning.
enum Planning<Object: Reporting>: Sendable {
  case pass(any KindPass<Object>)
  /// It is not this object's turn yet, or nothing is to be done or said.
  case later(ReconcileResult)
}

/// A plan for one object, and what came of carrying it out.
protocol KindPass<Object>: Sendable {
  associatedtype Object: Reporting

  var finalizer: FinalizerStep { get }
  /// What could not be read or done. It goes into the status, and its error to the backoff.
  var obstacle: Obstacle? { get set }
  /// Messages about what somebody else changed and this pass put back.
  var repairs: [String] { get }
  /// Nil: the status that is written stays, because it is still believed or because it is too early to tell.
  var status: Object.Status? { get }
  /// When the next pass comes if there is no obstacle.
  var next: ReconcileResult { get }

  /// Writes what must stand before the finalizer does. Does nothing in most kinds.
  mutating func prepare(_ logger: Logger) async

  /// The finalizer was removed: lets go of what was kept for the object. Does nothing in most kinds.
  func released(_ logger: Logger) async

  /// Carries out the plan. An action that fails becomes the obstacle, and stops only those that need it.
  mutating func act(_ logger: Logger) async
}

extension KindPass {
  var finalizer: FinalizerStep { .keep }
  var repairs: [String] { [] }
  func prepare(_ logger: Logger) async {}
  func released(_ logger: Logger) async {}
}

/// What a pass does about its object's finalizer.
enum FinalizerStep: Sendable, Equatable, CustomStringConvertible {
  case keep
  /// Before anything is made: what is made must be found again when the object is deleted.
  case add(String)
  /// Nothing is left, and nothing else is done in this pass.
  case remove(String)

  /// What to do for an object that makes something.
  static func adding(_ finalizer: String, to metadata: ObjectMeta) -> FinalizerStep {
    metadata.finalizers?.contains(finalizer) == true ? .keep : .add(finalizer)
  }

  /// As plan mode and obstacles name it.
  var description: String {
    switch self {
    case .keep: "keep the finalizers"
    case .add(let finalizer): "add finalizer \(finalizer)"
    case .remove(let finalizer): "remove finalizer \(finalizer)"
    }
  }
}
