internal import Kubernetes

/// The objects in an informer's scope that its type cannot hold, and which of them to name in the log.
struct UndecodableObjects {
  enum Naming: Equatable {
    /// The object was understood before, or its trouble is another one now.
    case named
    /// As above, but as many as fit were named within the last minute; this is the first beyond them.
    case full
    case silent
  }
  /// Anybody who may write objects could fill the log: more in one minute are counted by the metric only.
  static let mostNamed = 10
  static let period: Duration = .seconds(60)

  private(set) var objects: [ObjectKey: UndecodableObject] = [:]
  private var began: ContinuousClock.Instant?
  private var news = 0

  /// A new version alone is no news, and neither is the same object in another list.
  mutating func note(_ object: UndecodableObject, now: ContinuousClock.Instant) -> Naming {
    let known = objects.updateValue(object, forKey: object.key)
    guard known?.reason != object.reason || known?.uid != object.uid else { return .silent }
    if began.map({ $0.duration(to: now) >= Self.period }) ?? true { (began, news) = (now, 0) }
    news += 1
    return news <= Self.mostNamed ? .named : news == Self.mostNamed + 1 ? .full : .silent
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
