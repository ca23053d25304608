internal import FoundationEssentials

extension KubernetesClient {
  public func get<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError) -> Object {
    let what = "get \(Object.resourceType.kind) \(key)"
    let bytes = try await send("GET", ResourcePath.object(Object.resourceType, key), accept: Object.accept, what: what)
    return try Self.decode(type, bytes, what: what)
  }

  public func list<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    resourceVersion: String?,
    limit: Int?,
    continueToken: String?
  ) async throws(KubernetesError) -> ListPage<Object> {
    var query = Query(scope)
    query["limit"] = limit.map(String.init)
    query["continue"] = continueToken
    if continueToken == nil { query["resourceVersion"] = resourceVersion }
    let what = "list \(Object.resourceType.plural)"
    let path = ResourcePath.collection(Object.resourceType, scope.namespace) + query.text
    let bytes = try await send("GET", path, accept: Object.acceptList, what: what)
    let list = try Self.decode(ObjectList<Object>.self, bytes, what: what)
    return ListPage(
      items: list.items ?? [],
      resourceVersion: list.metadata.resourceVersion ?? "",
      continueToken: list.metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
    )
  }

  public func create<Object: Resource>(_ object: Object) async throws(KubernetesError) -> Object {
    let what = "create \(Object.resourceType.kind) \(object.key)"
    let path = ResourcePath.collection(Object.resourceType, object.metadata.namespace)
    return try await write("POST", path, object, "application/json", what)
  }

  public func replace<Object: Resource>(_ object: Object) async throws(KubernetesError) -> Object {
    let what = "replace \(Object.resourceType.kind) \(object.key)"
    return try await write(
      "PUT",
      ResourcePath.object(Object.resourceType, object.key),
      object,
      "application/json",
      what
    )
  }

  public func apply<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    let what = "apply \(Object.resourceType.kind) \(object.key)"
    let path = ResourcePath.object(Object.resourceType, object.key) + Self.applyQuery(fieldManager, force)
    return try await write("PATCH", path, object, Self.applyPatch, what)
  }

  public func applyStatus<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    let what = "apply status of \(Object.resourceType.kind) \(object.key)"
    let path = ResourcePath.object(Object.resourceType, object.key) + "/status" + Self.applyQuery(fieldManager, force)
    return try await write("PATCH", path, object, Self.applyPatch, what, only: ["status"])
  }

  public func jsonPatch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ operations: [JSONPatchOperation]
  ) async throws(KubernetesError) -> Object {
    let what = "patch \(Object.resourceType.kind) \(key)"
    let body = try RequestBody.encode(operations, what: what)
    let bytes = try await send(
      "PATCH",
      ResourcePath.object(Object.resourceType, key),
      body: body,
      contentType: "application/json-patch+json",
      what: what
    )
    return try Self.decode(type, bytes, what: what)
  }

  public func delete<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ options: DeleteOptions
  ) async throws(KubernetesError) {
    let what = "delete \(Object.resourceType.kind) \(key)"
    let body = try RequestBody.encode(DeleteBody(options), what: what)
    do {
      _ = try await send(
        "DELETE",
        ResourcePath.object(Object.resourceType, key),
        body: body,
        contentType: "application/json",
        what: what
      )
    } catch  where error.kind == .notFound {
      // Gone is what was asked for.
    }
  }

  private static let applyPatch = "application/apply-patch+yaml"
  private static func applyQuery(_ fieldManager: String, _ force: Bool) -> String {
    "?fieldManager=\(ResourcePath.encode(fieldManager))&force=\(force)"
  }

  private func write<Object: Resource>(
    _ method: String,
    _ path: String,
    _ object: Object,
    _ contentType: String,
    _ what: String,
    only fields: Set<String>? = nil
  ) async throws(KubernetesError) -> Object {
    let body = try RequestBody.encode(WireObject(object, only: fields), what: what)
    let bytes = try await send(method, path, body: body, contentType: contentType, what: what)
    return try Self.decode(Object.self, bytes, what: what)
  }
}

/// A list as it comes over the wire.
private struct ObjectList<Object: Resource>: Decodable {
  struct Metadata: Decodable {
    var resourceVersion: String?
    var `continue`: String?
  }
  var metadata: Metadata
  var items: [Object]?
}

/// metav1.DeleteOptions as it goes over the wire.
private struct DeleteBody: Encodable {
  struct Preconditions: Encodable {
    var uid: String?
    var resourceVersion: String?
  }
  var apiVersion = "v1"
  var kind = "DeleteOptions"
  var propagationPolicy: String?
  var preconditions: Preconditions?
  init(_ options: DeleteOptions) {
    propagationPolicy = options.propagationPolicy
    if options.uid != nil || options.resourceVersion != nil {
      preconditions = Preconditions(uid: options.uid, resourceVersion: options.resourceVersion)
    }
  }
}
