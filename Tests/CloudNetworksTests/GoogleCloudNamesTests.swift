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
      names.firewall("allow-inside-ingress"), names.firewall("ingress-0a1b2c3d"),
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
  }

  @Test func secondaryRangesAvoidWhatIsTakenAndKeepWhatIsThere() throws {
    var taken = [try IPv4Network(parsing: "100.64.0.0/16"), try IPv4Network(parsing: "100.127.0.0/19")]
    let ranges = GoogleCloudSecondaryRanges.complete([], seed: 0, taken: &taken)
    #expect(ranges?.map(\.ipCidrRange) == ["100.65.0.0/16", "100.127.32.0/20"])
    let odd = Subnetwork.SecondaryRange(rangeName: "pods", ipCidrRange: "172.20.0.0/14")
    let kept = GoogleCloudSecondaryRanges.complete([odd], seed: 2, taken: &taken)
    #expect(kept?.map(\.ipCidrRange) == ["172.20.0.0/14", "100.127.48.0/20"])
    #expect(taken.count == 5)
  }

  @Test func whereThereIsNoRoomThereAreNoRanges() throws {
    var taken = [try IPv4Network(parsing: "100.64.0.0/10")]
    #expect(GoogleCloudSecondaryRanges.complete([], seed: .max, taken: &taken) == nil)
  }
}
