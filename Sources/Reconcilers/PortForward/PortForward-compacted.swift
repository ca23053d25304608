internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

extension PortForward {
  /// The same object in the form in which a cache keeps thousands of them: strings that most forwards have in common
  /// are kept once, lists have no spare capacity (a decoder leaves up to half of it empty), and kubectl's copy of the
  /// object is dropped.
  func compacted(_ strings: SharedStrings) -> PortForward {
    var forward = self
    forward.metadata.annotations?["kubectl.kubernetes.io/last-applied-configuration"] = nil
    forward.spec.vpnConnectionRef.name = strings.shared(spec.vpnConnectionRef.name)
    forward.spec.ports = spec.ports.map { $0 }
    guard let status else { return forward }
    forward.status?.address = status.address.map(strings.shared)
    forward.status?.ports = status.ports.map { $0.map { $0 } }
    forward.status?.conditions = status.conditions.map { conditions in
      conditions.map { condition in
        var condition = condition
        condition.type = strings.shared(condition.type)
        condition.reason = strings.shared(condition.reason)
        condition.message = strings.shared(condition.message)
        return condition
      }
    }
    return forward
  }
}
