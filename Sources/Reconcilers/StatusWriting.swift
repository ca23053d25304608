internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

/// A kind of ours, by what its status is.
protocol Reporting: Resource {
  associatedtype Status: SchemaDescribing & Equatable & Sendable
  var status: Status? { get set }
  /// The least that can be said: `news` without anything that a server might refuse.
  func least(of news: Status) -> Status
}

extension VPNConnection: Reporting {
  func least(of news: VPNConnectionStatus) -> VPNConnectionStatus {
    var status = VPNConnectionStatus()
    status.conditions = news.conditions
    status.observedGeneration = news.observedGeneration
    return status
  }
}
extension PortForward: Reporting {
  func least(of news: PortForwardStatus) -> PortForwardStatus {
    var status = PortForwardStatus()
    status.conditions = news.conditions
    status.observedGeneration = news.observedGeneration
    return status
  }
}
extension Backbone: Reporting {
  /// With what it remembers of its cloud, by which it is found again.
  func least(of news: BackboneStatus) -> BackboneStatus {
    var least = status ?? BackboneStatus()
    least.conditions = news.conditions
    least.observedGeneration = news.observedGeneration
    return least
  }
}

extension Reporting {
  /// `proposed` as it is to be written: cut to the limits of its schema, since one string that is too long would have
  /// the API server refuse it all. Nil: it is what stands already.
  func news(_ proposed: Status) -> Status? {
    guard proposed != status else { return nil }
    let clamped = Status.schema.clamped(proposed)
    return clamped == status ? nil : clamped
  }
}

extension KubernetesAPI {
  /// Writes what `news` found, to an object that may have been deleted meanwhile: then nobody is left to tell.
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
