/// A write that the cloud accepted and then failed to carry out. It is reported until a later write succeeds, and it is
/// retried at the pace of a refused action.
public struct FailedWrite: Sendable, Hashable {
  /// Why the last attempt failed, and when it is retried.
  public var refusal: RefusedAction
  public var isDeletion: Bool

  public init(_ refusal: RefusedAction, isDeletion: Bool) {
    self.refusal = refusal
    self.isDeletion = isDeletion
  }
}
