import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks

@Suite struct GoogleCloudNamesTests {
  private func names(_ namespace: String, _ name: String, uid: String = "u-1") -> GoogleCloudNames {
    GoogleCloudNames(OwnershipMark(namespace: namespace, name: name, uid: uid))
  }

  @Test(arguments: [
    ("production", "main", "a"), ("9to5", "x.y.z", "europe-west1-b"),
    (String(repeating: "n", count: 63), String(repeating: "b.", count: 100) + "b", String(repeating: "s", count: 63)),
  ])
  func everyNameIsALabelOfRFC1035(namespace: String, name: String, subnet: String) throws {
    let names = names(namespace, name)
    let all = [
      names.network, names.router, names.nat, names.subnetwork(subnet), names.address(12),
      names.firewall("allow-inside-ingress"), names.firewall("ingress-0a1b2c3d"), names.zone("googleapis.com"),
      names.zone("gcr.io"),
    ]
    for name in all { #expect(try /[a-z]([-a-z0-9]{0,61}[a-z0-9])?/.wholeMatch(in: name) != nil, "\(name)") }
    #expect(Set(all).count == all.count)
  }

  @Test func whatDiffersHasDifferentNames() {
    #expect(names("a", "b-c").base != names("a", "b-c", uid: "u-2").base)
    let names = names("production", "main")
    let long = String(repeating: "s", count: 62)
    #expect(names.subnetwork(long + "a") != names.subnetwork(long + "b"))
    #expect(names.subnetwork("A") != names.subnetwork("a"))
  }

  @Test func aMarkIsReadBackOnlyFromItsWholeSelf() {
    let mark = OwnershipMark(namespace: "a", name: "b", uid: "c")
    let text = GoogleCloudMark.description(mark, role: "subnetwork/x")
    #expect(text == "cloudlinker.dev/backbone=a/b/c cloudlinker.dev/role=subnetwork/x")
    #expect(GoogleCloudMark.role(in: text, of: mark) == "subnetwork/x")
    let other = OwnershipMark(namespace: "a", name: "b", uid: "cc")
    #expect(GoogleCloudMark.role(in: text, of: other) == nil && GoogleCloudMark.role(in: nil, of: mark) == nil)
    #expect(GoogleCloudMark.role(in: "x " + text, of: mark) == nil)
    let described = GoogleCloudMark.description(mark, role: "firewall/x", note: "Office in Berlin")
    #expect(described.hasSuffix("role=firewall/x Office in Berlin"))
    #expect(GoogleCloudMark.role(in: described, of: mark) == "firewall/x")
  }

  @Test func ofGivenRangesASubnetworkGetsAnEighthAndTheLastIsForServices() throws {
    func range(_ text: String) throws -> IPv4Network { try IPv4Network(parsing: text) }
    var taken = [try range("10.20.0.0/16")]
    let ranges = GoogleCloudSecondaryRanges(given: [try range("100.70.0.0/16"), try range("10.64.0.0/16")])
    let first = ranges.complete([], taken: &taken)?.map(\.ipCidrRange)
    #expect(first == ["100.70.0.0/19", "100.70.224.0/22"])
    #expect(ranges.complete([], taken: &taken)?.map(\.ipCidrRange) == ["100.70.32.0/19", "100.70.228.0/22"])
    taken.append(try range("100.70.0.0/16"))
    #expect(ranges.complete([], taken: &taken)?.map(\.ipCidrRange) == ["10.64.0.0/19", "10.64.224.0/22"])

    let small = GoogleCloudSecondaryRanges(given: [try range("100.70.0.0/24")])
    #expect(small.complete([], taken: &taken) == nil, "all of it is taken")
    var free: [IPv4Network] = []
    #expect(small.complete([], taken: &free)?.map(\.ipCidrRange) == ["100.70.0.0/27", "100.70.0.224/27"])
    #expect(small.complete([], taken: &free) == nil, "GKE takes no smaller range for services")
  }

  @Test func secondaryRangesAvoidWhatIsTakenAndKeepWhatIsThere() throws {
    var taken = [try IPv4Network(parsing: "100.64.0.0/16"), try IPv4Network(parsing: "100.127.0.0/19")]
    let ranges = GoogleCloudSecondaryRanges(seed: 0).complete([], taken: &taken)
    #expect(ranges?.map(\.ipCidrRange) == ["100.65.0.0/16", "100.127.32.0/20"])
    let odd = Subnetwork.SecondaryRange(rangeName: "pods", ipCidrRange: "172.20.0.0/14")
    let kept = GoogleCloudSecondaryRanges(seed: 2).complete([odd], taken: &taken)
    #expect(kept?.map(\.ipCidrRange) == ["172.20.0.0/14", "100.127.48.0/20"])
    #expect(taken.count == 5)
  }

  @Test func whereThereIsNoRoomThereAreNoRanges() throws {
    var taken = [try IPv4Network(parsing: "100.64.0.0/10")]
    #expect(GoogleCloudSecondaryRanges(seed: .max).complete([], taken: &taken) == nil)
  }
}
