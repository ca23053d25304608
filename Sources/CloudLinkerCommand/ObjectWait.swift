internal import Foundations
internal import Kubernetes

/// Waits for one object by watching it.
struct ObjectWait {
  let session: Session

  /// - Throws: `.unavailable` after the command line's timeout, `.notFound` if the object is deleted meanwhile.
  func follow<Object: Resource>(
    _ key: ObjectKey,
    _ what: String,
    until isDone: @escaping @Sendable (Object) -> Bool
  ) async throws(KubernetesError) -> Object {
    let timeout = Duration.seconds(session.invocation.timeout)
    let deadline = session.time.now.advanced(by: timeout)
    while true {
      let object = try await session.api.get(Object.self, key)
      if isDone(object) { return object }
      let left = session.time.now.duration(to: deadline)
      guard left > .zero else {
        throw KubernetesError(
          .unavailable,
          "\(Self.title(of: object)): waited \(session.invocation.timeout) s for \(what); "
            + "`kubectl cloudlinker doctor` says whether the operator runs"
        )
      }
      if let done = try await watch(object, left, isDone) { return done }
    }
  }

  /// Nil if the watch ended first.
  private func watch<Object: Resource>(
    _ object: Object,
    _ left: Duration,
    _ isDone: @Sendable (Object) -> Bool
  ) async throws(KubernetesError) -> Object? {
    let scope = Scope(namespace: object.key.namespace, fieldSelector: "metadata.name=\(object.key.name)")
    // A server ends a watch only after whole seconds.
    var options = WatchOptions(resourceVersion: object.metadata.resourceVersion ?? "", timeout: left)
    options.idleTimeout = left + .seconds(2)
    let stream = try await session.api.watch(Object.self, scope, options)
    while let events = try await stream.next() {
      for event in events {
        switch event {
        case .added(let seen), .modified(let seen): if isDone(seen) { return seen }
        case .deleted(let gone): throw KubernetesError(.notFound, "\(Self.title(of: gone)) was deleted meanwhile")
        case .error, .undecodable: return nil
        case .bookmark: break
        }
      }
    }
    return nil
  }

  private static func title<Object: Resource>(of object: Object) -> String {
    "\(Object.resourceType.kind) \(object.key)"
  }
}
