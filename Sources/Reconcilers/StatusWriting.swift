internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

/// What the statuses of all our kinds have.
protocol ReportedStatus: SchemaDescribing, Equatable, Sendable {
  init()
  var observedGeneration: Int64? { get set }
  var conditions: [Condition]? { get set }
  /// The last value of `reconcile.fluxcd.io/requestedAt` that was acted on.
  var lastHandledReconcileAt: String? { get set }
}

/// A kind of ours, by what its status is. Each kind says so in its own folder.
protocol Reporting: Resource {
  associatedtype Status: ReportedStatus
  var status: Status? { get set }
  /// What must not be lost when a server refuses the rest of a status.
  var remembered: Status { get }
}

extension Reporting {
  var remembered: Status { Status() }

  /// Whether the annotation asks to list in the status what would be done, and to change nothing.
  var isPlanOnly: Bool {
    metadata.annotations?[CloudLinker.Annotation.reconcile] == CloudLinker.Annotation.reconcilePlan
  }
  var isBeingDeleted: Bool { metadata.deletionTimestamp != nil }

  /// `news` without anything that a server might refuse.
  func least(of news: Status) -> Status {
    var least = remembered
    least.conditions = news.conditions
    least.observedGeneration = news.observedGeneration
    return least
  }

  /// `proposed` as it is to be written: cut to the limits of its schema, since one string that is too long would have
  /// the API server refuse it all. Nil: it is the status that the object has.
  func news(_ proposed: Status) -> Status? {
    guard proposed != status else { return nil }
    let clamped = Status.schema.clamped(proposed)
    return clamped == status ? nil : clamped
  }
}

extension KubernetesAPI {
  /// Writes a status that `news` returned. An object that was deleted meanwhile needs none.
  ///
  /// A server whose CRDs are of another version may refuse the whole for one value that it does not know. The conditions
  /// are written all the same, and the refusal is thrown.
  func write<Object: Reporting>(_ news: Object.Status, to object: Object) async throws(KubernetesError) {
    var object = object
    object.status = news
    do {
      _ = try await applyStatus(object, fieldManager: CloudLinker.fieldManager, force: true)
    } catch  where error.kind == .notFound {
      return
    } catch  where error.kind == .invalid {
      object.status = object.least(of: news)
      _ = try await applyStatus(object, fieldManager: CloudLinker.fieldManager, force: true)
      throw error
    }
  }
}

extension [Condition] {
  subscript(_ type: ConditionType) -> Condition? { first { $0.type == type.rawValue } }
}
