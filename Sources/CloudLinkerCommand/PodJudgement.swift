internal import Kubernetes

/// What pods report about their trouble, with the cure for the problems that a newcomer meets first.
enum PodJudgement {
  static func findings(_ pods: [Pod], what: String) -> [Doctor.Finding] {
    let troubles = pods.compactMap { pod in trouble(pod).map { "\(what): pod \(pod.key): \($0)" } }
    guard troubles.isEmpty else { return troubles.map(Doctor.Finding.fail) }
    return pods.isEmpty ? [] : [.ok("\(what): \(pods.count) of \(pods.count) pods ready")]
  }

  static func trouble(_ pod: Pod) -> String? {
    guard !pod.isReady, pod.metadata.deletionTimestamp == nil else { return nil }
    let containers = pod.status?.containerStatuses ?? []
    if let waiting = containers.compactMap({ $0.state?.waiting }).first, let reason = waiting.reason {
      return "\(reason): \(cure(reason) ?? waiting.message ?? "see its events")"
    }
    if let scheduled = pod.condition("PodScheduled"), scheduled.status == "False" {
      return "it fits no node: \(scheduled.message ?? "see its events")"
    }
    let restarts = containers.compactMap(\.restartCount).max() ?? 0
    return "not ready\(restarts > 0 ? ", \(restarts) restarts" : ""): see its log"
  }

  private static func cure(_ reason: String) -> String? {
    switch reason {
    case "ErrImagePull", "ImagePullBackOff":
      "the node cannot fetch the image: check its name, and whether the registry needs an image pull secret"
    case "ErrImageNeverPull": "the node does not have the image, and the pull policy forbids fetching it"
    case "CreateContainerConfigError": "a Secret or ConfigMap that it mounts is missing: see its events"
    case "CrashLoopBackOff": "it ends again and again: its log says why"
    default: nil
    }
  }
}
