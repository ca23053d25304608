internal import Foundations
internal import Gateway

/// The state that the agent's threads share. Pure decisions on it stand here, too.
struct AgentState: Sendable, Hashable {
  struct Resolution: Sendable, Hashable {
    var address: IPv4Address?
    var error: String?
  }
  struct Reachability: Sendable, Hashable {
    var value: GatewayStatus.Reachability
    var since: Timestamp
    var target: ForwardTarget?
    var error: String?
  }
  /// A name to resolve at a server behind the tunnel.
  struct Question: Sendable, Hashable {
    var server: IPv4Address
    var name: String
  }
  /// Set while the gateway takes no new connections and ends when none is left.
  struct Drain: Sendable, Hashable {
    /// When draining ends at the latest.
    var until: Timestamp
    /// Established connections; nil if they cannot be counted.
    var connections: Int?
  }
  /// The gateway that this one replaces.
  enum Predecessor: Sendable, Hashable {
    /// No sibling has been asked yet.
    case notAsked
    case absent
    /// It keeps its session for its established connections.
    case drains(IPv4Address)
  }
  /// The guards that are in force. The daemon may start once they fit.
  struct Guard: Sendable, Hashable {
    var device: String?
    var networks: [IPv4Network]
  }

  var material: GatewayMaterial?
  var configurationError: String?
  /// Where plaintext enters and leaves; chosen before the daemon starts.
  var device: DataPath?
  var inForce: Guard?
  var tunnel = TunnelProgress()
  var sizing = TunnelSizing()
  var tunnelSince: Timestamp
  private(set) var reportedState = GatewayStatus.TunnelState.connecting
  var resolutions: [Question: Resolution] = [:]
  var siblings: Set<IPv4Address> = []
  /// The pod's DNS servers that have link-local addresses.
  var linkLocalServers: Set<IPv4Address> = []
  var readySiblings: Set<IPv4Address> = []
  /// When a probe through a serving tunnel last went unanswered: a sibling may be needed soon.
  var doubtedAt: ContinuousClock.Instant?
  /// The sibling that gets new connections now.
  var handOver: IPv4Address?
  var reachability: [ForwardPort: Reachability] = [:]
  var notices: [Notice: String] = [:]
  /// What became of user name and password here; nil if there are none, or before the first attempt.
  var credentials: CredentialRecord?
  /// Set while they must not be tried.
  var credentialHold: CredentialTrials.Hold?
  var measures = Measures()
  var isStopping = false
  var hasPolicyCanary = false
  /// Set once the gateway is being replaced; it never connects again after that.
  var drain: Drain?
  /// The gateway that had this tunnel before; decided before this gateway connects.
  var predecessor = Predecessor.notAsked
  private(set) var hasConnected = false

  var forwarding = Forwarding.kernel
  /// The pod's own device, on which sockets must listen where nothing else keeps the other end of the tunnel from the
  /// pod's ports.
  var clientDevice: String?

  enum Forwarding: Sendable, Hashable {
    case kernel
    /// The kernel does not forward. The agent copies, under the kernel's guards or, where nftables is missing too, with
    /// sockets bound to the tunnel.
    case userland(guards: Bool)
    /// Nothing would keep the other end of a tunnel out of the cluster, so there is no tunnel, for this reason.
    case refused(String)

    /// Whether nftables rules are in force with it.
    var hasRules: Bool { self == .kernel || self == .userland(guards: true) }
  }
  enum DataPath: Sendable, Hashable { case device(String), kernelPolicies }
  /// Declared in the order in which a status shows them.
  enum Notice: Int, Sendable, Comparable, CaseIterable {
    case privileges, forwarding, encryption, selectors, conntrack, ipv6, predecessor, connectionLog
    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  init(now: Timestamp) { tunnelSince = now }

  /// Call it after each change. Returns whether the reported state of the tunnel changed.
  mutating func settle(now: Timestamp) -> Bool {
    if isStopping && tunnel.link == nil { tunnel.stopped() }
    if tunnel.link != nil { hasConnected = true }
    handOver = chosenSibling
    guard tunnel.state != reportedState else { return false }
    reportedState = tunnel.state
    tunnelSince = now
    return true
  }

  /// Ready: this gateway's tunnel carries traffic. While siblings serve in its place the gateway is *not* ready, so
  /// that the Service prefers gateways that need no second hop. Connections that still arrive are handed over.
  /// A draining gateway stays ready: Kubernetes sends connections to a terminating pod only where no other is ready
  /// (`ProxyTerminatingEndpoints`, since 1.26).
  var isReady: Bool { tunnel.isServing && !isStopping && inForce != nil }
  /// Whether the gateway brings up no tunnel any more.
  var isEnding: Bool { isStopping || drain != nil }
  /// Many servers allow one session an account and end the older one. Where a sibling serves, this gateway therefore
  /// leaves the session to its predecessor until that has drained.
  var waitsForPredecessor: Bool {
    guard !hasConnected, material?.configuration.siblings != nil else { return false }
    return switch predecessor {
    case .notAsked: true
    case .absent: false
    case .drains: !readySiblings.isEmpty
    }
  }
  var wantsConnectionLog: Bool { material?.configuration.connectionLog == true }
  /// Whether siblings may hand it new connections.
  var takesConnections: Bool { isReady && drain == nil }

  private var chosenSibling: IPv4Address? {
    guard !tunnel.isServing || isStopping || drain != nil else { return nil }
    if let handOver, readySiblings.contains(handOver) { return handOver }
    return readySiblings.min()
  }
}
