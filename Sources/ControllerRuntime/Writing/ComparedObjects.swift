internal import Kubernetes

/// Which live objects were found to hold what is desired, so that they are not compared again before one of both changes:
/// to compare a Service of a thousand ports takes tens of milliseconds.
public struct ComparedObjects: Sendable, Equatable {
  private struct Found: Sendable, Equatable {
    /// Of the live object.
    var version: String
    /// Of what is desired.
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
