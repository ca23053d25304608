public import Kubernetes

/// A change of one object. It was added if it was absent before, deleted if it is absent now, and updated otherwise.
public struct Change<Object: Resource>: Sendable {
  public var old: Object?
  public var new: Object?
  /// Whether it came with a list and not as news. Then its priority is lower than that of a user's change.
  public var isInitial: Bool

  public init(old: Object?, new: Object?, isInitial: Bool = false) {
    self.old = old
    self.new = new
    self.isInitial = isInitial
  }

  /// The object now or, if it was deleted, as it was last.
  public var object: Object? { new ?? old }
  /// The object before and after the change, so that both ends of a re-pointed reference are seen.
  public var sides: [Object] { [old, new].compactMap { $0 } }
}
