internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Events on Services and Ingresses. They have nothing else to learn from: the operator writes nothing on what others own.
struct ExposeEvents {
  let objects: ExposedObjects
  let events: EventRecorder

  /// For each object whose problem is new, and each whose resource was made.
  func record(from old: VPNConnectionStatus?, to new: VPNConnectionStatus) {
    let (before, after) = (Set(old?.twingate?.problems ?? []), new.twingate?.problems ?? [])
    for problem in after where !before.contains(problem) { refuse(problem.origin, problem.message) }
    for origin in Self.made(new).subtracting(Self.made(old)).sorted() {
      tell(origin, isWarning: false, "Exposed", "People of the groups that may now reach it through Twingate")
    }
  }

  /// Origins whose resource is at Twingate.
  private static func made(_ status: VPNConnectionStatus?) -> Set<String> {
    Set(
      (status?.twingate?.ledger?.ids ?? [:]).keys.filter { $0.hasPrefix("resource/") }.map { String($0.dropFirst(9)) }
    )
  }

  /// For objects that name a connection which cannot expose anything.
  func refuseAll(_ message: String) {
    for service in objects.services { refuse(ExposeRules.origin(of: service), message) }
    for ingress in objects.ingresses { refuse(ExposeRules.origin(of: ingress), message) }
  }

  private func refuse(_ origin: String, _ message: String) {
    tell(origin, isWarning: true, Reason.exposeRefused.rawValue, message)
  }

  private func tell(_ origin: String, isWarning: Bool, _ reason: String, _ message: String) {
    func record<Object: Kubernetes.Resource>(_ object: Object) {
      if isWarning {
        events.warning(object, reason: reason, action: "Expose", message)
      } else {
        events.normal(object, reason: reason, action: "Expose", message)
      }
    }
    if let service = objects.services.first(where: { ExposeRules.origin(of: $0) == origin }) { record(service) }
    let ingress = objects.ingresses.first { ingress in
      let own = ExposeRules.origin(of: ingress)
      let hosts = (ingress.spec?.rules ?? []).map { ExposeRules.origin(of: ingress, host: $0.host ?? "") }
      return own == origin || hosts.contains(origin)
    }
    if let ingress { record(ingress) }
  }
}
