public import Kubernetes

/// What became of one object: absent before (added), absent now (deleted), or changed.
public struct Change<Object: Resource>: Sendable {
  public var old: Object?
  public var new: Object?
  /// It came with a list, not as news: of lower priority than what a user just did.
  public var isInitial: Bool

  public init(old: Object?, new: Object?, isInitial: Bool = false) {
    self.old = old
    self.new = new
    self.isInitial = isInitial
  }

  /// The object as it is, or as it last was.
  public var object: Object? { new ?? old }
  /// Both sides, so that a re-pointed reference is seen at both ends.
  public var sides: [Object] { [old, new].compactMap { $0 } }
}
