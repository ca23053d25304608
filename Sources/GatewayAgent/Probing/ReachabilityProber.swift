internal import Foundations
internal import Gateway
internal import Glibc

/// Finds out which TCP forwards have an answering target.
struct ReachabilityProber: AgentLoop {
  static let name = "reachability"
  static let timeout = Duration.seconds(1)
  /// Reading the state takes time in proportion to the forwards, so targets that become due within this time are probed
  /// together.
  static let round = Duration.milliseconds(250)
  let context: AgentContext
  let wakeup: Wakeup

  func run() {
    let time = context.time
    var schedule = ReachabilitySchedule()
    var device: String??
    let rest = Wakeup()
    while true {
      beat()
      let state = context.snapshot
      guard let link = state.tunnel.link, state.tunnel.isServing else {
        schedule = ReachabilitySchedule()
        device = nil
        publish(schedule, state)
        wakeup.wait(for: .seconds(5))
        continue
      }
      if device != .some(link.device) {
        schedule = ReachabilitySchedule()
        device = .some(link.device)
      }
      let targets = Set(state.forwards.filter { $0.transport == .tcp }.compactMap { state.target(of: $0) })
      schedule.follow(targets, now: time.now)
      let end = time.now.advanced(by: Self.round)
      while time.now < end {
        let due = schedule.due(now: time.now)
        if due.isEmpty { break }
        let outcomes = SocketProbe.connect(to: due, device: link.device, timeout: Self.timeout)
        // If the tunnel broke meanwhile, the outcomes say nothing about the targets.
        guard context.read({ $0.tunnel.isServing && $0.tunnel.link == link }) else { break }
        for (target, outcome) in zip(due, outcomes) {
          schedule.record(target, error: Self.words(outcome, target), now: time.now, jitter: .random(in: 0...1))
        }
      }
      publish(schedule, context.snapshot)
      rest.wait(for: Self.round)
      let next = schedule.nextDue.map { $0 - time.now } ?? .seconds(5)
      if next > .zero { wakeup.wait(for: min(next, .seconds(5))) }
    }
  }

  private func publish(_ schedule: ReachabilitySchedule, _ state: AgentState) {
    let now = context.time.timestamp
    var changed: [ForwardPort: AgentState.Reachability] = [:]
    let isDown = !state.tunnel.isServing
    for forward in state.forwards {
      let target = state.target(of: forward)
      var value = GatewayStatus.Reachability.unknown
      var error: String?
      if isDown {
        error = "the tunnel is down"
      } else if forward.transport == .tcp, let target, let entry = schedule.entries[target] {
        value = entry.isReachable.map { $0 ? .reachable : .unreachable } ?? .unknown
        error = entry.error
      } else if target == nil, let question = AgentState.question(of: forward) {
        error = state.resolutions[question]?.error
        if error != nil { value = .unreachable }
      }
      let known = state.reachability[forward.forwardPort]
      if known?.value == value, known?.error == error, known?.target == target { continue }
      changed[forward.forwardPort] = AgentState.Reachability(
        value: value,
        since: known?.value == value ? known?.since ?? now : now,
        target: target,
        error: error
      )
    }
    guard !changed.isEmpty else { return }
    context.update { $0.reachability.merge(changed) { $1 } }
  }

  static func words(_ outcome: SocketProbe.Outcome, _ target: ForwardTarget) -> String? {
    switch outcome {
    case .connected: nil
    case .refused: "\(target) refused the connection: nothing listens there"
    case .timedOut: "\(target) did not answer within 1 s: check the host, and firewalls behind the VPN server"
    case .failed(let reason): "\(target): \(String(cString: strerror(reason)))"
    }
  }
}
