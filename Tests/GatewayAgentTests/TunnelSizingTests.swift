import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct TunnelSizingTests {
  static let gcm = TunnelEncapsulation.openVPN(cipher: "AES-256-GCM", digest: nil, isUDP: true)

  @Test func segmentsFitTheRouteToTheServer() {
    var sizing = TunnelSizing()
    #expect(sizing.maximumSegmentSize(atMost: 1360) == 1360, "nothing is known yet")
    sizing.encapsulation = Self.gcm
    sizing.pathMTU = 1500
    #expect(sizing.maximumSegmentSize(atMost: 1360) == 1360)
    sizing.pathMTU = 1450
    #expect(sizing.maximumSegmentSize(atMost: 1360) == 1358)
    sizing.limit = 1300
    #expect(sizing.maximumSegmentSize(atMost: 1360) == 1260)
    sizing.pathMTU = 300
    #expect(sizing.maximumSegmentSize(atMost: 1360) == 536)
  }

  @Test func aRouteOfAnotherSizeChangesTheRules() throws {
    var state = AgentState(now: Timestamp(seconds: 1))
    state.sizing = TunnelSizing(pathMTU: 1450, encapsulation: Self.gcm)
    state.material = try Samples.material()
    state.device = .device("tun0")
    #expect(state.ruleset?.maximumSegmentSize == 1358 && state.tunnelMTU == 1398)
    state.material?.configuration.maximumSegmentSize = 1400
    state.material?.configuration.isSegmentSizeFixed = true
    #expect(state.ruleset?.maximumSegmentSize == 1400, "what a person asks for is taken as it is")
  }

  @Test func statusNamesSizesWhileTheTunnelIsUp() {
    var state = AgentState(now: Timestamp(seconds: 1))
    state.sizing.pathMTU = 1450
    #expect(state.status.tunnel.pathMTU == nil && state.status.tunnel.maximumSegmentSize == nil)
    state.tunnel.up(TunnelProgressTests.link, hasProbe: false)
    #expect(state.status.tunnel.pathMTU == 1450 && state.status.tunnel.maximumSegmentSize == 1360)
    #expect(GatewayMetrics.text(state).contains("\ncloudlinker_gateway_path_mtu_bytes 1450\n"))
  }

  @Test func readsOpenVPNsLog() {
    let cbc = "Data Channel: cipher 'AES-256-CBC', auth 'SHA256', peer-id: 0, compression: 'lz4v2'"
    #expect(OpenVPNSizeReader.dataChannel(cbc)?.cipher == "AES-256-CBC")
    #expect(OpenVPNSizeReader.dataChannel(cbc)?.digest == "SHA256")
    let gcm = OpenVPNSizeReader.dataChannel("Data Channel: cipher 'AES-256-GCM', peer-id: 7")
    #expect(gcm?.cipher == "AES-256-GCM" && gcm?.digest == nil)
    for line in ["Data Channel: cipher '", "Data Channel: cipher", "Control Channel: TLSv1.3, cipher 'x'", ""] {
      #expect(OpenVPNSizeReader.dataChannel(line) == nil)
    }
    let push = "PUSH: Received control message: 'PUSH_REPLY,topology subnet,"
    #expect(OpenVPNSizeReader.pushedSize(push + "tun-mtu 1300,peer-id 0'") == 1300)
    #expect(OpenVPNSizeReader.pushedSize(push + "peer-id 0,tun-mtu 1300'") == 1300)
    #expect(OpenVPNSizeReader.pushedSize(push + "peer-id 0'") == nil)
    #expect(OpenVPNSizeReader.pushedSize("tun-mtu 1300") == nil)
  }

  @Test func theRouteToLoopbackHasItsDevicesMTU() throws {
    let device = try #require(MTU.ofDevice("lo"))
    // No IPv4 packet is longer than 65,535 bytes.
    #expect(MTU.ofRoute(to: IPv4Address(bits: 0x7f00_0001)) == min(device, 65_535))
    #expect(MTU.ofDevice("no-such-device") == nil && !MTU.set(1400, ofDevice: "no-such-device"))
  }
}
