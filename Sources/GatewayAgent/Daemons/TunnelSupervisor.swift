internal import Foundations
internal import Gateway
internal import Glibc

/// Keeps the VPN client running: starts it once the guards are in force, and again whenever it ends or its
/// configuration changes. Runs on one thread.
final class TunnelSupervisor: Sendable {
  private let context: AgentContext
  private let wakeup: Wakeup
  private let gate: CredentialGate
  /// Signalled once, when the tunnel is closed for good.
  let closed = Wakeup()

  static let backoff = Backoff(initial: .seconds(1), maximum: .seconds(15))
  /// How soon to try again after a refusal that is not about user name and password (see `CredentialTrials`), and after
  /// an address that is refused, which the gateway has until the daemon ends.
  static let refusalBackoff = Backoff(initial: .seconds(5), maximum: .seconds(60))

  init(context: AgentContext, gate: CredentialGate) {
    self.context = context
    self.gate = gate
    wakeup = context.listen()
  }

  func start() {
    WorkerThread.start("tunnel") { self.run() }
  }

  private func run() {
    var attempts = 0
    var last: GatewayMaterial.Daemon?
    var userlandOnly = false
    let began = context.time.now
    while !context.read({ $0.isEnding }) {
      context.beat("tunnel")
      guard let material = context.read({ $0.material }) else {
        wakeup.wait(for: .seconds(5))
        continue
      }
      guard !isHeld(since: began) else {
        wakeup.wait(for: .seconds(1))
        continue
      }
      if material.daemon != last { attempts = 0 }
      last = material.daemon
      guard prepare(material, userlandOnly: userlandOnly) else {
        wakeup.wait(for: .seconds(5))
        continue
      }
      let began = context.time.now
      let shouldEnd = { [context] in
        context.read { state in
          guard state.isEnding else { return state.material?.daemon != material.daemon }
          // A server that allows one session an account has ended this one for the successor's; connecting again would
          // end the successor's.
          return state.isStopping || state.tunnel.link == nil
        }
      }
      switch material.daemon {
      case .openVPN(let rendering):
        guard waitForTurn(material, shouldEnd) else { continue }
        OpenVPNRun(
          context: context,
          rendering: rendering,
          material: material,
          wakeup: wakeup,
          shouldEnd: shouldEnd,
          gate: gate
        ).run()
      case .ipsec(let rendering):
        let userland = context.read { $0.device } != .kernelPolicies
        let end = IPsecRun(
          context: context,
          rendering: rendering,
          material: material,
          userlandESP: userland,
          wakeup: wakeup,
          shouldEnd: shouldEnd,
          gate: gate
        ).run()
        if end == .lacksKernelESP {
          userlandOnly = true
          continue
        }
      }
      if shouldEnd() { continue }
      if context.time.now - began > .seconds(30) { attempts = 0 }
      attempts += 1
      let refused = context.read { [.authenticationFailed, .addressRefused].contains($0.tunnel.failure?.kind) }
      let delay = max(
        .seconds(refused ? 5 : 1),
        (refused ? Self.refusalBackoff : Self.backoff).delay(attempt: attempts)
      )
      context.log.warning(
        "the VPN client ended and will be started again",
        ["seconds": .int(Int(Poll.milliseconds(delay) / 1000)), "attempt": .int(attempts)]
      )
      let deadline = context.time.now.advanced(by: delay)
      while context.time.now < deadline && !shouldEnd() {
        context.beat("tunnel")
        wakeup.wait(for: min(deadline - context.time.now, .seconds(5)))
      }
    }
    context.update { $0.tunnel.stopped() }
    closed.signal()
  }

  /// Waits until user name and password may be tried. False: the configuration changed meanwhile.
  private func waitForTurn(_ material: GatewayMaterial, _ shouldEnd: () -> Bool) -> Bool {
    while !shouldEnd() {
      context.beat("tunnel")
      if gate.mayTry(context.read { $0.material } ?? material) { return true }
      wakeup.wait(for: context.read { $0.credentialHold == nil } ? .milliseconds(500) : .seconds(5))
    }
    return false
  }

  /// How long to wait for siblings to say whether one of them is this gateway's predecessor.
  static let patience = Duration.seconds(5)

  /// Whether the gateway that this one replaces keeps the tunnel for now.
  private func isHeld(since began: ContinuousClock.Instant) -> Bool {
    let (waits, predecessor) = context.read { ($0.waitsForPredecessor, $0.predecessor) }
    let isHeld = waits && (predecessor != .notAsked || began.duration(to: context.time.now) < Self.patience)
    var notice: String?
    if isHeld, case .drains(let address) = predecessor {
      notice =
        "this gateway connects when its predecessor \(address) has ended, which keeps its established connections"
    }
    if context.read({ $0.notices[.predecessor] }) != notice {
      context.log.info(notice ?? "the predecessor has ended, or no other gateway serves")
      context.update { $0.notices[.predecessor] = notice }
    }
    context.beat("tunnel")
    return isHeld
  }

  /// Chooses the data path and waits until its guards are in force. False: not now.
  private func prepare(_ material: GatewayMaterial, userlandOnly: Bool) -> Bool {
    if case .refused(let reason) = context.read({ $0.forwarding }) {
      context.update { $0.tunnel.failed(DaemonFailure(.missingPrivilege, reason)) }
      return false
    }
    if let address = IPv4Address(material.configuration.server.host),
      let problem = PodNetwork.clusterAddresses(siblings: context.read { $0.siblings }).refusal(ofServer: address)
    {
      context.update { $0.tunnel.failed(DaemonFailure(.addressRefused, problem)) }
      return false
    }
    let path: AgentState.DataPath
    switch material.daemon {
    case .openVPN: path = .device(OpenVPNRendering.device)
    case .ipsec:
      if !userlandOnly && KernelESP.isAvailable() && context.read({ $0.notices[.forwarding] == nil }) {
        path = .kernelPolicies
      } else {
        path = .device(IPsecRendering.userlandDevice)
      }
    }
    let isIPsecInUserland = path == .device(IPsecRendering.userlandDevice)
    context.update { state in
      state.device = path
      state.notices[.encryption] =
        isIPsecInUserland ? "the node's kernel has no ESP: IPsec is encrypted in user space, at more CPU" : nil
    }
    if path != .kernelPolicies, let problem = tunProblem() {
      context.update { $0.tunnel.failed(problem) }
      return false
    }
    let deadline = context.time.now.advanced(by: .seconds(10))
    while context.time.now < deadline {
      let (inForce, networks, stopping) = context.read { ($0.inForce, $0.material?.networks, $0.isEnding) }
      if stopping { return false }
      let device: String? = if case .device(let name) = path { name } else { nil }
      if let inForce, inForce.device == device, inForce.networks == networks { return true }
      context.beat("tunnel")
      wakeup.wait(for: .milliseconds(200))
    }
    context.log.warning("the guards are not in force: the VPN client is not started")
    return false
  }

  private func tunProblem() -> DaemonFailure? {
    let descriptor = open("/dev/net/tun", O_RDWR | O_CLOEXEC)
    guard descriptor < 0 else {
      close(descriptor)
      return nil
    }
    return DaemonFailure(.missingPrivilege, DaemonLogClassifier.missingTun)
  }
}
