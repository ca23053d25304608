internal import Kubernetes

/// Remembers which live objects agreed with the desired ones, so that they are not compared again before one of them
/// changes. To compare a Service of a thousand ports takes tens of milliseconds.
public struct ComparedObjects: Sendable, Equatable {
  private struct Found: Sendable, Equatable {
    /// The version of the live object.
    var version: String
    /// The hash of the desired object.
    var hash: String
  }
  private var found: [String: Found] = [:]

  public init() {}

  func holds<Object: Resource>(_ live: Object, _ hash: String?) -> Bool {
    guard let version = live.metadata.resourceVersion, let hash else { return false }
    return found[Self.name(live)] == Found(version: version, hash: hash)
  }

  mutating func note<Object: Resource>(_ live: Object, _ hash: String?) {
    guard let version = live.metadata.resourceVersion, let hash else { return }
    found[Self.name(live)] = Found(version: version, hash: hash)
  }

  /// A uid is never used again.
  private static func name<Object: Resource>(_ live: Object) -> String {
    "\(Object.resourceType.kind) \(live.key) \(live.metadata.uid ?? "")"
  }
}
