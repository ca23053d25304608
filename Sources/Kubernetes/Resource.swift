/// The place of a kind in the API: `/apis/{group}/{version}/namespaces/{namespace}/{plural}`.
public struct ResourceType: Sendable, Hashable {
  /// Empty for the core group.
  public var group: String
  public var version: String
  public var kind: String
  public var plural: String
  public var isNamespaced: Bool

  public init(group: String, version: String, kind: String, plural: String, isNamespaced: Bool = true) {
    self.group = group
    self.version = version
    self.kind = kind
    self.plural = plural
    self.isNamespaced = isNamespaced
  }
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

/// A typed Kubernetes object, with those of its fields that the program reads or writes. Nil fields are not sent, so
/// the same type serves as the apply configuration of server-side apply.
///
/// `apiVersion` and `kind` are not stored: the client adds them when it writes.
public protocol Resource: Codable, Sendable, Equatable {
  static var resourceType: ResourceType { get }
  var metadata: ObjectMeta { get set }
}

/// A `Resource` whose type has every member that the API has. Only such types can be written as a whole (`replace`):
/// for any other kind, a PUT would remove what the type does not know, such as the init containers of a Deployment.
///
/// `metadata` need not be complete, because the server owns and keeps what `ObjectMeta` leaves out.
public protocol CompleteResource: Resource {}

extension Resource {
  public var key: ObjectKey { ObjectKey(namespace: metadata.namespace ?? "", name: metadata.name ?? "") }
}
