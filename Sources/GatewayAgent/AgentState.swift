internal import Foundations
internal import Gateway

/// What the agent's threads know together. Decisions on it are pure and stand here.
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
  /// A name to be resolved by a server behind the tunnel.
  struct Question: Sendable, Hashable {
    var server: IPv4Address
    var name: String
  }
  /// That the gateway takes no new connections, and ends when it has none left.
  struct Drain: Sendable, Hashable {
    /// When it ends at the latest.
    var until: Timestamp
    /// Established ones; nil: they cannot be counted.
    var connections: Int?
  }
  /// The gateway that this one replaces.
  enum Predecessor: Sendable, Hashable {
    /// Siblings were not asked yet.
    case notAsked
    case absent
    /// It keeps its session for established connections.
    case drains(IPv4Address)
  }
  /// What guards are in force: the daemon may start once they fit.
  struct Guard: Sendable, Hashable {
    var device: String?
    var networks: [IPv4Network]
  }

  var material: GatewayMaterial?
  var configurationError: String?
  /// Where plaintext goes: chosen before the daemon starts.
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
  /// When a probe through a tunnel that served was last not answered: a sibling may be needed soon.
  var doubtedAt: ContinuousClock.Instant?
  /// The sibling that has new connections now.
  var handOver: IPv4Address?
  var reachability: [ForwardPort: Reachability] = [:]
  var notices: [Notice: String] = [:]
  /// What became of user name and password here; nil when there are none, or before the first try.
  var credentials: CredentialRecord?
  /// Set while they may not be tried.
  var credentialHold: CredentialTrials.Hold?
  var measures = Measures()
  var isStopping = false
  var hasPolicyCanary = false
  /// Set once the gateway is being replaced; it never connects again then.
  var drain: Drain?
  /// Of this tunnel, before this gateway has connected.
  var predecessor = Predecessor.notAsked
  private(set) var hasConnected = false

  var forwarding = Forwarding.kernel
  /// The pod's own device, where only sockets bound to it keep the other end of the tunnel from the pod's ports.
  var clientDevice: String?

  enum Forwarding: Sendable, Hashable {
    case kernel
    /// The kernel does not forward: the agent copies, under the kernel's guards or, where nftables are missing too,
    /// with sockets bound to the tunnel.
    case userland(guards: Bool)
    /// Nothing would keep the other end of a tunnel out of the cluster: there is none, for this reason.
    case refused(String)

    /// Whether nftables rules are in force with it.
    var hasRules: Bool { self == .kernel || self == .userland(guards: true) }
  }
  enum DataPath: Sendable, Hashable { case device(String), kernelPolicies }
  /// In the order in which they are shown.
  enum Notice: Int, Sendable, Comparable, CaseIterable {
    case privileges, forwarding, encryption, selectors, conntrack, ipv6, predecessor, connectionLog
    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  init(now: Timestamp) { tunnelSince = now }

  /// To be called after each change; true when the reported state of the tunnel is another now.
  mutating func settle(now: Timestamp) -> Bool {
    if isStopping && tunnel.link == nil { tunnel.stopped() }
    if tunnel.link != nil { hasConnected = true }
    handOver = chosenSibling
    guard tunnel.state != reportedState else { return false }
    reportedState = tunnel.state
    tunnelSince = now
    return true
  }

  /// Ready: the own tunnel carries traffic. While siblings serve in its stead the gateway is *not* ready, so that the
  /// Service prefers gateways that need no second hop; those that still come are handed over.
  /// A gateway that drains stays ready: Kubernetes sends connections to a pod on its way out only where no other is
  /// ready (`ProxyTerminatingEndpoints`, since 1.26).
  var isReady: Bool { tunnel.isServing && !isStopping && inForce != nil }
  /// Whether no tunnel is to be brought up any more.
  var isEnding: Bool { isStopping || drain != nil }
  /// Many servers allow an account one session and end the older one: where a sibling serves, this gateway leaves it to
  /// its predecessor for as long as that drains.
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

  /// Whose answer shows that the tunnel carries traffic: the probe's address, else any forwarded TCP target.
  var probeTargets: [ForwardTarget] {
    if let address = material?.configuration.probe.address { return ForwardTarget(address).map { [$0] } ?? [] }
    var seen: Set<ForwardTarget> = []
    return forwards.filter { $0.transport == .tcp }.compactMap { target(of: $0) }.filter { seen.insert($0).inserted }
  }

  /// Whether there is, or once names are resolved will be, something to probe.
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

  /// The same for the userland forwarder; nil when the kernel forwards.
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
