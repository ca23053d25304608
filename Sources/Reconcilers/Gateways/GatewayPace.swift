internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// How often the gateways of one connection are given something new. Each time costs the API server a Service and a
/// NetworkPolicy with every port, and the nodes a Secret for every gateway, so forwards that arrive together are given to
/// them together.
///
///     last change        since the last pass                            this pass
///     none, or long ago  anything                                       goes on
///     < `shortest` ago   anything                                       waits for the rest of it
///     < `window` ago     only PortForwards changed                      waits `quiet`, at most to the window's end
///     < `window` ago     no PortForward changed, or something else did  goes on
///
/// The window doubles, up to `longest`, with every change for which a forward had to wait, and is `shortest` again after
/// any other: a forward on its own is applied at once, and the last of a thousand `quiet` after it came.
struct GatewayPace {
  static let shortest: Duration = .milliseconds(500)
  static let longest: Duration = .seconds(5)
  static let quiet: Duration = .milliseconds(250)

  /// What a pass sees of the world, as hashes.
  struct Sight: Equatable {
    /// Of every PortForward and its generation.
    var forwards: Int
    /// Of the connection's generation and the state of each tunnel.
    var rest: Int
  }

  private var lastChange: ContinuousClock.Instant?
  private var lastSight: Sight?
  private var window = Self.shortest
  /// Whether a PortForward waits that came since the last change.
  private var hasWaited = false

  /// How long the pass that sees `sight` has to wait; nil: it goes on.
  mutating func wait(_ sight: Sight, now: ContinuousClock.Instant) -> Duration? {
    let before = lastSight
    lastSight = sight
    guard let lastChange else { return nil }
    let sinceChange = lastChange.duration(to: now)
    guard sinceChange < window else { return nil }
    let isGrowing = before?.forwards != sight.forwards
    if sinceChange >= Self.shortest, !isGrowing || before?.rest != sight.rest { return nil }
    if isGrowing { hasWaited = true }
    return sinceChange < Self.shortest ? Self.shortest - sinceChange : min(Self.quiet, window - sinceChange)
  }

  /// The pass has changed something.
  mutating func changed(at now: ContinuousClock.Instant) {
    lastChange = now
    window = hasWaited ? min(window * 2, Self.longest) : Self.shortest
    hasWaited = false
  }
}

extension GatewayPace.Sight {
  init(_ connection: VPNConnection, _ forwards: [PortForward], _ observations: [String: GatewayObservation]) {
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
