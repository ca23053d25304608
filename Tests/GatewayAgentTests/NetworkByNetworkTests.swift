import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct NetworkByNetworkTests {
  static let networks = ["192.168.100.0/24", "192.168.101.0/24"].compactMap { IPv4Network($0) }
  let start = ContinuousClock.now

  private func report(_ childSelectors: [[String]]) -> IPsecReport {
    var ike = ConfigurationSection()
    ike.set("state", "ESTABLISHED")
    ike.section("child-sas") { children in
      for (index, selectors) in childSelectors.enumerated() {
        children.section("remote-\(index)") { child in
          child.set("state", "INSTALLED")
          child.set("bytes-in", "5")
          child.set("remote-ts", list: selectors)
        }
      }
    }
    var part = ConfigurationSection()
    part.set(IPsecRendering.connectionName, ike)
    return IPsecReport([part])
  }

  @Test func childrenAreCountedTogether() {
    let report = report([["192.168.100.0/24"], ["192.168.101.0/24[tcp]"]])
    #expect(report.bytesIn == 10 && report.uncovered(of: Self.networks).isEmpty)
  }

  @Test func asksForWhatTheServerLeftOutAndForNothingElse() {
    var networks = NetworkByNetwork(Self.networks)
    #expect(networks.due(report([]), isRefused: false, now: start).isEmpty, "it may yet grant them all")
    #expect(networks.due(report([["192.168.0.0/16"]]), isRefused: false, now: start).isEmpty)
    #expect(networks.due(report([["192.168.100.0/24"]]), isRefused: false, now: start) == [Self.networks[1]])
    #expect(networks.due(report([["192.168.100.0/24"]]), isRefused: false, now: start).isEmpty, "asked a moment ago")
    let later = start.advanced(by: NetworkByNetwork.retry)
    #expect(networks.due(report([["192.168.100.0/24"]]), isRefused: false, now: later) == [Self.networks[1]])
  }

  @Test func asksForEachWhenAllTogetherAreRefused() {
    var networks = NetworkByNetwork(Self.networks)
    #expect(networks.due(report([]), isRefused: true, now: start) == Self.networks)
    var single = NetworkByNetwork([Self.networks[0]])
    #expect(single.due(report([]), isRefused: true, now: start).isEmpty)
  }

  @Test func aNetworkIsReportedAsRefusedOnceItWasAskedForAlone() {
    var networks = NetworkByNetwork(Self.networks)
    let narrowed = report([["192.168.100.0/24"]])
    #expect(networks.refused(narrowed, now: start).isEmpty)
    _ = networks.due(narrowed, isRefused: false, now: start)
    #expect(networks.refused(narrowed, now: start).isEmpty)
    for seconds in [1, 60, 61] {
      let now = start.advanced(by: .seconds(seconds))
      _ = networks.due(narrowed, isRefused: false, now: now)
      #expect(networks.refused(narrowed, now: now) == [Self.networks[1]])
    }
    #expect(NetworkByNetwork([Self.networks[1]]).refused(narrowed, now: start) == [Self.networks[1]])
  }

  @Test func neighbouringNetworksAreNotJoined() throws {
    let material = try Samples.login(tunnel: "a", networks: ["192.168.100.0/24", "192.168.101.0/24"])
    guard case .ipsec(let rendering) = material.daemon else {
      Issue.record("not IPsec")
      return
    }
    #expect(rendering.remoteNetworks == Self.networks)
  }
}
