public import Foundations

extension KubernetesClient {
  public func mergePatch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ patch: JSONValue
  ) async throws(KubernetesError) -> Object {
    try await self.patch(type, key, patch, "application/merge-patch+json")
  }

  public func jsonPatch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ operations: [JSONPatchOperation]
  ) async throws(KubernetesError) -> Object {
    try await patch(type, key, operations, "application/json-patch+json")
  }

  private func patch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ patch: some Encodable,
    _ contentType: String
  ) async throws(KubernetesError) -> Object {
    let what = "patch \(Object.resourceType.kind) \(key)"
    let call = Call(
      method: "PATCH",
      path: try ResourcePath.object(Object.resourceType, key, what: what),
      body: try RequestBody.encode(patch, what: what),
      contentType: contentType,
      accept: Object.accept,
      isSafe: false,
      what: what
    )
    return try Self.decode(type, try await send(call), what: what)
  }
}
