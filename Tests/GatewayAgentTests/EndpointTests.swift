import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct EndpointTests {
  @Test func readsARequest() {
    let text = "GET /status HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"ab\"\r\nPREFER: respond-async, wait=20\r\n\r\n"
    let head = HTTPRequestHead(Array(text.utf8))
    #expect(head?.method == "GET" && head?.target == "/status" && head?.knownTag == "\"ab\"")
    #expect(head?.wait == .seconds(20))
    for end in 1..<text.utf8.count { #expect(HTTPRequestHead(Array(text.utf8.prefix(end))) == nil) }
    #expect(HTTPRequestHead(Array("\n\n\n".utf8))?.method == "", "no request, and nothing to wait for")
    #expect(HTTPRequestHead(Array("GET /\nPrefer: wait=99999999999999999999\n\n".utf8))?.wait == nil)
    #expect(HTTPRequestHead(Array("GET /\nPrefer: wait=86400\n\n".utf8))?.wait == .seconds(60))
  }

  @Test func readinessDependsOnTheTunnelAndLivenessOnTheLoops() {
    var state = AgentState(now: Timestamp(seconds: 1))
    #expect(EndpointAnswer(path: "/readyz", state: state, stalled: [], now: Timestamp(seconds: 0)).status == 503)
    #expect(EndpointAnswer(path: "/livez", state: state, stalled: [], now: Timestamp(seconds: 0)).status == 200)
    #expect(EndpointAnswer(path: "/livez", state: state, stalled: ["prober"], now: Timestamp(seconds: 0)).status == 500)
    state.tunnel.up(TunnelProgressTests.link, hasProbe: false)
    #expect(
      EndpointAnswer(path: "/readyz?local", state: state, stalled: [], now: Timestamp(seconds: 0)).status == 503,
      "no guards yet"
    )
    state.inForce = AgentState.Guard(device: "tun0", networks: [])
    #expect(EndpointAnswer(path: "/readyz?local", state: state, stalled: [], now: Timestamp(seconds: 0)).status == 200)
    #expect(EndpointAnswer(path: "/x", state: state, stalled: [], now: Timestamp(seconds: 0)).status == 404)
  }

  @Test func theTagIgnoresByteCounters() {
    var state = AgentState(now: Timestamp(seconds: 1))
    let before = EndpointAnswer(path: "/status", state: state, stalled: [], now: Timestamp(seconds: 0)).entityTag
    state.tunnel.counted(received: 5, sent: 5)
    #expect(EndpointAnswer(path: "/status", state: state, stalled: [], now: Timestamp(seconds: 0)).entityTag == before)
    state.tunnel.failed(DaemonFailure(.other, "x"))
    #expect(EndpointAnswer(path: "/status", state: state, stalled: [], now: Timestamp(seconds: 0)).entityTag != before)
  }

  @Test func metricsAreWellFormed() {
    var state = AgentState(now: Timestamp(seconds: 1))
    state.measures.probeAnswered(after: .milliseconds(7))
    state.measures.probeAnswered(after: .seconds(2))
    let text = GatewayMetrics.text(state)
    #expect(text.contains("cloudlinker_gateway_probe_seconds_bucket{le=\"0.01\"} 1\n"))
    #expect(text.contains("cloudlinker_gateway_probe_seconds_bucket{le=\"+Inf\"} 2\n"))
    #expect(text.contains("cloudlinker_gateway_tunnel_state{state=\"Connecting\"} 1\n"))
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.split(separator: " ").count == 2 && Double(line.split(separator: " ")[1]) != nil, "\(line)")
    }
  }

  @Test func readsCounters() {
    let text =
      "table ip cloudlinker {\n\tcounter killswitch_forward {\n\t\tpackets 7 bytes 420\n\t}\n\tcounter refused {\n\t\tpackets x\n\t}\n}\n"
    #expect(NftablesCounters.parse(text) == ["killswitch_forward": 7])
  }

  @Test func userlandGoesWhereTheRulesWouldLead() {
    let (own, sibling) = (ForwardTarget("192.168.100.30:8080"), IPv4Address(bits: 9))
    let port = ForwardPort(transport: .tcp, port: 33000)
    var forwards = UserlandForwards(device: "tun0", handOver: nil, siblings: [sibling])
    forwards.ports[port] = .init(declared: "x", resolved: own)
    #expect(forwards.destination(of: port, from: IPv4Address(bits: 1))?.target == own)
    #expect(forwards.destination(of: port, from: IPv4Address(bits: 1))?.device == "tun0")
    forwards.handOver = sibling
    #expect(forwards.destination(of: port, from: IPv4Address(bits: 1))?.target.address == sibling)
    #expect(forwards.destination(of: port, from: sibling)?.target == own, "no loop")
  }
}
