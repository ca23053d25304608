internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Limits on how much of the shared cluster an environment may use. The older objects of a namespace are within the
/// limit. What belongs to a refused object stays as it is.
public struct NamespaceLimits: Sendable, Hashable {
  public var connections = 32
  /// Tunnels and connectors of all connections together; each is a pod.
  public var gateways = 64
  public var forwards = 10_000
  public init() {}

  /// Refuses `connection` if the other connections of its namespace use up the limit, counted from the oldest on. A
  /// refused connection does not count.
  func refusal(of connection: VPNConnection, among others: [VPNConnection]) -> Refusal? {
    let own = connection.spec.podCount
    let older = others.filter { $0.metadata.deletionTimestamp == nil && Precedence.isOlder($0, connection) }
    guard older.count >= connections || older.reduce(own, { $0 + $1.spec.podCount }) > gateways else { return nil }
    var (places, tunnels) = (0, 0)
    for other in older.sorted(by: Precedence.isOlder)
    where places < connections && tunnels + other.spec.podCount <= gateways {
      places += 1
      tunnels += other.spec.podCount
    }
    if places >= connections {
      return Self.refusal(
        "the \(connections) VPNConnections that a namespace may have (--max-connections-per-namespace) are taken by older "
          + "ones"
      )
    }
    guard tunnels + own > gateways else { return nil }
    return Self.refusal(
      "\(connection.spec.podField): a namespace may have \(gateways) gateways (--max-gateways-per-namespace), older VPNConnections have "
        + "\(tunnels), and this one asks for \(own)"
    )
  }

  func refusalOfForward() -> Refusal {
    Self.refusal(
      "the \(forwards) PortForwards that a namespace may have (--max-forwards-per-namespace) are taken by older ones"
    )
  }

  private static func refusal(_ words: String) -> Refusal {
    Refusal(
      condition: .accepted,
      reason: .namespaceLimitReached,
      message: "\(words): delete one of those, or ask the operator's owner"
    )
  }
}

extension VPNConnectionSpec {
  /// The number of pods that it asks for.
  var podCount: Int { twingate?.connectorCount ?? tunnels.count }
  /// The field with that number.
  fileprivate var podField: String { twingate == nil ? "spec.tunnels" : "spec.twingate.connectors.count" }
}

/// Decides which PortForwards are within the limit of their namespace: the oldest. As long as there are no more than
/// the limit, which is nearly always, this only compares a number.
final class ForwardPlaces: Sendable {
  /// How long the age of the youngest one within the limit is cached, because finding it means to sort all of them.
  static let freshness: Duration = .seconds(5)
  /// When a forward beyond the limit gets its next pass.
  static let patience: Duration = .seconds(60)

  private let store: Store<PortForward>
  private let limits: NamespaceLimits
  private let time: any TimeSource
  private let youngest = Locked<[String: (forward: PortForward, since: ContinuousClock.Instant)]>([:])

  init(_ store: Store<PortForward>, limits: NamespaceLimits, time: any TimeSource) {
    self.store = store
    self.limits = limits
    self.time = time
  }

  func includes(_ forward: PortForward) -> Bool {
    let namespace = forward.key.namespace
    guard store.indexedCount(ForwardIndex.namespace, namespace) > limits.forwards else {
      youngest.withLock { $0[namespace] = nil }
      return true
    }
    guard let last = last(in: namespace) else { return true }
    return !Precedence.isOlder(last, forward)
  }

  private func last(in namespace: String) -> PortForward? {
    let now = time.now
    if let known = youngest.withLock({ $0[namespace] }), known.since.duration(to: now) < Self.freshness {
      return known.forward
    }
    let sorted = store.indexed(ForwardIndex.namespace, namespace).sorted(by: Precedence.isOlder)
    guard sorted.count > limits.forwards, limits.forwards > 0 else { return nil }
    let last = sorted[limits.forwards - 1]
    youngest.withLock { $0[namespace] = (last, now) }
    return last
  }
}
