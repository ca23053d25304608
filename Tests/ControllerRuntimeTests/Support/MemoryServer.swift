import FoundationEssentials
import Foundations
import Kubernetes

/// A server in memory that keeps versions and refuses what is outdated. Apply replaces the whole object.
final class MemoryServer: KubernetesAPI {
  /// Says what goes wrong with a call (`create Lease team/leader`); it may also wait.
  typealias Fault = @Sendable (String) async -> KubernetesError?
  private struct State {
    var objects: [String: any Resource] = [:]
    var version = 100
    var calls: [String] = []
    var fault: Fault = { _ in nil }
  }
  private let state = Locked(State())

  /// Every call that came, in order.
  var calls: [String] { state.withLock { $0.calls } }
  func forgetCalls() { state.withLock { $0.calls = [] } }
  func setFault(_ fault: @escaping Fault) { state.withLock { $0.fault = fault } }

  func object<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) -> Object? {
    state.withLock { $0.objects[Self.path(type, key)] as? Object }
  }
  func objects<Object: Resource>(_ type: Object.Type) -> [Object] {
    state.withLock { $0.objects.values.compactMap { $0 as? Object } }
  }
  /// As somebody else would.
  @discardableResult func put<Object: Resource>(_ object: Object) -> Object {
    state.withLock { Self.store(object, &$0) }
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

  func get<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError) -> Object {
    try await begin("get", type, key)
    guard let found = object(type, key) else { throw KubernetesError(.notFound, status: 404, "\(key) not found") }
    return found
  }

  func create<Object: Resource>(_ new: Object) async throws(KubernetesError) -> Object {
    try await begin("create", Object.self, new.key)
    return try state.withLock { state throws(KubernetesError) in
      guard state.objects[Self.path(Object.self, new.key)] == nil else {
        throw KubernetesError(.alreadyExists, status: 409, "\(new.key) exists")
      }
      return Self.store(new, &state)
    }
  }

  func replace<Object: Resource>(_ new: Object) async throws(KubernetesError) -> Object {
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

  func apply<Object: Resource>(
    _ new: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    try await begin("apply", Object.self, new.key)
    return put(new)
  }

  func applyStatus<Object: Resource>(
    _ new: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object {
    try await begin("apply status", Object.self, new.key)
    return put(new)
  }

  func jsonPatch<Object: Resource>(
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

  func delete<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ options: DeleteOptions
  ) async throws(KubernetesError) {
    try await begin("delete", type, key)
    state.withLock { $0.objects[Self.path(type, key)] = nil }
  }

  func list<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    resourceVersion: String?,
    limit: Int?,
    continueToken: String?
  ) async throws(KubernetesError) -> ListPage<Object> {
    try await begin("list", type, key(""))
    return ListPage(items: objects(type), resourceVersion: state.withLock { "\($0.version)" })
  }

  /// Stays open, and nothing comes.
  func watch<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    _ options: WatchOptions
  ) async throws(KubernetesError) -> WatchStream<Object> {
    try await begin("watch", type, key(""))
    if options.sendInitialEvents { throw KubernetesError(.invalid, status: 422, "sendInitialEvents is forbidden") }
    let (silence, end) = AsyncStream<Never>.makeStream()
    return WatchStream { () async throws(KubernetesError) in
      withExtendedLifetime(end) {}
      for await _ in silence {}
      return nil
    }
  }
}

/// As much of RFC 6902 as controllers use: members of objects, elements of arrays and `-`.
enum JSONPatch {
  static func apply<Object: Resource>(
    _ operations: [JSONPatchOperation],
    to object: Object
  ) throws(KubernetesError) -> Object {
    do {
      var tree = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(object))
      for operation in operations {
        let path = operation.path.split(separator: "/").map { step in
          String(step).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        try change(&tree, path[...], operation)
      }
      return try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(tree))
    } catch {
      throw KubernetesError(.invalid, status: 422, "the patch does not apply: \(error)")
    }
  }

  private struct Refusal: Error {}

  private static func change(
    _ tree: inout JSONValue,
    _ path: ArraySlice<String>,
    _ operation: JSONPatchOperation
  ) throws {
    guard let step = path.first else { throw Refusal() }
    let isLast = path.count == 1
    switch tree {
    case .object(var members):
      if isLast {
        if operation.op == "test" {
          guard members[step] == operation.value else { throw Refusal() }
        } else if operation.op != "add", members[step] == nil {
          throw Refusal()
        } else {
          members[step] = operation.op == "remove" ? nil : operation.value
        }
      } else {
        guard var next = members[step] else { throw Refusal() }
        try change(&next, path.dropFirst(), operation)
        members[step] = next
      }
      tree = .object(members)
    case .array(var elements):
      guard isLast, let index = step == "-" ? elements.count : Int(step) else { throw Refusal() }
      switch operation.op {
      case "add" where index <= elements.count: elements.insert(operation.value ?? .null, at: index)
      case "remove" where index < elements.count: elements.remove(at: index)
      case "test" where index < elements.count && elements[index] == operation.value: break
      default: throw Refusal()
      }
      tree = .array(elements)
    default: throw Refusal()
    }
  }
}
