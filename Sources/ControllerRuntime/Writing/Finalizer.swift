internal import Foundations
public import Kubernetes

/// Adds and removes one finalizer by JSON patches guarded by `test`, so that no other finalizer is ever lost.
///
/// If a guard fails, because someone else wrote meanwhile or the cache was outdated, the object is read and patched
/// again, a few times.
public enum Finalizer {
  static let attempts = 4

  /// Adds the finalizer. Does nothing if it is present already, or if the object is being deleted: the API server would
  /// refuse it then.
  /// - Returns: the resulting object.
  @discardableResult
  public static func add<Object: Resource>(
    _ finalizer: String,
    to object: Object,
    _ client: any KubernetesAPI
  ) async throws(KubernetesError) -> Object {
    try await patch(object, client) { addition(of: finalizer, to: $0) }
  }

  /// Removes the finalizer. Does nothing if it is not present or the object is gone.
  public static func remove<Object: Resource>(
    _ finalizer: String,
    from object: Object,
    _ client: any KubernetesAPI
  ) async throws(KubernetesError) {
    do {
      _ = try await patch(object, client) { removal(of: finalizer, from: $0) }
    } catch  where error.kind == .notFound {
      // The object was deleted with its last finalizer.
    }
  }

  /// Nil if there is nothing to do.
  static func addition(of finalizer: String, to metadata: ObjectMeta) -> [JSONPatchOperation]? {
    let present = metadata.finalizers ?? []
    guard !present.contains(finalizer), metadata.deletionTimestamp == nil else { return nil }
    // A `test` cannot check that a list is absent, so the version of the whole object is tested instead.
    guard !present.isEmpty else {
      return sameObject(metadata)
        + (metadata.resourceVersion.map { [.test("/metadata/resourceVersion", .string($0))] } ?? [])
        + [.add("/metadata/finalizers", [.string(finalizer)])]
    }
    return sameObject(metadata) + [
      .test("/metadata/finalizers", .array(present.map(JSONValue.string))),
      .add("/metadata/finalizers/-", .string(finalizer)),
    ]
  }

  /// Nil if there is nothing to do.
  static func removal(of finalizer: String, from metadata: ObjectMeta) -> [JSONPatchOperation]? {
    guard let index = metadata.finalizers?.firstIndex(of: finalizer) else { return nil }
    let path = "/metadata/finalizers/\(index)"
    return sameObject(metadata) + [.test(path, .string(finalizer)), .remove(path)]
  }

  /// Guards against a new object with the same name.
  private static func sameObject(_ metadata: ObjectMeta) -> [JSONPatchOperation] {
    metadata.uid.map { [.test("/metadata/uid", .string($0))] } ?? []
  }

  private static func patch<Object: Resource>(
    _ object: Object,
    _ client: any KubernetesAPI,
    _ operations: (ObjectMeta) -> [JSONPatchOperation]?
  ) async throws(KubernetesError) -> Object {
    var current = object
    var attempt = 1
    while true {
      guard let patch = operations(current.metadata) else { return current }
      do {
        return try await client.jsonPatch(Object.self, object.key, patch)
      } catch  where attempt < attempts && (error.kind == .invalid || error.kind == .conflict) {
        // A failed test is answered with 422 (apiserver, patch.go), a lost race with 409.
        attempt += 1
        let fresh = try await client.get(Object.self, object.key)
        guard fresh.metadata.uid == object.metadata.uid || object.metadata.uid == nil else {
          throw KubernetesError(.notFound, "\(Object.resourceType.kind) \(object.key) was replaced by another object")
        }
        current = fresh
      }
    }
  }
}
