internal import Foundations
internal import Gateway

/// Finds out whether traffic crosses the gateway's own tunnel, as often as `ProbePace` decides.
struct TunnelProber: AgentLoop {
  static let name = "prober"
  let context: AgentContext
  let wakeup: Wakeup

  /// Settings derived from the state, which may hold thousands of forwards: derived once for each change of it.
  private struct Settings {
    var generation: Int
    var probe: GatewayConfiguration.Probe
    var targets: [ForwardTarget]
    var hasProbe: Bool
  }

  func run() {
    let time = context.time
    var verdict = ProbeVerdict()
    var pace = ProbePace(now: time.now)
    var candidates = ProbeCandidates()
    var present: TunnelProgress.Link?
    let packets = ForwardedPackets()
    var settings = self.settings()
    while true {
      beat()
      if settings.generation != context.generation { settings = self.settings() }
      let (probe, targets) = (settings.probe, settings.targets)
      guard let link = context.read({ $0.tunnel.link }) else {
        present = nil
        wakeup.wait(for: .seconds(5))
        continue
      }
      if link != present {
        present = link
        verdict = ProbeVerdict()
        pace = ProbePace(now: time.now)
      }
      guard !targets.isEmpty else {
        let state: TunnelProgress.Probe = settings.hasProbe ? .pending : .notPossible
        if context.read({ $0.tunnel.probe }) != state { context.update { $0.tunnel.probeChanged(state) } }
        verdict = ProbeVerdict()
        wakeup.wait(for: .seconds(5))
        continue
      }
      let began = time.now
      let asked = candidates.next(of: targets)
      let outcomes = SocketProbe.connect(
        to: asked,
        device: link.device,
        timeout: .milliseconds(probe.timeoutMilliseconds),
        stopAtFirst: true
      )
      let answered = outcomes.firstIndex(where: \.crossed)
      candidates.record(answered: answered.map { asked[$0] })
      record(answered.map { outcomes[$0] })
      let now = time.now
      if answered == nil, verdict.isUp == true {
        pace.somethingHappened(now: now)
        context.update { $0.doubtedAt = now }
      }
      let changed = verdict.record(answered != nil, failureThreshold: probe.failureThreshold, now: now)
      if changed { pace.somethingHappened(now: now) }
      if changed || context.read({ $0.tunnel.probe == .pending || $0.tunnel.probe == .notPossible }),
        let isUp = verdict.isUp
      {
        report(isUp, asked)
      }
      waitForNextProbe(after: began, of: link, configured: .milliseconds(probe.periodMilliseconds), &pace, packets)
    }
  }

  private func report(_ isUp: Bool, _ asked: [ForwardTarget]) {
    let names = asked.map(\.description).joined(separator: ", ")
    let failure =
      "the tunnel is up but \(names) did not answer through it: check routes and firewalls behind the server, or set "
      + "spec.probe to a service that always answers"
    context.update { $0.tunnel.probeChanged(isUp ? .answered : .failed(failure)) }
  }

  /// Looks for traffic more often than it probes a quiet tunnel: the first packet may already need a sibling.
  private func waitForNextProbe(
    after began: ContinuousClock.Instant,
    of link: TunnelProgress.Link,
    configured: Duration,
    _ pace: inout ProbePace,
    _ packets: ForwardedPackets
  ) {
    let time = context.time
    var next: ContinuousClock.Instant
    repeat {
      beat()
      let (hasReadySibling, copied) = context.read { (!$0.readySiblings.isEmpty, $0.measures.userlandConnections) }
      if hasReadySibling { pace.forwarded(packets.count().map { $0 &+ UInt64(clamping: copied) }, now: time.now) }
      let period = pace.period(configured: configured, hasReadySibling: hasReadySibling, now: time.now)
      next = began.advanced(by: period)
      let step = hasReadySibling ? configured : period
      if time.now < next { wakeup.wait(for: min(next - time.now, step, .seconds(5))) }
    } while time.now < next && context.read { $0.tunnel.link } == link
  }

  private func settings() -> Settings {
    // The generation is read first: a change meanwhile shows as one at the next turn.
    let generation = context.generation
    return context.read {
      Settings(
        generation: generation,
        probe: $0.material?.configuration.probe ?? .init(),
        targets: $0.probeTargets,
        hasProbe: $0.hasProbe
      )
    }
  }

  private func record(_ outcome: SocketProbe.Outcome?) {
    // A count that is not worth waking anyone for.
    context.count { measures in
      switch outcome {
      case .connected(let duration), .refused(let duration): measures.probeAnswered(after: duration)
      case .failed, .timedOut, nil: measures.probesFailed &+= 1
      }
    }
  }
}
