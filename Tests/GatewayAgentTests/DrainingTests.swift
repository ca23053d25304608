import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct DrainingTests {
  static let began = ContinuousClock.now

  /// The seconds after which it ends, given the number of connections at each second.
  private func end(limit: Int, _ connections: (Int) -> Int?) -> Int? {
    var progress = DrainProgress(began: Self.began, limit: .seconds(limit))
    return (1...1000).first {
      progress.isOver(connections: connections($0), now: Self.began.advanced(by: .seconds($0)))
    }
  }

  @Test func endsAtTheLimitOrWhenNoConnectionIsLeft() {
    #expect(end(limit: 300) { _ in 3 } == 300)
    #expect(end(limit: 300) { _ in nil } == 300, "nobody knows")
    #expect(end(limit: 300) { _ in 0 } == 5, "nodes may still send new connections")
    #expect(end(limit: 300) { $0 < 60 ? 1 : 0 } == 61)
    #expect(end(limit: 300) { $0 % 2 } == 300, "never empty for two seconds")
    #expect(end(limit: 3) { _ in 0 } == 3)
  }

  @Test func reportsAtMostEveryFiveSeconds() {
    var progress = DrainProgress(began: Self.began, limit: .seconds(300))
    let due = (0...11).filter { progress.isReportDue(now: Self.began.advanced(by: .seconds($0))) }
    #expect(due == [0, 5, 10])
  }

  static let listing = """
    tcp      6 86392 ESTABLISHED src=10.0.0.5 dst=10.0.0.9 sport=5 dport=33000 src=192.168.100.30 dst=10.8.1.2 sport=8080 dport=5 [ASSURED] mark=0 use=1
    conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.
    tcp      6 86392 ESTABLISHED src=10.0.0.6 dst=10.0.0.9 sport=6 dport=33000 src=10.0.0.10 dst=10.0.0.9 sport=33000 dport=6 [ASSURED] mark=0 use=1

    """

  @Test func countsWhatCanStillCarryData() {
    let siblings: Set = [IPv4Address(bits: 0x0a00_000a)]
    func count(_ isTunnelUp: Bool, _ text: String = Self.listing) -> Int? {
      EstablishedConnections.count(ofListing: text, siblings: siblings, isTunnelUp: isTunnelUp)
    }
    #expect(count(true) == 2)
    #expect(count(false) == 1, "only the one that a sibling has")
    #expect(count(true, "conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n") == 0)
    #expect(count(true, "tcp 6 1 ESTABLISHED src=") == nil, "cut off")
  }

  @Test func readsTheAnnotationThatTheOperatorSets() {
    #expect(Drainer.isDisconnected("a=\"b\"\ncloudlinker.dev/disconnect=\"2026-11-26T04:00:00Z\"\n"))
    #expect(!Drainer.isDisconnected("x=\"cloudlinker.dev/disconnect=1\"\ncloudlinker.dev/disconnected=\"1\"\n"))
    #expect(!Drainer.isDisconnected(""))
  }

  @Test func aSuccessorLeavesTheServerToItsPredecessorWhileASiblingServes() throws {
    var state = AgentState(now: Timestamp(seconds: 1))
    #expect(!state.waitsForPredecessor, "it has no siblings")
    state.material = try Samples.material()
    state.material?.configuration.siblings = "gateways.example.com"
    #expect(state.waitsForPredecessor, "nobody was asked yet")
    state.predecessor = .drains(IPv4Address(bits: 8))
    #expect(!state.waitsForPredecessor, "nobody else serves")
    state.readySiblings = [IPv4Address(bits: 9)]
    #expect(state.waitsForPredecessor)
    state.predecessor = .absent
    #expect(!state.waitsForPredecessor)
    state.predecessor = .drains(IPv4Address(bits: 8))
    state.tunnel.up(TunnelProgressTests.link, hasProbe: false)
    _ = state.settle(now: Timestamp(seconds: 2))
    #expect(!state.waitsForPredecessor, "it has connected once")
  }

  @Test func onlyTheGatewayOfTheSameTunnelIsToldThatItDrains() throws {
    var state = AgentState(now: Timestamp(seconds: 1))
    state.material = try Samples.material()
    state.tunnel.up(TunnelProgressTests.link, hasProbe: false)
    func code(_ target: String) -> Int {
      EndpointAnswer(path: target, state: state, stalled: [], now: Timestamp(seconds: 2)).status
    }
    #expect(code("/draining?tunnel=a") == 404)
    state.drain = AgentState.Drain(until: Timestamp(seconds: 300), connections: 2)
    #expect(code("/draining?tunnel=a") == 200)
    #expect(code("/draining?tunnel=b") == 404 && code("/draining") == 404)
    state.tunnel.down()
    #expect(code("/draining?tunnel=a") == 404, "its session has ended")
  }

  @Test func aDrainingGatewayHandsOverAndStaysReadyForTheCluster() {
    let sibling = IPv4Address(bits: 9)
    var state = AgentState(now: Timestamp(seconds: 1))
    state.inForce = AgentState.Guard(device: "tun0", networks: [])
    state.tunnel.up(TunnelProgressTests.link, hasProbe: false)
    state.siblings = [sibling]
    state.readySiblings = [sibling]
    _ = state.settle(now: Timestamp(seconds: 2))
    #expect(state.handOver == nil)
    state.drain = AgentState.Drain(until: Timestamp(seconds: 300), connections: 2)
    _ = state.settle(now: Timestamp(seconds: 2))
    #expect(state.handOver == sibling)
    #expect(state.status.drain == GatewayStatus.Drain(until: Timestamp(seconds: 300), connections: 2))
    #expect(state.status.tunnel.state == .connected)
    let own = EndpointAnswer(path: "/readyz", state: state, stalled: [], now: Timestamp(seconds: 2))
    let local = EndpointAnswer(path: "/readyz?local", state: state, stalled: [], now: Timestamp(seconds: 2))
    #expect(own.status == 200 && local.status == 503)
    #expect(local.body == "Draining until 1970-01-01T00:05:00Z\n")
    state.readySiblings = []
    _ = state.settle(now: Timestamp(seconds: 2))
    #expect(state.handOver == nil, "better its own tunnel than none")
  }
}
