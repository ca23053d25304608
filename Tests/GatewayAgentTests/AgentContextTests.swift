import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct AgentContextTests {
  let time = VirtualTimeSource()
  let context: AgentContext

  init() {
    context = AgentContext(
      log: Logger(level: .error, format: .text, write: { _ in }),
      time: time,
      runtime: RuntimeDirectory(path: "/nonexistent")
    )
  }

  @Test func stalledLoopsFailLivenessOnTheContextsClock() {
    context.beat("prober")
    time.advance(by: .seconds(59))
    #expect(context.stalled() == [])
    time.advance(by: .seconds(2))
    #expect(context.stalled() == ["prober"])
  }

  @Test func onlyAChangeWakesAndMakesAnotherGeneration() {
    let wakeup = context.listen()
    let generation = context.generation
    context.count { $0.probesFailed &+= 1 }
    context.counted(received: 1, sent: 1)
    context.update { $0.siblings = [] }
    #expect(context.generation == generation && !wakeup.take())
    context.update { $0.siblings = [IPv4Address(bits: 1)] }
    #expect(context.generation != generation && wakeup.take())
  }

  @Test func aSiblingGetsNewConnectionsWhileTheOwnTunnelDoesNotServe() {
    let sibling = IPv4Address(bits: 1)
    context.update { $0.readySiblings = [sibling] }
    #expect(context.snapshot.handOver == sibling && context.snapshot.measures.failovers == 1)
    context.update { $0.tunnel.up(TunnelProgressTests.link, hasProbe: false) }
    #expect(context.snapshot.handOver == nil && context.snapshot.measures.failovers == 1)
    context.update { $0.tunnel.down() }
    #expect(context.snapshot.handOver == sibling && context.snapshot.measures.failovers == 2)
  }
}
