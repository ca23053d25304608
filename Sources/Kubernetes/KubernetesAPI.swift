public import Foundations

/// Which objects of a kind: everywhere or in one namespace, narrowed by selectors.
public struct Scope: Sendable, Hashable {
  /// Nil: all namespaces.
  public var namespace: String?
  public var labelSelector: String?
  public var fieldSelector: String?
  public init(namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil) {
    self.namespace = namespace
    self.labelSelector = labelSelector
    self.fieldSelector = fieldSelector
  }
}

extension Scope: CustomStringConvertible {
  /// For logs and metrics: `everywhere`, `production`, `production, labels app=web`.
  public var description: String {
    let selectors = [("labels", labelSelector), ("fields", fieldSelector)].compactMap { name, value in
      value.map { ", \(name) \($0)" }
    }
    return (namespace ?? "everywhere") + selectors.joined()
  }
}

/// One page of a list.
public struct ListPage<Object: Resource>: Sendable {
  public var items: [Object]
  /// Objects that are there but that `Object` cannot hold; see `allItems` for callers that need every one.
  public var undecodable: [UndecodableObject]
  public var resourceVersion: String
  /// Non-nil: there is more; pass it to the next call.
  public var continueToken: String?
  public init(
    items: [Object],
    undecodable: [UndecodableObject] = [],
    resourceVersion: String,
    continueToken: String? = nil
  ) {
    self.items = items
    self.undecodable = undecodable
    self.resourceVersion = resourceVersion
    self.continueToken = continueToken
  }

  /// The items, for a caller that must not miss one.
  /// - Throws: `.decoding`, naming an object that `Object` cannot hold.
  public func allItems() throws(KubernetesError) -> [Object] {
    guard let bad = undecodable.first else { return items }
    throw KubernetesError(.decoding, "list \(Object.resourceType.plural): \(bad.key) is not understood: \(bad.reason)")
  }
}

/// What a watch says.
public enum WatchEvent<Object: Resource>: Sendable {
  case added(Object), modified(Object), deleted(Object)
  /// An object that `Object` cannot hold was added, modified or deleted.
  case undecodable(UndecodableObject, isDeleted: Bool)
  /// Nothing changed up to `resourceVersion`; `initialEventsEnd` marks the end of a WatchList's initial objects.
  case bookmark(resourceVersion: String, initialEventsEnd: Bool)
  /// The server ended the watch with a Status; 410 arrives as kind `.gone`.
  case error(KubernetesError)
}

/// Watch events in batches, as they came over the wire (one element per event would cost more than the decoding).
public struct WatchStream<Object: Resource>: Sendable {
  private let read: @Sendable () async throws(KubernetesError) -> [WatchEvent<Object>]?
  public init(next: @escaping @Sendable () async throws(KubernetesError) -> [WatchEvent<Object>]?) { read = next }
  /// The next batch; nil at the regular end. A stream silent for longer than its idle limit throws `.transport`.
  public func next() async throws(KubernetesError) -> [WatchEvent<Object>]? { try await read() }
}

public struct WatchOptions: Sendable, Hashable {
  public var resourceVersion: String
  /// `sendInitialEvents=true&resourceVersionMatch=NotOlderThan` (WatchList).
  public var sendInitialEvents: Bool
  /// The server ends the watch after this long.
  public var timeout: Duration
  /// Longest silence before the stream counts as dead (bookmarks come every 60 s).
  public var idleTimeout: Duration
  public init(
    resourceVersion: String,
    sendInitialEvents: Bool = false,
    timeout: Duration = .seconds(300),
    idleTimeout: Duration = .seconds(75)
  ) {
    self.resourceVersion = resourceVersion
    self.sendInitialEvents = sendInitialEvents
    self.timeout = timeout
    self.idleTimeout = idleTimeout
  }
}

/// The verbs, as a protocol so that a reflector, a controller or a planner can be tested against memory.
public protocol KubernetesAPI: Sendable {
  func get<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError) -> Object
  /// - Parameter resourceVersion: "0": the server's cache, however old. "" or nil: the newest, from etcd. Any other: this
  ///   version or a newer one.
  func list<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    resourceVersion: String?,
    limit: Int?,
    continueToken: String?
  ) async throws(KubernetesError) -> ListPage<Object>
  func watch<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    _ options: WatchOptions
  ) async throws(KubernetesError) -> WatchStream<Object>
  /// One that has a name is sent again, once, when the answer to it was lost: `.alreadyExists` may then speak of the
  /// object that the first request made.
  func create<Object: Resource>(_ object: Object) async throws(KubernetesError) -> Object
  /// PUT with the object's own resourceVersion: refused with `.conflict` when somebody was faster. Other kinds are
  /// changed by `apply` or a patch, which leave alone what they do not name.
  func replace<Object: CompleteResource>(_ object: Object) async throws(KubernetesError) -> Object
  /// Server-side apply (`application/apply-patch+yaml`) of the fields that are set.
  func apply<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object
  /// Server-side apply of `/status`. Only metadata's name, namespace and uid and `status` are sent:
  /// an object from a cache may be old, but not another's.
  func applyStatus<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object
  /// JSON Merge Patch (RFC 7396): members that `patch` has are set, those that are null there are removed, lists are
  /// replaced whole, and everything else stays. With `metadata.resourceVersion` in it, it is refused with `.conflict`
  /// when somebody was faster.
  func mergePatch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ patch: JSONValue
  ) async throws(KubernetesError) -> Object
  func jsonPatch<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ operations: [JSONPatchOperation]
  ) async throws(KubernetesError) -> Object
  /// Deleting what is not there is not an error.
  func delete<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ options: DeleteOptions
  ) async throws(KubernetesError)
}

/// One operation of an RFC 6902 patch.
public struct JSONPatchOperation: Codable, Sendable, Hashable {
  public var op: String
  public var path: String
  public var value: JSONValue?
  public static func test(_ path: String, _ value: JSONValue) -> Self { Self(op: "test", path: path, value: value) }
  public static func add(_ path: String, _ value: JSONValue) -> Self { Self(op: "add", path: path, value: value) }
  public static func replace(_ path: String, _ value: JSONValue) -> Self {
    Self(op: "replace", path: path, value: value)
  }
  public static func remove(_ path: String) -> Self { Self(op: "remove", path: path, value: nil) }
}

/// metav1.DeleteOptions, as far as it is used.
public struct DeleteOptions: Sendable, Hashable {
  /// Only this very object: refused with `.conflict` if another has taken its name.
  public var uid: String?
  public var resourceVersion: String?
  /// `Background`, `Foreground` or `Orphan`.
  public var propagationPolicy: String?
  public init(uid: String? = nil, resourceVersion: String? = nil, propagationPolicy: String? = "Background") {
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.propagationPolicy = propagationPolicy
  }
}
