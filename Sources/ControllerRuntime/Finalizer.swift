public import Kubernetes

/// Adds and removes one finalizer by JSON patches that are guarded by `test`, so that nobody else's is ever lost.
public enum Finalizer {
  /// Does nothing when it is there already.
  public static func add<Object: Resource>(
    _ finalizer: String,
    to object: Object,
    _ client: any KubernetesAPI
  ) async throws(KubernetesError) {
    let present = object.metadata.finalizers ?? []
    guard !present.contains(finalizer) else { return }
    var operations = guards(object)
    if present.isEmpty {
      operations.append(.add("/metadata/finalizers", [.string(finalizer)]))
    } else {
      operations.append(.add("/metadata/finalizers/-", .string(finalizer)))
    }
    _ = try await client.jsonPatch(Object.self, object.key, operations)
  }

  /// Does nothing when it is not there, or the object is gone.
  public static func remove<Object: Resource>(
    _ finalizer: String,
    from object: Object,
    _ client: any KubernetesAPI
  ) async throws(KubernetesError) {
    guard let index = object.metadata.finalizers?.firstIndex(of: finalizer) else { return }
    let path = "/metadata/finalizers/\(index)"
    do {
      _ = try await client.jsonPatch(
        Object.self,
        object.key,
        guards(object) + [.test(path, .string(finalizer)), .remove(path)]
      )
    } catch  where error.kind == .notFound {
      // It went with its last finalizer.
    }
  }

  private static func guards<Object: Resource>(_ object: Object) -> [JSONPatchOperation] {
    object.metadata.resourceVersion.map { [.test("/metadata/resourceVersion", .string($0))] } ?? []
  }
}
