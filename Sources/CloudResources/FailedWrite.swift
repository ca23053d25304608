/// A write that the cloud accepted and then failed to carry out. It is reported until a later write succeeds, and it is
/// retried at the pace of a refused action.
package struct FailedWrite: Sendable, Hashable {
  /// Why the last attempt failed, and when it is retried.
  package var refusal: RefusedAction
  package var isDeletion: Bool

  package init(_ refusal: RefusedAction, isDeletion: Bool) {
    self.refusal = refusal
    self.isDeletion = isDeletion
  }
}
