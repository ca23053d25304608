internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Limits how often the gateways of a connection are given something new. Each change costs the API server a Service
/// and a NetworkPolicy with every port, and the nodes a Secret for every gateway, so forwards that arrive together are
/// passed on together.
///
///     last change         since the last pass                            this pass
///     none, or long ago   anything                                       goes on
///     < `shortest` ago    anything                                       waits for the rest of it
///     < `longest` ago,    only PortForwards changed                      waits `quiet`, at most until `longest`
///     and a burst since   no PortForward changed, or something else did  goes on
///     longer ago          anything                                       goes on
///
/// Forwards count as a burst when one of them had to wait for `shortest`, because more are then likely to come. A
/// single forward is therefore applied at once, and a thousand that are applied together reach the gateways in two
/// steps: the first few, and all others `quiet` after the last one came.
struct GatewayPace {
  static let shortest: Duration = .milliseconds(500)
  static let longest: Duration = .seconds(5)
  /// How long no forward may arrive before a burst counts as over. A change costs the API server and the nodes about a
  /// millisecond of processor time for each port, so with many ports it pays to wait longer for the rest.
  static func quiet(_ count: Int) -> Duration { min(.milliseconds(250) + .microseconds(250) * count, .seconds(1)) }
  /// How long changed forwards are collected before a pass.
  static let collection: Duration = .milliseconds(50)

  /// The inputs of a pass, as hashes.
  struct Sight: Equatable {
    /// A hash of every PortForward and its generation.
    var forwards: Int
    var count: Int
    /// A hash of the connection's generation and the state of each tunnel.
    var rest: Int
  }

  private var lastChange: ContinuousClock.Instant?
  private var lastSight: Sight?
  /// Whether a PortForward arrived within `shortest` of the last change.
  private var isBurst = false

  /// How long the pass that sees `sight` must wait; nil: it goes on.
  mutating func wait(_ sight: Sight, now: ContinuousClock.Instant) -> Duration? {
    let before = lastSight
    lastSight = sight
    guard let lastChange else { return nil }
    let sinceChange = lastChange.duration(to: now)
    let isGrowing = before?.forwards != sight.forwards
    if sinceChange < Self.shortest {
      if isGrowing { isBurst = true }
      return Self.shortest - sinceChange
    }
    guard isBurst, sinceChange < Self.longest, isGrowing, before?.rest == sight.rest else { return nil }
    return min(Self.quiet(sight.count), Self.longest - sinceChange)
  }

  /// Call this after a pass has changed something.
  mutating func changed(at now: ContinuousClock.Instant) {
    lastChange = now
    isBurst = false
  }
}

extension GatewayPace.Sight {
  init(_ connection: VPNConnection, _ forwards: [PortForward], _ observations: [String: GatewayObservation]) {
    count = forwards.count
    self.forwards = forwards.reduce(0) { sum, forward in
      var hasher = Hasher()
      hasher.combine(forward.key)
      hasher.combine(forward.metadata.generation)
      hasher.combine(forward.metadata.deletionTimestamp)
      return sum &+ hasher.finalize()
    }
    var hasher = Hasher()
    hasher.combine(connection.metadata.generation)
    for (tunnel, observation) in observations.sorted(by: { $0.key < $1.key }) {
      hasher.combine(tunnel)
      hasher.combine(observation.status?.tunnel.state)
      hasher.combine(observation.problem)
    }
    rest = hasher.finalize()
  }
}
