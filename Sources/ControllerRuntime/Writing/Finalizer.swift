internal import Foundations
public import Kubernetes

/// Adds and removes one finalizer by JSON patches that are guarded by `test`, so that nobody else's is ever lost.
///
/// A guard that does not hold (somebody else wrote meanwhile, or the cache was behind) is no failure: the object is read
/// and the patch made anew, a few times.
public enum Finalizer {
  static let attempts = 4

  /// Does nothing when it is there already, or when the object is being deleted: then the API server would refuse it.
  /// - Returns: the object as it is now.
  @discardableResult
  public static func add<Object: Resource>(
    _ finalizer: String,
    to object: Object,
    _ client: any KubernetesAPI
  ) async throws(KubernetesError) -> Object {
    try await patch(object, client) { addition(of: finalizer, to: $0) }
  }

  /// Does nothing when it is not there, or the object is gone.
  public static func remove<Object: Resource>(
    _ finalizer: String,
    from object: Object,
    _ client: any KubernetesAPI
  ) async throws(KubernetesError) {
    do {
      _ = try await patch(object, client) { removal(of: finalizer, from: $0) }
    } catch  where error.kind == .notFound {
      // It went with its last finalizer.
    }
  }

  /// Nil: nothing to do.
  static func addition(of finalizer: String, to metadata: ObjectMeta) -> [JSONPatchOperation]? {
    let present = metadata.finalizers ?? []
    guard !present.contains(finalizer), metadata.deletionTimestamp == nil else { return nil }
    // A list that is absent cannot be tested for, so the version of the whole object stands in.
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

  /// Nil: nothing to do.
  static func removal(of finalizer: String, from metadata: ObjectMeta) -> [JSONPatchOperation]? {
    guard let index = metadata.finalizers?.firstIndex(of: finalizer) else { return nil }
    let path = "/metadata/finalizers/\(index)"
    return sameObject(metadata) + [.test(path, .string(finalizer)), .remove(path)]
  }

  /// Another object of that name is none of our business.
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
        // A failed test is 422 (apiserver, patch.go), a lost race 409.
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
