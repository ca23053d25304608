public import Foundations

/// Selects objects of a kind: in one namespace or everywhere, narrowed by selectors.
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

/// A page of a list.
public struct ListPage<Object: Resource>: Sendable {
  public var items: [Object]
  /// Existing objects that `Object` cannot decode; see `allItems` for callers that need every object.
  public var undecodable: [UndecodableObject]
  public var resourceVersion: String
  /// If there are more objects, the token for the next call.
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
  /// - Throws: `.decoding`, naming an object that `Object` cannot decode.
  public func allItems() throws(KubernetesError) -> [Object] {
    guard let bad = undecodable.first else { return items }
    throw KubernetesError(.decoding, "list \(Object.resourceType.plural): \(bad.key) is not understood: \(bad.reason)")
  }
}

/// An event of a watch.
public enum WatchEvent<Object: Resource>: Sendable {
  case added(Object), modified(Object), deleted(Object)
  /// An object that `Object` cannot decode was added, modified or deleted.
  case undecodable(UndecodableObject, isDeleted: Bool)
  /// Nothing changed up to `resourceVersion`; `initialEventsEnd` marks the end of a WatchList's initial objects.
  case bookmark(resourceVersion: String, initialEventsEnd: Bool)
  /// The server ended the watch with a Status; 410 arrives as kind `.gone`.
  case error(KubernetesError)
}

/// Watch events in batches, as they arrived (one element for each event would cost more than the decoding).
public struct WatchStream<Object: Resource>: Sendable {
  private let read: @Sendable () async throws(KubernetesError) -> [WatchEvent<Object>]?
  public init(next: @escaping @Sendable () async throws(KubernetesError) -> [WatchEvent<Object>]?) { read = next }
  /// The next batch; nil at the regular end. A stream that is silent for longer than its idle limit throws
  /// `.transport`.
  public func next() async throws(KubernetesError) -> [WatchEvent<Object>]? { try await read() }
}

public struct WatchOptions: Sendable, Hashable {
  public var resourceVersion: String
  /// `sendInitialEvents=true&resourceVersionMatch=NotOlderThan` (WatchList).
  public var sendInitialEvents: Bool
  /// How long the watch lasts before the server ends it.
  public var timeout: Duration
  /// The longest silence before the stream counts as broken (bookmarks come every 60 s).
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

/// The verbs as a protocol, so that a reflector, a controller or a planner can be tested in memory.
public protocol KubernetesAPI: Sendable {
  func get<Object: Resource>(_ type: Object.Type, _ key: ObjectKey) async throws(KubernetesError) -> Object
  /// - Parameter resourceVersion: "0": the server's cache, however old. "" or nil: the newest version, from etcd. Any
  ///   other: this version or a newer one.
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
  /// Creates an object. If it has a name and the answer is lost, the request is sent once more. Then `.alreadyExists`
  /// may refer to the object that the first request created.
  func create<Object: Resource>(_ object: Object) async throws(KubernetesError) -> Object
  /// PUT with the object's own resourceVersion: refused with `.conflict` if someone else wrote first. Other kinds are
  /// changed by `apply` or a patch, which leave fields alone that they do not contain.
  func replace<Object: CompleteResource>(_ object: Object) async throws(KubernetesError) -> Object
  /// Server-side apply (`application/apply-patch+yaml`) of the fields that are set.
  func apply<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object
  /// Server-side apply of `/status`. Only metadata's name, namespace and uid and `status` are sent. With the uid, an
  /// object from an outdated cache can never change another object.
  func applyStatus<Object: Resource>(
    _ object: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object
  /// JSON Merge Patch (RFC 7396): members of `patch` are set, null members are removed, lists are replaced as a whole,
  /// and everything else stays. If it contains `metadata.resourceVersion`, it is refused with `.conflict` when someone
  /// else wrote first.
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
  /// Deletes an object. It is not an error if it does not exist.
  func delete<Object: Resource>(
    _ type: Object.Type,
    _ key: ObjectKey,
    _ options: DeleteOptions
  ) async throws(KubernetesError)
}

/// An operation of an RFC 6902 patch.
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

/// The fields of metav1.DeleteOptions that are used.
public struct DeleteOptions: Sendable, Hashable {
  /// The object's uid: refused with `.conflict` if another object has the name now.
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
