internal import Foundations
public import Kubernetes

extension Informer {
  /// Objects that are there but that `Object` cannot hold. What the store has of them is old, and absence from the store
  /// does not mean that they are gone.
  public var undecodable: [UndecodableObject] { Array(bad.withLock { $0.objects }.values) }

  /// Takes note of objects that cannot be decoded.
  /// - Returns: what is gone with it: an object whose name one of them has taken over.
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

  /// It can be decoded, or is gone.
  func forget(_ key: ObjectKey) { bad.withLock { $0.forget(key) } }

  /// A complete list named these.
  func retain(_ keys: Set<ObjectKey>) -> [Change<Object>] {
    bad.withLock { $0.retain(keys) }
    return store.retain(keys)
  }

  /// The loop is alive, and will be heard of again after this pause.
  func setBeat(after pause: Duration = .zero) {
    let beat = time.now.advanced(by: pause)
    statistics.withLock { $0.beat = beat }
  }

  /// An event, a bookmark or a page of a list came.
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

  /// A watch is accepted.
  func recovered() { statistics.withLock { $0.recovered() } }
}
