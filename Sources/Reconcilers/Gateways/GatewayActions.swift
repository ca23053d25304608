internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Carries out a plan's actions in order. Each is idempotent: if an answer is lost, the next reconcile finds the object
/// as it is.
struct GatewayActions: Sendable {
  static let planner = ApplyPlanner(annotation: "cloudlinker.dev/applied")

  let client: any KubernetesAPI
  /// Whether the server has policy/v1 (since Kubernetes 1.21), known from discovery.
  let hasPolicyV1: Bool

  func perform(_ action: GatewayAction) async throws(KubernetesError) {
    switch action {
    case .applySecret(let object): try await apply(object)
    case .applyDeployment(let object): try await apply(Self.planner.stamp(object))
    case .applyService(let object): try await apply(Self.planner.stamp(object))
    case .applyNetworkPolicy(let object): try await apply(Self.planner.stamp(object))
    case .applyBudget(let object):
      let stamped = try Self.planner.stamp(object)
      if hasPolicyV1 {
        try await apply(PodDisruptionBudget(metadata: stamped.metadata, spec: stamped.spec))
      } else {
        try await apply(stamped)
      }
    case .delete(let kind, let key, let uid): try await delete(kind, key, DeleteOptions(uid: uid))
    case .refresh(let pod, let uid, let revision):
      try await annotate(pod, uid, [GatewayLabels.revision: revision])
    case .disconnect(let pod, let uid, let moment):
      try await annotate(pod, uid, [GatewayLabels.disconnect: moment.description])
    }
  }

  private func annotate(_ pod: ObjectKey, _ uid: String?, _ annotations: [String: String]) async throws(KubernetesError)
  {
    var metadata = ObjectMeta(name: pod.name, namespace: pod.namespace)
    metadata.uid = uid
    metadata.annotations = annotations
    do {
      try await apply(Pod(metadata: metadata))
    } catch  where error.kind == .notFound || error.kind == .conflict {
      // Another pod has replaced it, which starts with the newest configuration.
    }
  }

  private func apply<Object: Resource>(_ object: Object) async throws(KubernetesError) {
    _ = try await client.apply(object, fieldManager: CloudLinker.fieldManager, force: true)
  }

  private func delete(_ kind: String, _ key: ObjectKey, _ options: DeleteOptions) async throws(KubernetesError) {
    do {
      switch kind {
      case "Deployment": try await client.delete(Deployment.self, key, options)
      case "Secret": try await client.delete(Secret.self, key, options)
      case "Service": try await client.delete(Service.self, key, options)
      case "NetworkPolicy": try await client.delete(NetworkPolicy.self, key, options)
      case "PodDisruptionBudget" where hasPolicyV1: try await client.delete(PodDisruptionBudget.self, key, options)
      default: try await client.delete(PodDisruptionBudgetV1beta1.self, key, options)
      }
    } catch  where error.kind == .conflict {
      // A new object has the name now, and does not belong to the operator.
    }
  }
}
