internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

extension Reporting {
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
