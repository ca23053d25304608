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

  // MARK: Forwards

  static func question(of forward: GatewayConfiguration.Forward) -> Question? {
    guard let dns = forward.dns, let server = IPv4Address(dns) else { return nil }
    return IPv4Address(forward.targetHost) == nil ? Question(server: server, name: forward.targetHost) : nil
  }

  func target(of forward: GatewayConfiguration.Forward) -> ForwardTarget? {
    if let question = Self.question(of: forward) {
      return resolutions[question]?.address.map { ForwardTarget(address: $0, port: forward.targetPort) }
    }
    return IPv4Address(forward.targetHost).map { ForwardTarget(address: $0, port: forward.targetPort) }
  }

  var forwards: [GatewayConfiguration.Forward] { material?.configuration.forwards ?? [] }

  /// The targets whose answers show that the tunnel carries traffic: the probe's address, otherwise every forwarded TCP
  /// target.
  var probeTargets: [ForwardTarget] {
    if let address = material?.configuration.probe.address { return ForwardTarget(address).map { [$0] } ?? [] }
    var seen: Set<ForwardTarget> = []
    return forwards.filter { $0.transport == .tcp }.compactMap { target(of: $0) }.filter { seen.insert($0).inserted }
  }

  /// Whether there is something to probe, or will be once names are resolved.
  var hasProbe: Bool { material?.configuration.probe.address != nil || forwards.contains { $0.transport == .tcp } }

  /// The rules that fit this state; nil before a configuration and a data path are known.
  var ruleset: NftablesRuleset? {
    guard let material, let device else { return nil }
    let isForwarding = forwarding == .kernel
    let path: NftablesRuleset.Path =
      switch device {
      case .device(let name): .device(name)
      case .kernelPolicies: .kernelPolicies(virtualAddress: tunnel.link?.virtualAddress)
      }
    var targets: [ForwardPort: ForwardTarget] = [:]
    var ports: [ForwardPort: String] = [:]
    for forward in forwards where isForwarding {
      targets[forward.forwardPort] = target(of: forward)
      ports[forward.forwardPort] = "\(forward.targetHost):\(forward.targetPort) \(forward.dns ?? "")"
    }
    return NftablesRuleset(
      path: path,
      remoteNetworks: material.networks,
      maximumSegmentSize: maximumSegmentSize,
      ports: ports,
      targets: targets,
      siblings: siblings,
      handOver: isForwarding ? handOver : nil,
      linkLocalServers: linkLocalServers,
      sourceAddress: material.asksForVirtualAddress ? nil : tunnel.link?.virtualAddress,
      countsBytes: wantsConnectionLog
    )
  }

  /// The forwards for the userland forwarder; nil when the kernel forwards.
  var userlandForwards: UserlandForwards? {
    guard case .userland = forwarding, material != nil, case .device(let device)? = device else { return nil }
    var result = UserlandForwards(
      device: device,
      clientDevice: clientDevice,
      handOver: handOver,
      siblings: siblings
    )
    for forward in forwards {
      result.ports[forward.forwardPort] = UserlandForwards.Target(
        declared: "\(forward.targetHost):\(forward.targetPort)",
        resolved: target(of: forward)
      )
    }
    return result
  }

  // MARK: Status

  private var lastError: String? {
    guard let words = tunnel.failure?.words else { return nil }
    return credentialHold.map { "\(words); \($0.words)" } ?? words
  }

  var status: GatewayStatus {
    let failure = tunnel.failure
    return GatewayStatus(
      revision: material?.configuration.revision,
      tunnel: GatewayStatus.Tunnel(
        state: tunnel.state,
        since: tunnelSince,
        serverAddress: tunnel.serverAddress,
        virtualAddress: tunnel.link?.virtualAddress?.description,
        pathMTU: tunnel.link.flatMap { _ in sizing.pathMTU },
        maximumSegmentSize: tunnel.link.map { _ in maximumSegmentSize },
        bytesReceived: tunnel.bytesReceived,
        bytesSent: tunnel.bytesSent,
        handshakes: tunnel.handshakes,
        failure: failure?.kind,
        lastError: lastError
      ),
      forwards: forwards.map { forward in
        let known = reachability[forward.forwardPort]
        let resolution = Self.question(of: forward).flatMap { resolutions[$0] }
        return GatewayStatus.Forward(
          owner: forward.owner,
          portName: forward.portName,
          reachability: known?.value ?? .unknown,
          since: known?.since ?? tunnelSince,
          targetAddress: target(of: forward)?.description,
          lastError: known?.error ?? resolution?.error
        )
      },
      notices: notices.sorted { $0.key < $1.key }.map(\.value),
      configurationError: configurationError,
      hasPolicyCanary: hasPolicyCanary,
      drain: drain.map { GatewayStatus.Drain(until: $0.until, connections: $0.connections) }
    )
    .bounded()
  }
}
