internal import Foundations
internal import Gateway

/// Finds out, four times a second, whether traffic crosses the own tunnel. One thread.
final class TunnelProber: Sendable {
  private let context: AgentContext
  private let wakeup: Wakeup

  init(context: AgentContext) {
    self.context = context
    wakeup = context.listen()
  }

  func start() {
    WorkerThread.start("prober") { self.run() }
  }

  private func run() {
    var verdict = ProbeVerdict()
    var candidates = ProbeCandidates()
    var present: TunnelProgress.Link?
    while true {
      context.beat("prober")
      let (link, probe, targets, hasProbe) = context.read {
        ($0.tunnel.link, $0.material?.configuration.probe ?? .init(), $0.probeTargets, $0.hasProbe)
      }
      guard let link else {
        present = nil
        wakeup.wait(for: .seconds(1))
        continue
      }
      if link != present {
        present = link
        verdict = ProbeVerdict()
      }
      guard !targets.isEmpty else {
        let state: TunnelProgress.Probe = hasProbe ? .pending : .notPossible
        if context.read({ $0.tunnel.probe }) != state { context.update { $0.tunnel.probeChanged(state) } }
        verdict = ProbeVerdict()
        wakeup.wait(for: .milliseconds(probe.periodMilliseconds))
        continue
      }
      let began = ContinuousClock.now
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
      let changed = verdict.record(answered != nil, failureThreshold: probe.failureThreshold, now: .now)
      if changed || context.read({ $0.tunnel.probe == .pending || $0.tunnel.probe == .notPossible }),
        let isUp = verdict.isUp
      {
        let names = asked.map(\.description).joined(separator: ", ")
        context.update {
          $0.tunnel.probeChanged(
            isUp
              ? .answered
              : .failed(
                "the tunnel stands but \(names) did not answer through it: check routes and firewalls behind the server, "
                  + "or set spec.probe to a service that always answers"
              )
          )
        }
      }
      let next = began.advanced(by: .milliseconds(probe.periodMilliseconds))
      while ContinuousClock.now < next, context.read({ $0.tunnel.link }) == link {
        wakeup.wait(for: next - .now)
      }
    }
  }

  private func record(_ outcome: SocketProbe.Outcome?) {
    // Not worth waking anyone.
    context.count { measures in
      switch outcome {
      case .connected(let duration), .refused(let duration): measures.probeAnswered(after: duration)
      case .failed, .timedOut, nil: measures.probesFailed &+= 1
      }
    }
  }
}
