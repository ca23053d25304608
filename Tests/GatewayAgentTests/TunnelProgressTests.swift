import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct TunnelProgressTests {
  static let link = TunnelProgress.Link(serverAddress: "10.0.0.1", virtualAddress: nil, device: "tun0")
  static let failure = DaemonFailure(.authenticationFailed, "no")

  @Test func followsTheTable() {
    var tunnel = TunnelProgress()
    #expect(tunnel.state == .connecting)
    tunnel.attemptBegan()
    #expect(tunnel.state == .connecting)
    tunnel.failed(Self.failure)
    #expect(tunnel.state == .failed)
    tunnel.attemptBegan()
    #expect(tunnel.state == .failed, "another try is not news")
    tunnel.up(Self.link, hasProbe: true)
    #expect(tunnel.state == .connecting && !tunnel.isServing && tunnel.failure == nil)
    tunnel.probeChanged(.answered)
    #expect(tunnel.state == .connected && tunnel.isServing)
    tunnel.probeChanged(.failed("silence"))
    #expect(tunnel.state == .failed && tunnel.failure?.kind == .probeFailed && !tunnel.isServing)
    tunnel.down()
    #expect(tunnel.state == .connecting && !tunnel.isServing)
    tunnel.up(Self.link, hasProbe: false)
    #expect(tunnel.state == .connected && tunnel.isServing)
    tunnel.stopped()
    #expect(tunnel.state == .disconnected && !tunnel.isServing)
    tunnel.up(Self.link, hasProbe: false)
    #expect(tunnel.state == .disconnected)
  }

  @Test func aSpecificCauseStandsAgainstAGeneralOneForAFewAttempts() {
    let general = DaemonFailure(.serverUnreachable, "silence", specificity: .symptom)
    var tunnel = TunnelProgress()
    tunnel.attemptBegan()
    tunnel.failed(general)
    #expect(tunnel.failure == general)
    tunnel.failed(Self.failure)
    for _ in 1..<TunnelProgress.specificLasts {
      tunnel.attemptBegan()
      tunnel.failed(general)
      #expect(tunnel.failure == Self.failure)
    }
    tunnel.attemptBegan()
    tunnel.failed(general)
    #expect(tunnel.failure == general, "by now it is the truth")
  }

  @Test func aRefusalDoesNotHideItsCauseInTheSameAttempt() {
    let cause = DaemonFailure(.authenticationFailed, "the account is disabled")
    let refusal = DaemonFailure(.authenticationFailed, "refused", specificity: .refusal)
    var tunnel = TunnelProgress()
    tunnel.attemptBegan()
    tunnel.failed(cause)
    tunnel.failed(refusal)
    #expect(tunnel.failure == cause)
    tunnel.attemptBegan()
    tunnel.failed(refusal)
    #expect(tunnel.failure == refusal, "the next attempt may fail for another cause")
  }

  @Test func countersGoOnWhenTheDaemonStartsAgain() {
    var tunnel = TunnelProgress()
    tunnel.counted(received: 100, sent: 10)
    tunnel.counted(received: 150, sent: 20)
    tunnel.counted(received: 5, sent: 1)
    #expect(tunnel.bytesReceived == 155 && tunnel.bytesSent == 21)
    tunnel.countersRestarted()
    tunnel.counted(received: .max, sent: -5)
    tunnel.counted(received: 1, sent: 1)
    #expect(tunnel.bytesSent == 22)
  }
}
