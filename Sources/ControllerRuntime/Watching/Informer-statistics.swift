internal import Foundations
public import Kubernetes

extension Informer {
  /// Existing objects that `Object` cannot decode. The store may hold an old version of them, and absence from the
  /// store does not mean that they are gone.
  public var undecodable: [UndecodableObject] { Array(bad.withLock { $0.objects }.values) }

  /// Notes objects that cannot be decoded.
  /// - Returns: objects that are gone because one of these now has their name.
  func note(_ objects: [UndecodableObject]) -> [Change<Object>] {
    guard !objects.isEmpty else { return [] }
    let now = time.now
    for (object, naming) in bad.withLock({ bad in objects.map { ($0, bad.note($0, now: now)) } }) {
      switch naming {
      case .named:
        logger.warning(
          "an object cannot be decoded: the cache keeps what was last known of it",
          ["object": .string(object.key.description), "error": .string(object.reason)]
        )
      case .full: logger.warning("more objects cannot be decoded: informer_undecodable_objects counts them")
      case .silent: break
      }
    }
    return objects.compactMap { object in
      guard let known = store.get(object.key)?.metadata.uid, let uid = object.uid, known != uid else { return nil }
      return store.remove(object.key)
    }
  }

  /// Call this when the object can be decoded again or is gone.
  func forget(_ key: ObjectKey) { bad.withLock { $0.forget(key) } }

  /// Call this with the names in a complete list.
  func retain(_ keys: Set<ObjectKey>) -> [Change<Object>] {
    bad.withLock { $0.retain(keys) }
    return store.retain(keys)
  }

  /// Notes that the loop works, and shows another sign of life after this pause.
  func setBeat(after pause: Duration = .zero) {
    let beat = time.now.advanced(by: pause)
    statistics.withLock { $0.beat = beat }
  }

  /// Call this when an event, a bookmark or a page of a list arrived.
  func heard() {
    let now = time.now
    statistics.withLock { statistics in
      statistics.beat = now
      statistics.lastEvent = now
    }
  }

  func failed(_ error: KubernetesError) {
    let now = time.now
    statistics.withLock { $0.failed(error.kind, now: now) }
  }

  /// Call this when a watch was accepted.
  func recovered() { statistics.withLock { $0.recovered() } }
}
