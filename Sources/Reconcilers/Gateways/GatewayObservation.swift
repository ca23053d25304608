public import Foundations
public import Gateway

/// The last report of a gateway, and whether it still answers.
public struct GatewayObservation: Sendable, Hashable {
  public var pod: GatewayPod
  /// Nil until its first answer.
  public var status: GatewayStatus? { didSet { places = Self.places(in: status) } }
  /// Why the latest request got no usable answer; nil if it did.
  public var problem: String?
  /// When the gateway last answered.
  public var answeredAt: Timestamp?
  /// When this operator began to listen to the gateway.
  public var listeningSince: Timestamp?
  /// The result of the last attempt to reach its policy canary; nil: not tried yet.
  public var policies: PolicyEvidence?
  /// The positions of each PortForward's ports in the status, because a thousand forwards look up their own.
  private var places: [String: [Int]]

  init(
    pod: GatewayPod,
    status: GatewayStatus? = nil,
    problem: String? = nil,
    answeredAt: Timestamp? = nil,
    listeningSince: Timestamp? = nil,
    policies: PolicyEvidence? = nil
  ) {
    self.pod = pod
    self.status = status
    self.problem = problem
    self.answeredAt = answeredAt
    self.listeningSince = listeningSince
    self.policies = policies
    places = Self.places(in: status)
  }

  private static func places(in status: GatewayStatus?) -> [String: [Int]] {
    let forwards = status?.forwards ?? []
    return Dictionary(grouping: forwards.indices) { forwards[$0].owner }
  }

  /// The gateway's report on the ports of a PortForward.
  /// - Parameter owner: `namespace/name`.
  func forwards(of owner: String) -> [GatewayStatus.Forward] {
    guard let status else { return [] }
    return (places[owner] ?? []).map { status.forwards[$0] }
  }
}
