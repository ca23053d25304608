internal import Kubernetes

/// The objects in an informer's scope that its type cannot decode, and which of them the log names.
struct UndecodableObjects {
  enum Naming: Equatable {
    /// The object could be decoded before, or fails for another reason now.
    case named
    /// The same, but the limit for the last minute is reached. This is the first object beyond it.
    case full
    case silent
  }
  /// Anybody who may write objects could fill the log. Beyond this number in a minute, only the metric counts them.
  static let mostNamed = 10
  static let period: Duration = .seconds(60)

  private(set) var objects: [ObjectKey: UndecodableObject] = [:]
  private var began: ContinuousClock.Instant?
  private var news = 0

  /// Neither a new version alone nor the same object in another list is news.
  mutating func note(_ object: UndecodableObject, now: ContinuousClock.Instant) -> Naming {
    let known = objects.updateValue(object, forKey: object.key)
    guard known?.reason != object.reason || known?.uid != object.uid else { return .silent }
    if began.map({ $0.duration(to: now) >= Self.period }) ?? true { (began, news) = (now, 0) }
    news += 1
    return news <= Self.mostNamed ? .named : news == Self.mostNamed + 1 ? .full : .silent
  }

  /// Call this when the object is gone or can be decoded again.
  mutating func forget(_ key: ObjectKey) {
    if !objects.isEmpty { objects[key] = nil }
  }

  /// Call this with the names in a complete list.
  mutating func retain(_ keys: Set<ObjectKey>) {
    if !objects.isEmpty { objects = objects.filter { keys.contains($0.key) } }
  }
}
