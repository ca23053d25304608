public import Foundations
public import Kubernetes

/// An API server in memory, for tests of what calls it: keeps versions and refuses what is outdated. Apply replaces the
/// whole object, lists know namespaces and `key=value` selectors, watches stay silent; what depends on more belongs on a
/// `TestControlPlane`.
public final class MemoryServer: KubernetesAPI {
  /// Says what goes wrong with a call (`create Lease team/leader`); it may also wait.
  public typealias Fault = @Sendable (String) async -> KubernetesError?
  private struct State {
    var objects: [String: any Resource] = [:]
    var version = 100
    var calls: [String] = []
    var fault: Fault = { _ in nil }
  }
  private let state = Locked(State())

  public init() {}

  /// Every call that came, in order.
  public var calls: [String] { state.withLock { $0.calls } }
  public func forgetCalls() { state.withLock { $0.calls = [] } }
  public func setFault(_ fault: @escaping Fault) { state.withLock { $0.fault = fault } }

  public func object<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) -> Object? {
    state.withLock { $0.objects[Self.path(type, key)].flatMap { Self.view($0) } }
  }
  public func objects<Object: Resource>(_ type: Object.Type) -> [Object] {
    state.withLock { $0.objects.values.compactMap { Self.view($0) } }
  }
  /// As somebody else would.
  @discardableResult public func put<Object: Resource>(_ object: Object) -> Object {
    state.withLock { Self.store(object, &$0) }
  }

  /// An object as its kind's type, or as another type of that kind, such as its metadata alone.
  private static func view<Object: Resource>(_ object: some Resource) -> Object? {
    if let object = object as? Object { return object }
    return type(of: object).resourceType == Object.resourceType ? JSONPatch.view(of: object) : nil
  }

  private static func path<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) -> String {
    "\(Object.resourceType.group)/\(Object.resourceType.kind) \(key)"
  }
  private static func store<Object: Resource>(_ object: Object, _ state: inout State) -> Object {
    state.version += 1
    var stored = object
    stored.metadata.resourceVersion = "\(state.version)"
    stored.metadata.uid = object.metadata.uid ?? "uid-\(state.version)"
    state.objects[path(Object.self, object.key)] = stored
    return stored
  }

  private func begin<Object: Resource>(_ verb: String, _: Object.Type, _ key: ObjectKey) async throws(KubernetesError) {
    let call = "\(verb) \(Object.resourceType.kind) \(key)"
    let fault = state.withLock { state in
      state.calls.append(call)
      return state.fault
    }
    if let error = await fault(call) { throw error }
  }

  public func get<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError) -> Object {
    try await begin("get", type, key)
    guard let found = object(type, key) else {
      throw KubernetesError(.notFound, status: 404, "\(key) not found", reason: "NotFound")
    }
    return found
  }

  public func create<Object: Resource>(_ new: Object) async throws(KubernetesError) -> Object {
    try await begin("create", Object.self, new.key)
    return try state.withLock { state throws(KubernetesError) in
      guard state.objects[Self.path(Object.self, new.key)] == nil else {
        throw KubernetesError(.alreadyExists, status: 409, "\(new.key) exists")
      }
      return Self.store(new, &state)
    }
  }

  public func replace<Object: CompleteResource>(_ new: Object) async throws(KubernetesError) -> Object {
    try await begin("replace", Object.self, new.key)
    return try state.withLock { state throws(KubernetesError) in
      guard let old = state.objects[Self.path(Object.self, new.key)] else {
        throw KubernetesError(.notFound, status: 404, "\(new.key) not found")
      }
      guard old.metadata.resourceVersion == new.metadata.resourceVersion else {
        throw KubernetesError(.conflict, status: 409, "\(new.key) was modified")
      }
      return Self.store(new, &state)
    }
  }

  public func apply<Object: Resource>(
    _ new: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    try await begin("apply", Object.self, new.key)
    return put(new)
  }

  public func applyStatus<Object: Resource>(
    _ new: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    try await begin("apply status", Object.self, new.key)
    return try state.withLock { state throws(KubernetesError) in
      guard let old = state.objects[Self.path(Object.self, new.key)] as? Object else {
        throw KubernetesError(.notFound, status: 404, "\(new.key) not found")
      }
      return Self.store(try JSONPatch.status(of: new, on: old), &state)
    }
  }

  public func mergePatch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ patch: JSONValue
  ) async throws(KubernetesError) -> Object {
    try await begin("patch", type, key)
    return try state.withLock { state throws(KubernetesError) in
      guard let old = state.objects[Self.path(type, key)] else {
        throw KubernetesError(.notFound, status: 404, "\(key) not found")
      }
      return try Self.merge(patch, into: old, &state)
    }
  }

  /// The caller's type may hold less than what is stored, such as metadata alone.
  private static func merge<Stored: Resource, Object: Resource>(
    _ patch: JSONValue,
    into old: Stored,
    _ state: inout State
  ) throws(KubernetesError) -> Object {
    let stored = store(try JSONPatch.merge(patch, into: old), &state)
    guard let seen: Object = view(stored) else { throw KubernetesError(.decoding, "\(stored.key): no \(Object.self)") }
    return seen
  }

  public func jsonPatch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ operations: [JSONPatchOperation]
  ) async throws(KubernetesError) -> Object {
    try await begin("patch", type, key)
    return try state.withLock { state throws(KubernetesError) in
      guard let old = state.objects[Self.path(type, key)] as? Object else {
        throw KubernetesError(.notFound, status: 404, "\(key) not found")
      }
      return Self.store(try JSONPatch.apply(operations, to: old), &state)
    }
  }

  public func delete<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ options: DeleteOptions
  ) async throws(KubernetesError) {
    try await begin("delete", type, key)
    state.withLock { $0.objects[Self.path(type, key)] = nil }
  }

  public func list<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    resourceVersion: String?,
    limit: Int?,
    continueToken: String?
  ) async throws(KubernetesError) -> ListPage<Object> {
    try await begin("list", type, ObjectKey(name: ""))
    let items = objects(type).filter { scope.namespace == nil || $0.metadata.namespace == scope.namespace }
      .filter { Self.selects(scope.labelSelector, $0.metadata.labels ?? [:]) }
    return ListPage(items: items, resourceVersion: state.withLock { "\($0.version)" })
  }

  /// Of selectors only `key=value` and `key`, joined by commas; any other requirement selects nothing.
  private static func selects(_ selector: String?, _ labels: [String: String]) -> Bool {
    (selector ?? "").split(separator: ",").allSatisfy { requirement in
      let sides = requirement.split(separator: "=", maxSplits: 1).map(String.init)
      return sides.count == 2 ? labels[sides[0]] == sides[1] : labels[sides[0]] != nil
    }
  }

  /// Stays open, and nothing comes.
  public func watch<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    _ options: WatchOptions
  ) async throws(KubernetesError) -> WatchStream<Object> {
    try await begin("watch", type, ObjectKey(name: ""))
    if options.sendInitialEvents { throw KubernetesError(.invalid, status: 422, "sendInitialEvents is forbidden") }
    let (silence, end) = AsyncStream<Never>.makeStream()
    return WatchStream { () async throws(KubernetesError) in
      withExtendedLifetime(end) {}
      for await _ in silence {}
      return nil
    }
  }
}
