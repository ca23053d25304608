internal import Foundations
internal import Kubernetes

/// A single action. It is safe to repeat, and harmless if its answer is lost.
enum GatewayAction: Sendable, Equatable {
  case applySecret(Secret)
  case applyDeployment(Deployment)
  case applyService(Service)
  case applyNetworkPolicy(NetworkPolicy)
  case applyBudget(PodDisruptionBudgetV1beta1)
  case delete(kind: String, ObjectKey, uid: String?)
  /// Annotates a pod with the revision of its Secret, which makes the kubelet refresh the mount at once.
  case refresh(pod: ObjectKey, uid: String?, revision: String)
  /// Annotates a pod so that its gateway, when told to end, ends at once and drops its connections.
  case disconnect(pod: ObjectKey, uid: String?, at: Timestamp)
}

extension GatewayAction: CustomStringConvertible {
  /// A description for plan mode and events.
  var description: String {
    switch self {
    case .applySecret(let object): "apply Secret \(object.key) (configuration of one gateway)"
    case .applyDeployment(let object): "apply Deployment \(object.key)"
    case .applyService(let object): "apply Service \(object.key)"
    case .applyNetworkPolicy(let object): "apply NetworkPolicy \(object.key)"
    case .applyBudget(let object): "apply PodDisruptionBudget \(object.key)"
    case .delete(let kind, let key, _): "delete \(kind) \(key)"
    case .disconnect(let pod, _, _): "tell pod \(pod) not to wait for its connections when it ends"
    case .refresh(let pod, _, let revision): "refresh the configuration of pod \(pod) to \(revision)"
    }
  }
}

extension GatewayAction {
  /// The object that is written or deleted.
  var object: ObjectKey {
    switch self {
    case .applySecret(let object): object.key
    case .applyDeployment(let object): object.key
    case .applyService(let object): object.key
    case .applyNetworkPolicy(let object): object.key
    case .applyBudget(let object): object.key
    case .delete(_, let key, _): key
    case .refresh(let pod, _, _), .disconnect(let pod, _, _): pod
    }
  }

  var isApply: Bool {
    switch self {
    case .delete, .refresh, .disconnect: false
    default: true
    }
  }
}
