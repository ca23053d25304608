internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

extension KubernetesAPI {
  /// Writes the status of an object that may have been deleted meanwhile: then nobody is left to tell.
  func writeStatus(of object: some Resource) async throws(KubernetesError) {
    do {
      _ = try await applyStatus(object, fieldManager: CloudLinker.fieldManager, force: true)
    } catch  where error.kind == .notFound {
      return
    }
  }
}

extension [Condition] {
  subscript(_ type: ConditionType) -> Condition? { first { $0.type == type.rawValue } }
}
