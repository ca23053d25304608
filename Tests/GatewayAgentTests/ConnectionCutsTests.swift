import Gateway
import Testing

@testable import GatewayAgent

@Suite struct ConnectionCutsTests {
  static func ports(_ range: ClosedRange<Int>) -> [ForwardPort] { range.map { ForwardPort(transport: .tcp, port: $0) } }
  let now = ContinuousClock.now

  @Test func fewAreCutWithoutAsking() {
    var cuts = ConnectionCuts()
    cuts.add(Self.ports(1...3), due: now)
    let next = cuts.next(now: now) {
      Issue.record("asked")
      return nil
    }
    #expect(next == Self.ports(1...3))
    #expect(cuts.nextDue == nil)
  }

  @Test func thoseThatAreNotDueWait() {
    var cuts = ConnectionCuts()
    cuts.add(Self.ports(1...1), due: now.advanced(by: .seconds(1)))
    cuts.add(Self.ports(2...2), due: now)
    #expect(cuts.next(now: now) { nil } == Self.ports(2...2))
    #expect(cuts.nextDue == now.advanced(by: .seconds(1)))
  }

  @Test func ofManyOnlyThoseInUseAreCut() {
    var cuts = ConnectionCuts()
    cuts.add(Self.ports(1...5000), due: now)
    #expect(cuts.next(now: now) { [Self.ports(7...7)[0], Self.ports(9000...9000)[0]] } == Self.ports(7...7))
    #expect(cuts.nextDue == nil)
  }

  @Test func manyInUseTakeSeveralTurns() {
    var cuts = ConnectionCuts()
    cuts.add(Self.ports(1...40), due: now)
    var turns: [[ForwardPort]] = []
    while cuts.nextDue != nil { turns.append(cuts.next(now: now) { Set(Self.ports(1...40)) }) }
    #expect(turns == [Self.ports(1...16), Self.ports(17...32), Self.ports(33...40)])
  }

  @Test func whenThePortsInUseAreUnknownAllAreCut() {
    var cuts = ConnectionCuts()
    cuts.add(Self.ports(1...20), due: now)
    #expect(cuts.next(now: now) { nil } == Self.ports(1...16))
    #expect(cuts.next(now: now) { nil } == Self.ports(17...20))
  }

  @Test func readsWhatConntrackLists() {
    let tcp = """
      tcp      6 86392 ESTABLISHED src=10.209.0.31 dst=10.209.0.21 sport=39662 dport=33000 src=192.168.100.30 \
      dst=10.8.1.2 sport=8080 dport=39662 [ASSURED] mark=0 use=1
      """
    let udp = "udp      17 29 src=10.209.0.31 dst=10.209.0.21 sport=5 dport=33053 [UNREPLIED] src=192.168.100.30 use=1"
    let said = "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.\n"
    let expected: Set = [ForwardPort(transport: .tcp, port: 33000), ForwardPort(transport: .udp, port: 33053)]
    #expect(ConnectionCuts.ports(ofListing: "\(tcp)\n\(udp)\n\(said)") == expected)
    let within = tcp.replacing("dport=33000", with: "dport=33\(said)000")
    #expect(ConnectionCuts.ports(ofListing: "\(within)\n\(udp)\n") == expected)
    #expect(ConnectionCuts.ports(ofListing: tcp) == nil)
    #expect(ConnectionCuts.ports(ofListing: said) == [])
  }
}
