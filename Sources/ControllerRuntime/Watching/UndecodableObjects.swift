internal import Kubernetes

/// The objects in an informer's scope that its type cannot hold.
struct UndecodableObjects {
  private(set) var objects: [ObjectKey: UndecodableObject] = [:]

  /// - Returns: whether this is news: the object was understood before, or its trouble is another one now. A new version
  ///   alone is not, and neither is the same object in another list.
  mutating func note(_ object: UndecodableObject) -> Bool {
    let known = objects.updateValue(object, forKey: object.key)
    return known?.reason != object.reason || known?.uid != object.uid
  }

  /// It is gone, or understood again.
  mutating func forget(_ key: ObjectKey) {
    if !objects.isEmpty { objects[key] = nil }
  }

  /// A complete list named these.
  mutating func retain(_ keys: Set<ObjectKey>) {
    if !objects.isEmpty { objects = objects.filter { keys.contains($0.key) } }
  }
}
