internal import HTTPTransport

extension KubernetesClient {
  public func get<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError) -> Object {
    let what = "get \(Object.resourceType.kind) \(key)"
    let path = try ResourcePath.object(Object.resourceType, key, what: what)
    let bytes = try await send(Call(method: "GET", path: path, accept: Object.accept, isSafe: true, what: what))
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
    // A continue token contains its version, and the server refuses both together.
    if continueToken == nil {
      query["resourceVersion"] = resourceVersion
      // Otherwise a version together with a limit means exactly that version, if the server still knows it. Servers
      // before 1.19 do not know the parameter and behave so.
      if let resourceVersion, !["", "0"].contains(resourceVersion) { query["resourceVersionMatch"] = "NotOlderThan" }
    }
    let what = "list \(Object.resourceType.plural)"
    let path = try ResourcePath.collection(Object.resourceType, scope.namespace, what: what) + query.text
    var call = Call(method: "GET", path: path, accept: Object.acceptList, isSafe: true, what: what)
    // The server allows 60 s for a list.
    call.timeouts.total = .seconds(60)
    let list = try Self.decode(ObjectList<Object>.self, try await send(call), what: what)
    return ListPage(
      items: list.items,
      undecodable: list.undecodable,
      resourceVersion: list.metadata.resourceVersion ?? "",
      continueToken: list.metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
    )
  }

  public func create<Object: Resource>(_ object: Object) async throws(KubernetesError) -> Object {
    let what = "create \(Object.resourceType.kind) \(object.key)"
    let path = try ResourcePath.collection(Object.resourceType, object.metadata.namespace, what: what)
    let hasName = object.metadata.name?.isEmpty == false
    return try await write("POST", path, object, isSafe: false, createsName: hasName, what)
  }

  public func replace<Object: CompleteResource>(_ object: Object) async throws(KubernetesError) -> Object {
    let what = "replace \(Object.resourceType.kind) \(object.key)"
    let path = try ResourcePath.object(Object.resourceType, object.key, what: what)
    return try await write("PUT", path, object, isSafe: false, what)
  }

  public func apply<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    let what = "apply \(Object.resourceType.kind) \(object.key)"
    let path = try ResourcePath.object(Object.resourceType, object.key, what: what)
    let query = Self.applyQuery(fieldManager, force)
    return try await write("PATCH", path + query, object, Self.applyPatch, isSafe: true, what)
  }

  public func applyStatus<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    let what = "apply status of \(Object.resourceType.kind) \(object.key)"
    let path = try ResourcePath.object(Object.resourceType, object.key, what: what)
    let query = Self.applyQuery(fieldManager, force)
    return try await write(
      "PATCH",
      "\(path)/status\(query)",
      object,
      Self.applyPatch,
      isSafe: true,
      what,
      only: ["status"]
    )
  }

  public func delete<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ options: DeleteOptions
  ) async throws(KubernetesError) {
    let what = "delete \(Object.resourceType.kind) \(key)"
    let call = Call(
      method: "DELETE",
      path: try ResourcePath.object(Object.resourceType, key, what: what),
      body: try RequestBody.encode(DeleteBody(options), what: what),
      contentType: "application/json",
      isSafe: options.uid != nil,
      what: what
    )
    do {
      _ = try await send(call)
    } catch  where error.kind == .notFound {
      // It is gone already, as requested.
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
    _ contentType: String = "application/json",
    isSafe: Bool,
    createsName: Bool = false,
    _ what: String,
    only fields: Set<String>? = nil
  ) async throws(KubernetesError) -> Object {
    var call = Call(
      method: method,
      path: path,
      body: try RequestBody.encode(WireObject(object, only: fields), what: what),
      contentType: contentType,
      accept: Object.accept,
      isSafe: isSafe,
      what: what
    )
    call.createsName = createsName
    return try Self.decode(Object.self, try await send(call), what: what)
  }
}

/// The JSON form of metav1.DeleteOptions.
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
