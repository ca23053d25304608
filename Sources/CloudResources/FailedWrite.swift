/// A write that the cloud accepted and then failed at. It is reported until one succeeds, and repeated at the pace of a
/// refused action.
public struct FailedWrite: Sendable, Hashable {
  /// Why the last one failed, and when it is repeated.
  public var refusal: RefusedAction
  public var isDeletion: Bool

  public init(_ refusal: RefusedAction, isDeletion: Bool) {
    self.refusal = refusal
    self.isDeletion = isDeletion
  }
}
