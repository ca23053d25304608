internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Records events on Services and Ingresses. Their owners learn nothing otherwise: the operator writes nothing into
/// objects of others.
struct ExposeEvents {
  let objects: ExposedObjects
  let events: EventRecorder

  /// Records an event for each object whose problem is new, and each whose resource was made.
  func record(from old: VPNConnectionStatus?, to new: VPNConnectionStatus) {
    let (before, after) = (Set(old?.twingate?.problems ?? []), new.twingate?.problems ?? [])
    for problem in after where !before.contains(problem) { refuse(problem.origin, problem.message) }
    for origin in Self.made(new).subtracting(Self.made(old)).sorted() {
      tell(origin, isWarning: false, "Exposed", "People of the groups that may now reach it through Twingate")
    }
  }

  /// Origins whose resource exists at Twingate.
  private static func made(_ status: VPNConnectionStatus?) -> Set<String> {
    Set(
      (status?.twingate?.ledger?.ids ?? [:]).keys.filter { $0.hasPrefix("resource/") }.map { String($0.dropFirst(9)) }
    )
  }

  /// Records an event for each object that names a connection which cannot expose anything.
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
