public import Foundations
public import Gateway

/// What a gateway said last, and whether it still answers.
public struct GatewayObservation: Sendable, Hashable {
  public var pod: GatewayPod
  /// Nil until its first answer.
  public var status: GatewayStatus?
  /// Why the latest request got no usable answer; nil when it did.
  public var problem: String?
  /// When the gateway last answered.
  public var answeredAt: Timestamp?
  /// When this operator began to listen to it.
  public var listeningSince: Timestamp?
  /// What the last attempt to reach its policy canary showed; nil: not tried yet.
  public var policies: PolicyEvidence?
}
