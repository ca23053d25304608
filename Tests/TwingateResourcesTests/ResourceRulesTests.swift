import Foundations
import Testing
import Twingate

@testable import TwingateResources

@Suite struct ResourceRulesTests {
  @Test(arguments: [
    "grafana.monitoring.svc.cluster.local", "10.0.0.1", "10.0.0.0/16", "*.acme.com", "db?.acme.com", "a_b.acme.com",
    "host",
  ])
  func addressesThatTwingateTakes(text: String) { #expect(ResourceRules.address(text) == nil) }

  @Test(arguments: [
    ("10.0.0.1/16", "10.0.0.0/16"), ("100.96.0.1", "Twingate's own"), ("100.64.0.0/10", "Twingate's own"),
    ("10.0.0", "no IPv4"), ("10.0.0.256", "no IPv4"), ("a..b", "no IPv4"), ("", "no IPv4"), ("-a.com", "no IPv4"),
    ("10.0.0.0/33", "no range"), ("fd00::/8", "no range"), ("a b.com", "no IPv4"),
  ])
  func addressesThatItDoesNot(text: String, words: String) {
    #expect(ResourceRules.address(text)?.contains(words) == true, "\(ResourceRules.address(text) ?? "taken")")
  }

  @Test(arguments: [
    ("grafana.acme.internal", true), ("grafana", false), ("grafana.local", false), ("*.acme.com", false),
  ])
  func aliases(text: String, isTaken: Bool) { #expect((ResourceRules.alias(text) == nil) == isTaken) }

  @Test(arguments: [
    ["tgx": "1"], ["": "1"], ["a": ""], [" a": "1"], ["cloudlinker": "1"], ["a": String(repeating: "x", count: 257)],
  ])
  func tagsThatTwingateDoesNotTake(tags: [String: String]) { #expect(ResourceRules.tags(tags) != nil) }

  @Test func atMostSixtyTags() {
    func tags(_ count: Int) -> [String: String] {
      Dictionary((0..<count).map { ("key\($0)", "x") }, uniquingKeysWith: { first, _ in first })
    }
    #expect(ResourceRules.tags(tags(60)) == nil && ResourceRules.tags(tags(61)) != nil)
  }

  @Test(arguments: [
    (AccessPolicy(.manual), true), (AccessPolicy(.manual, durationSeconds: 3600), false),
    (AccessPolicy(.autoLock), false),
    (AccessPolicy(.autoLock, durationSeconds: 3599), false), (AccessPolicy(.accessRequest), true),
  ])
  func accessPolicies(policy: AccessPolicy, isTaken: Bool) {
    #expect((ResourceRules.accessPolicy(policy) == nil) == isTaken)
  }

  @Test func aServiceAccountTakesNoEndAndNoPolicy() {
    let entry = AccessRequest(.serviceAccount("ci"), securityPolicy: "Strict")
    let mistakes = ResourceRules.mistakes(
      in: request("grafana", [AccessRequest(.group("a"), securityPolicy: "Strict"), entry])
    )
    #expect(mistakes == ["access[1] is for a service account, which takes no expiresAt and no securityPolicy"])
  }

  @Test(arguments: [
    (["443"], "443"), (["8000-8010", "443"], "443,8000-8010"), (["*"], "all"), ([], "none"), (["65535"], "65535"),
  ])
  func portsAreRead(texts: [String], expected: String) throws {
    #expect(try Ports(parsing: texts).description == expected)
  }

  @Test(arguments: ["443-80", "0", "65536", "80-", "-80", "1-2-3", "", "http", "+80", "080", "80 "])
  func portsThatAreNone(text: String) { #expect(throws: Ports.Mistake.self) { try Ports(parsing: [text]) } }

  @Test func everyPortStandsByItself() { #expect(throws: Ports.Mistake.self) { try Ports(parsing: ["*", "80"]) } }
}

@Suite struct ResourceMergeTests {
  private func entry(_ name: String, alias: String? = nil, since: Int64) -> ResourceMerge.Entry {
    var request = request(name)
    request.alias = alias
    return ResourceMerge.Entry(request, since: Timestamp(seconds: since))
  }

  @Test func theOlderKeepsAnAliasAndAMistakeTakesNone() {
    let merged = ResourceMerge.merge([
      entry("younger", alias: "X.acme.com", since: 2), entry("older", alias: "x.acme.com", since: 1),
      entry("other", alias: "y.acme.com", since: 3), entry("older", since: 4), entry("bad", alias: "z", since: 0),
      entry("good", alias: "z.acme.com", since: 5),
    ])
    #expect(merged.requests.map(\.name) == ["older", "other", "good"])
    #expect(merged.refusals.map(\.reason) == [.invalidSpec, .aliasConflict, .invalidSpec])
    #expect(merged.refusals[1].message.contains("spec/older"))
  }

  @Test(arguments: [(1, false, false), (2, false, true), (2, true, false), (3, true, true)])
  func anAliasOfAnotherConnectionIsTheOlders(since: Int64, winsTies: Bool, isKept: Bool) {
    let claim = ResourceMerge.Claim(since: Timestamp(seconds: since), holder: "VPNConnection other", winsTies: winsTies)
    let merged = ResourceMerge.merge([entry("a", alias: "X.acme.com", since: 2)], claims: ["x.acme.com": claim])
    #expect(merged.requests.isEmpty != isKept)
    #expect(merged.refusals.map(\.reason) == (isKept ? [] : [.aliasConflict]))
  }

  @Test func anAnnotationYieldsToTheConnectionHoweverOldItIs() {
    var annotated = entry("annotated", alias: "x.acme.com", since: 1)
    annotated.voice = .annotation
    let own = entry("own", alias: "x.acme.com", since: 2)
    #expect(ResourceMerge.merge([annotated, own]).requests.map(\.name) == ["own"])
    #expect(ResourceMerge.merge([annotated, entry("other", since: 2)], limit: 1).requests.map(\.name) == ["other"])
    func isTaken(_ entry: ResourceMerge.Entry, by voice: ResourceMerge.Voice, since: Int64) -> Bool {
      let claim = ResourceMerge.Claim(by: voice, since: Timestamp(seconds: since), holder: "another", winsTies: true)
      return ResourceMerge.merge([entry], claims: ["x.acme.com": claim]).requests.isEmpty
    }
    #expect(!isTaken(own, by: .annotation, since: 1))
    #expect(isTaken(annotated, by: .connection, since: 9))
  }

  @Test func theYoungestAreTooMany() {
    let merged = ResourceMerge.merge((0..<4).map { entry("r\($0)", since: Int64(9 - $0)) }, limit: 3)
    #expect(merged.requests.map(\.name) == ["r3", "r2", "r1"] && merged.refusals.map(\.origin) == ["spec/r0"])
  }
}
