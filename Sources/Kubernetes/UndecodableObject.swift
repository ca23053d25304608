/// An object that the server sent and that this program's type cannot hold: a newer version of its kind, or a field
/// that Kubernetes allows to be of another type. A list or a watch goes on without it.
public struct UndecodableObject: Error, Sendable, Hashable {
  public var key: ObjectKey
  public var uid: String?
  /// Empty when it has none.
  public var resourceVersion: String
  /// Which field, and what is wrong with it; never its value.
  public var reason: String

  public init(key: ObjectKey, uid: String? = nil, resourceVersion: String = "", reason: String) {
    self.key = key
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.reason = reason
  }
}
