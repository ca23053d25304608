import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct NetworkOptionTests {
  private func desired(_ change: (inout BackboneSpec) -> Void) throws -> DesiredNetwork {
    var backbone = BackboneWorld.backbone()
    change(&backbone.spec)
    return try NetworkLayout.desired(backbone, zones: ["a", "b", "c"])
  }

  @Test(
    arguments: [
      ([80, 81, 443], [], [80...81, 443...443]), ([], ["30000-32767"], [30000...32767]),
      ([22], ["8000-8080", "8080-9000", "23-24"], [22...24, 8000...9000]), ([], ["1-100", "20-30"], [1...100]),
    ] as [([Int], [String], [ClosedRange<Int>])]
  )
  func portsAndRangesThatMeetAreJoined(ports: [Int], written: [String], ranges: [ClosedRange<Int>]) throws {
    let network = try desired {
      $0.ingress = .init()
      $0.ingress?.allow = [.init(cidr: "10.0.0.0/8", ports: ports, portRanges: written, description: "office")]
    }
    #expect(network.ingressRules.map(\.ports) == [ranges])
    #expect(network.ingressRules.map(\.description) == ["office"])
  }

  @Test func aRangeThatIsNoneIsRefusedAndNotLeftOut() {
    #expect(throws: Refusal.self) {
      try desired {
        $0.egress = .init()
        $0.egress?.allow = [.init(cidr: "10.0.0.0/8", portRanges: ["443-80"])]
      }
    }
  }

  @Test func anAddressModeOfANewerVersionIsRefusedAndNotTakenForAnother() {
    #expect(throws: Refusal.self) {
      try desired {
        $0.egress = .init()
        $0.egress?.addresses = EgressAddresses(rawValue: "PerSubnet")
      }
    }
  }

  @Test func podsGetARangeThatStaysAndIsNotTheNetworks() throws {
    let chosen = try desired { $0.network.cidr = "10.10.0.0/16" }
    #expect(try desired { $0.network.zones = 1 }.podRanges == chosen.podRanges)
    #expect(!chosen.hasGivenPodRanges)
    let range = try #require(chosen.podRanges.first)
    #expect(IPv4Network("100.64.0.0/10")?.contains(range) == true)
    let beside = try desired { $0.network.cidr = range.description }
    #expect(beside.podRanges.first?.overlaps(range) == false)
    #expect(try desired { $0.network.podRanges = ["10.244.0.0/16"] }.podRanges.map(\.description) == ["10.244.0.0/16"])
  }

  @Test func aSubnetsOwnTagsGoOverThoseOfAll() throws {
    let network = try desired {
      $0.network.subnetTags = ["a": "all", "b": "all"]
      var subnet = BackboneSpec.Subnet(name: "one", zone: "a", cidr: "10.10.0.0/20")
      subnet.tags = ["b": "one"]
      $0.network.zones = nil
      $0.network.subnets = [subnet]
    }
    #expect(network.subnets.map(\.tags) == [["a": "all", "b": "one"]])
    #expect(
      try desired { $0.network.subnetTags = ["a": "all"] }.subnets.map(\.tags)
        == .init(repeating: ["a": "all"], count: 3)
    )
  }
}
