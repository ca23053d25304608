import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct BackboneVerdictTests {
  private func verdict(
    _ change: (inout Backbone) -> Void = { _ in },
    siblings: [Backbone] = [],
    connections: [VPNConnection] = []
  ) -> Refusal? {
    var backbone = BackboneWorld.backbone(created: 10)
    change(&backbone)
    return refusal(
      BackboneFacts(backbone: backbone, siblings: siblings, connections: connections, now: Fixture.now)
    )
  }
  private func refusal(_ facts: BackboneFacts) -> Refusal? { BackboneChecks.spec.refusal(facts) ?? facts.conflict }

  @Test func aSoundOneIsAccepted() { #expect(verdict() == nil) }

  @Test func theSpecIsCheckedFirst() {
    let refusal = verdict { $0.spec.network.cidr = "8.8.0.0/16" }
    #expect(refusal?.reason == .invalidSpec)
    #expect(refusal?.message.contains("spec.network.cidr") == true)
  }

  @Test func aNamespaceOfTheOperatorIsRefused() {
    var facts = BackboneFacts(backbone: BackboneWorld.backbone(), now: Fixture.now)
    facts.reservedNamespaces = Fixture.defaults.reservedNamespaces
    #expect(refusal(facts) == nil)
    facts.backbone.metadata.namespace = "cloudlinker-gateways"
    #expect(refusal(facts)?.reason == .namespaceRefused)
  }

  @Test func theOlderOfOneProviderStays() {
    let older = BackboneWorld.backbone("first", cidr: "10.20.0.0/16", created: 0)
    let younger = BackboneWorld.backbone("third", cidr: "10.20.0.0/16", created: 20)
    #expect(verdict(siblings: [older])?.reason == .providerConflict)
    #expect(verdict(siblings: [older])?.message.contains("Backbone first") == true)
    #expect(verdict(siblings: [younger]) == nil)
  }

  @Test func oneThatIsBeingDeletedIsNoRival() {
    var older = BackboneWorld.backbone("first", cidr: "10.20.0.0/16", created: 0)
    older.metadata.deletionTimestamp = Fixture.now
    #expect(verdict(siblings: [older]) == nil)
  }

  @Test func rangesOfTwoCloudsMustNotOverlap() {
    var older = BackboneWorld.backbone("gcp", cidr: "10.10.128.0/17", created: 0)
    older.spec.provider = .gcp
    #expect(verdict(siblings: [older])?.reason == .rangeConflict)
    older.spec.network.cidr = "10.11.0.0/16"
    #expect(verdict(siblings: [older]) == nil)
  }

  @Test func rangesOfPodsAreRangesOfTheBackbone() {
    var older = BackboneWorld.backbone("gcp", cidr: "10.20.0.0/16", created: 0)
    older.spec.provider = .gcp
    func verdict(_ ranges: [String]) -> Refusal? {
      self.verdict({ $0.spec.network.podRanges = ranges }, siblings: [older])
    }
    #expect(verdict(["100.64.0.0/16", "100.70.0.0/16"]) == nil)
    #expect(verdict(["100.64.0.0/16", "10.20.128.0/17"])?.reason == .rangeConflict)
    older.spec.network.podRanges = ["100.70.0.0/15"]
    let refusal = verdict(["100.64.0.0/16", "100.70.0.0/16"])
    #expect(refusal?.reason == .rangeConflict)
    #expect(
      refusal?.message.hasPrefix(
        "spec.network.podRanges[1]: \"100.70.0.0/16\" overlaps 100.70.0.0/15 of the older Backbone gcp"
      ) == true
    )
    older.spec.network.podRanges = nil
    older.status = BackboneStatus()
    older.status?.podRanges = ["100.64.0.0/16"]
    #expect(verdict(["100.64.0.0/16"])?.reason == .rangeConflict, "chosen by the operator, and in use")
  }

  @Test func rangesOfPodsAreApartFromConnectionsAndTheCluster() {
    var connection = Fixture.connection()
    connection.spec.remoteNetworks = ["100.64.0.0/10"]
    let refusal = verdict({ $0.spec.network.podRanges = ["100.70.0.0/16"] }, connections: [connection])
    #expect(refusal?.message.contains("podRanges[0]: \"100.70.0.0/16\" overlaps 100.64.0.0/10, which") == true)
    var backbone = BackboneWorld.backbone()
    backbone.spec.network.podRanges = ["100.70.0.0/16"]
    var facts = BackboneFacts(backbone: backbone, now: Fixture.now)
    guard let network = IPv4Network("100.70.4.0/24") else { return }
    facts.clusterRanges = [ClusterRange(network: network, users: "the pods of this cluster")]
    #expect(self.refusal(facts)?.message.contains("overlaps 100.70.4.0/24 of the pods of this cluster") == true)
  }

  @Test func whatAConnectionReachesIsNotOurs() {
    var connection = Fixture.connection()
    #expect(verdict(connections: [connection]) == nil)
    connection.spec.remoteNetworks = ["192.168.0.0/24", "10.10.7.0/24"]
    #expect(
      verdict(connections: [connection])?.message.contains("10.10.7.0/24, which the older VPNConnection office") == true
    )
    connection.metadata.creationTimestamp = Timestamp(seconds: 1_800_000_000)
    #expect(verdict(connections: [connection]) == nil, "the younger is refused itself")
  }

  @Test func aYoungerConnectionIsRefused() {
    var connection = Fixture.connection()
    connection.spec.remoteNetworks = ["192.168.0.0/24", "10.10.7.0/24"]
    var facts = GatewayFacts(connection: connection, defaults: Fixture.defaults, now: Fixture.now)
    facts.backbones = [BackboneWorld.backbone()]
    facts.connection.metadata.creationTimestamp = Timestamp(seconds: 1_800_000_000)
    let refusal = GatewayChecks.isApartFromOlderBackbones(facts)
    #expect(refusal?.condition == .accepted && refusal?.reason == .rangeConflict)
    #expect(refusal?.message.hasPrefix("spec.remoteNetworks[1]: \"10.10.7.0/24\" overlaps 10.10.0.0/16") == true)
    facts.connection.spec.remoteNetworks = ["100.64.0.0/10"]
    #expect(GatewayChecks.isApartFromOlderBackbones(facts) == nil)
    facts.backbones[0].spec.network.podRanges = ["100.70.0.0/16"]
    #expect(GatewayChecks.isApartFromOlderBackbones(facts)?.message.contains("overlaps 100.70.0.0/16 of the") == true)
    facts.connection.metadata.creationTimestamp = Timestamp(seconds: 1)
    #expect(GatewayChecks.isApartFromOlderBackbones(facts) == nil)
    facts.connection.metadata.creationTimestamp = Timestamp(seconds: 1_800_000_000)
    facts.backbones[0].metadata.deletionTimestamp = Fixture.now
    #expect(GatewayChecks.isApartFromOlderBackbones(facts) == nil)
  }
}

@Suite struct NetworkLayoutTests {
  @Test func aZoneThatIsAddedMovesNoOther() throws {
    var backbone = BackboneWorld.backbone()
    let first = try NetworkLayout.desired(backbone, zones: ["b", "c", "d"])
    #expect(first.subnets.map(\.zone) == ["b", "c", "d"])
    backbone.status = BackboneStatus()
    backbone.status?.subnets = first.subnets.map {
      .init(name: $0.name, id: "x", zone: $0.zone, cidr: $0.cidr.description)
    }
    backbone.spec.network.zones = 4
    let second = try NetworkLayout.desired(backbone, zones: ["a", "b", "c", "d"])
    #expect(second.subnets.map(\.zone) == ["b", "c", "d", "a"])
    #expect(Array(second.subnets.prefix(3)) == first.subnets)
  }

  @Test func theLastEighthIsNobodys() throws {
    var backbone = BackboneWorld.backbone(cidr: "172.16.0.0/24")
    backbone.spec.network.zones = 6
    let desired = try NetworkLayout.desired(backbone, zones: ["a", "b", "c", "d", "e", "f"])
    #expect(desired.subnets.map(\.cidr.description).last == "172.16.0.160/27")
    #expect(!desired.subnets.contains { $0.cidr.overlaps(IPv4Network("172.16.0.224/27") ?? desired.cidr) })
  }

  @Test func zonesThatTheRegionLacksAreNamed() {
    var backbone = BackboneWorld.backbone()
    backbone.spec.network.zoneNames = ["a", "z"]
    #expect(throws: Refusal.self) { try NetworkLayout.desired(backbone, zones: ["a", "b"]) }
    backbone.spec.network.zoneNames = nil
    #expect(throws: Refusal.self) { try NetworkLayout.desired(backbone, zones: ["a", "b"]) }
  }

  /// A subnetwork there is in no zone, so the cloud itself refuses none.
  @Test func inGoogleCloudZonesThatAreNamedAreLookedUpUntilASubnetIsInThem() throws {
    var backbone = BackboneWorld.backbone()
    backbone.spec.network.zoneNames = ["b", "c"]
    #expect(!NetworkLayout.needsZones(backbone))
    backbone.spec.provider = .gcp
    #expect(NetworkLayout.needsZones(backbone))
    let desired = try NetworkLayout.desired(backbone, zones: ["b", "c", "d"])
    backbone.status = BackboneStatus()
    backbone.status?.subnets = desired.subnets.map {
      .init(name: $0.name, id: "x", zone: $0.zone, cidr: $0.cidr.description)
    }
    #expect(!NetworkLayout.needsZones(backbone))

    backbone.spec.network.zoneNames = nil
    backbone.spec.network.subnets = [
      .init(name: "one", zone: "c", cidr: "10.10.0.0/20"), .init(name: "two", zone: "x", cidr: "10.10.16.0/20"),
    ]
    #expect(NetworkLayout.needsZones(backbone))
    let refusal = #expect(throws: Refusal.self) { try NetworkLayout.desired(backbone, zones: ["b", "d"]) }
    #expect(refusal?.reason == .zoneNotFound)
    #expect(refusal?.message == "spec.network.subnets: the region does not have x, but b, d: choose of these")
  }

  @Test func neighbouringPortsAreOneRange() throws {
    var backbone = BackboneWorld.backbone()
    backbone.spec.egress = .init()
    backbone.spec.egress?.allow = [.init(cidr: "0.0.0.0/0", ports: [443, 80, 81])]
    let rule = try NetworkLayout.desired(backbone, zones: ["a", "b", "c"]).egressRules.first
    #expect(rule?.ports == [80...81, 443...443])
    #expect(rule?.transport == .tcp)
  }
}
