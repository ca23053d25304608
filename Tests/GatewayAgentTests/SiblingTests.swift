import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct SiblingTests {
  let sibling = IPv4Address(bits: 7)

  @Test func twoSilencesOrOneRefusalMakeASiblingUnready() {
    var health = SiblingHealth()
    health.follow([sibling])
    #expect(health.ready.isEmpty)
    health.record(sibling, .ready)
    health.record(sibling, .silent)
    #expect(health.ready == [sibling])
    health.record(sibling, .silent)
    #expect(health.ready.isEmpty)
    health.record(sibling, .ready)
    health.record(sibling, .notReady)
    #expect(health.ready.isEmpty)
    health.record(sibling, .ready)
    health.follow([])
    #expect(health.ready.isEmpty)
  }

  @Test func readsTheAnswer() {
    #expect(ReadinessQuestion.answer(Array("HTTP/1.1 200 OK".utf8)) == .ready)
    #expect(ReadinessQuestion.answer(Array("HTTP/1.1 503 No".utf8)) == .notReady)
    #expect(ReadinessQuestion.answer(Array("SSH-2.0-OpenSSH".utf8)) == .silent)
    #expect(ReadinessQuestion.answer(Array("HTTP".utf8)) == nil)
  }

  @Test func handsOverOnlyWhileTheOwnTunnelIsDown() {
    let other = IPv4Address(bits: 9)
    let now = Timestamp(seconds: 1)
    var state = AgentState(now: now)
    state.siblings = [sibling, other]
    state.readySiblings = [other]
    _ = state.settle(now: now)
    #expect(state.handOver == other)
    state.readySiblings = [sibling, other]
    _ = state.settle(now: now)
    #expect(state.handOver == other, "no change without need")
    state.readySiblings = [sibling]
    _ = state.settle(now: now)
    #expect(state.handOver == sibling)
    state.tunnel.up(TunnelProgressTests.link, hasProbe: false)
    #expect(state.settle(now: now) && state.handOver == nil)
    state.isStopping = true
    _ = state.settle(now: now)
    #expect(state.handOver == sibling && !state.isReady, "a gateway that goes hands over first")
  }
}
