/// An object that this program's type cannot decode: it has a newer version of its kind, or a field that Kubernetes
/// allows to be of another type. A list or a watch continues without it.
public struct UndecodableObject: Error, Sendable, Hashable {
  public var key: ObjectKey
  public var uid: String?
  /// Empty if it has none.
  public var resourceVersion: String
  /// The field, and what is wrong with it, but never its value.
  public var reason: String

  public init(key: ObjectKey, uid: String? = nil, resourceVersion: String = "", reason: String) {
    self.key = key
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.reason = reason
  }
}
