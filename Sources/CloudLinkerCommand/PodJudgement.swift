internal import Kubernetes

/// What pods report about their trouble, with the cure for the problems that a newcomer meets first.
enum PodJudgement {
  static func findings(_ pods: [Pod], what: String) -> [Doctor.Finding] {
    let troubles = pods.compactMap { pod in trouble(pod).map { "\(what): pod \(pod.key): \($0)" } }
    guard troubles.isEmpty else { return troubles.map(Doctor.Finding.fail) }
    return pods.isEmpty ? [] : [.ok("\(what): \(pods.count) of \(pods.count) pods ready")]
  }

  /// Gateways that run and carry no traffic are no faults of the installation: their connections know the cause.
  static func gatewayFindings(_ pods: [Pod]) -> [Doctor.Finding] {
    let idle = pods.count(where: isIdle)
    let findings = findings(pods.filter { !isIdle($0) }, what: "gateways")
    guard idle > 0 else { return findings }
    return findings + [
      .warn("gateways: \(idle) of \(pods.count) pods run and carry no traffic: their VPNConnections say why")
    ]
  }

  /// Whether all containers run, none of them has ended before, and the pod is not ready.
  static func isIdle(_ pod: Pod) -> Bool {
    guard !pod.isReady, pod.metadata.deletionTimestamp == nil else { return false }
    let containers = pod.status?.containerStatuses ?? []
    return !containers.isEmpty
      && containers.allSatisfy { container in
        container.state?.waiting == nil && container.state?.terminated == nil && (container.restartCount ?? 0) == 0
      }
  }

  static func trouble(_ pod: Pod) -> String? {
    guard !pod.isReady, pod.metadata.deletionTimestamp == nil else { return nil }
    let containers = pod.status?.containerStatuses ?? []
    if let waiting = containers.compactMap({ $0.state?.waiting }).first, let reason = waiting.reason {
      let words = [waiting.message, waiting.cure].compactMap(\.self).joined(separator: "; ")
      return "\(reason): \(words.isEmpty ? "see its events" : words)"
    }
    if let scheduled = pod.condition("PodScheduled"), scheduled.status == "False" {
      return "it fits no node: \(scheduled.message ?? "see its events")"
    }
    let restarts = containers.compactMap(\.restartCount).max() ?? 0
    return "not ready\(restarts > 0 ? ", \(restarts) restarts" : ""): see its log"
  }
}
