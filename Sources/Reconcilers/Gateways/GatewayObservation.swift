public import Foundations
public import Gateway

/// What a gateway said last, and whether it still answers.
public struct GatewayObservation: Sendable, Hashable {
  public var pod: GatewayPod
  /// Nil until its first answer.
  public var status: GatewayStatus? { didSet { places = Self.places(in: status) } }
  /// Why the latest request got no usable answer; nil when it did.
  public var problem: String?
  /// When the gateway last answered.
  public var answeredAt: Timestamp?
  /// When this operator began to listen to it.
  public var listeningSince: Timestamp?
  /// What the last attempt to reach its policy canary showed; nil: not tried yet.
  public var policies: PolicyEvidence?
  /// Where the status has the ports of each PortForward: a thousand forwards ask, each for its own.
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

  /// What the gateway says of the ports of one PortForward.
  /// - Parameter owner: `namespace/name`.
  func forwards(of owner: String) -> [GatewayStatus.Forward] {
    guard let status else { return [] }
    return (places[owner] ?? []).map { status.forwards[$0] }
  }
}
