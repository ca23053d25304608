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

  /// `proposed` as it is to be written: cut to the limits of its schema, because the API server would refuse all of it
  /// for one string that is too long. Nil: the object already has this status.
  func news(_ proposed: Status) -> Status? {
    guard proposed != status else { return nil }
    let clamped = Status.schema.clamped(proposed)
    return clamped == status ? nil : clamped
  }
}

extension KubernetesAPI {
  /// Writes a status that `news` returned. A deleted object needs none.
  ///
  /// If the server's CRDs are of another version, it may refuse the whole status for one value that it does not know.
  /// Then the conditions are written alone, and the refusal is thrown.
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
