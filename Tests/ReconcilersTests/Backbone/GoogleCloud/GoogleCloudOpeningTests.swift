import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// Firewall rules of others in the network of a Backbone.
@Suite struct GoogleCloudOpeningTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    /// Begins the words of what is open; nil: nothing.
    var opening: String?
    var isAdopted = false
    var change: @Sendable (inout Firewall) -> Void
    var testDescription: String { name }
    init(
      _ name: String,
      _ opening: String? = nil,
      isAdopted: Bool = false,
      change: @escaping @Sendable (inout Firewall) -> Void
    ) {
      (self.name, self.opening, self.isAdopted, self.change) = (name, opening, isAdopted, change)
    }
  }

  private static func egress(_ rule: inout Firewall, _ range: String?, _ transport: String, _ ports: [String]? = nil) {
    rule.direction = "EGRESS"
    rule.sourceRanges = nil
    rule.destinationRanges = range.map { [$0] }
    rule.allowed = [.init(IPProtocol: transport, ports: ports)]
  }

  /// Each changes a rule that lets in SSH from everywhere.
  static let rows: [Row] = [
    Row("SSH from everywhere", "lets tcp 22 in from 0.0.0.0/0") { _ in },
    Row("no ranges at all", "lets tcp 22 in from 0.0.0.0/0") { $0.sourceRanges = nil },
    Row("for some machines only", "lets tcp 22 in from 0.0.0.0/0") { $0.targetTags = ["gke-shop-node"] },
    Row("GKE's own name", "lets tcp 22 in from 0.0.0.0/0") { $0.name = "gke-shop-0a1b-vms" },
    Row("one of several ranges", "lets tcp 22 in from 8.8.8.8/32:") { $0.sourceRanges = ["10.0.0.0/8", "8.8.8.8/32"] },
    Row("half of the world", "lets tcp 22 in from 128.0.0.0/1") { $0.sourceRanges = ["128.0.0.0/1"] },
    Row("just below our denial", "lets tcp 22 in") { $0.priority = 65533 },
    Row("beside our denial") { $0.priority = 65534 },
    Row("turned off") { $0.disabled = true },
    Row("a denial") { ($0.denied, $0.allowed) = ($0.allowed, nil) },
    Row("private ranges") { $0.sourceRanges = ["10.0.0.0/8", "172.20.0.0/16", "192.168.0.0/16", "100.64.0.0/10"] },
    Row("health checks and IAP") { $0.sourceRanges = ["35.191.0.0/16", "130.211.0.0/22", "35.235.240.0/20"] },
    Row("from machines by tag") { ($0.sourceRanges, $0.sourceTags) = (nil, ["bastion"]) },
    Row("from machines by tag, and a range", "lets tcp 22 in from 8.0.0.0/8") { rule in
      (rule.sourceRanges, rule.sourceTags) = (["8.0.0.0/8"], ["bastion"])
    },
    Row("what the spec lets in") { rule in
      rule.sourceRanges = ["203.0.113.0/25"]
      rule.allowed = [.init(IPProtocol: "6", ports: ["443"])]
    },
    Row("more ports than the spec lets in", "lets tcp 443-444 in from 203.0.113.0/24") { rule in
      rule.sourceRanges = ["203.0.113.0/24"]
      rule.allowed = [.init(IPProtocol: "tcp", ports: ["443-444"])]
    },
    Row("another network's") { $0.network = "projects/demo/global/networks/other" },
    Row("out to anywhere", "lets all out to 0.0.0.0/0") { egress(&$0, nil, "all") },
    Row("out to a private range", "lets tcp 443 out to 172.16.0.0/28") { egress(&$0, "172.16.0.0/28", "tcp", ["443"]) },
    Row("out to the Backbone itself") { egress(&$0, "10.20.16.0/20", "all") },
    Row("out to Google's APIs") { egress(&$0, "199.36.153.8/30", "tcp", ["443"]) },
    Row("what the spec lets out") { egress(&$0, "192.168.100.7/32", "tcp", ["8081"]) },
    Row("in an adopted network, for all", "lets tcp 22 in from 0.0.0.0/0", isAdopted: true) { _ in },
    Row("in an adopted network, for some", isAdopted: true) { $0.targetTags = ["web"] },
    Row("in an adopted network, for others' ranges", isAdopted: true) { $0.destinationRanges = ["10.99.0.0/16"] },
    Row("in an adopted network, for ours", "lets tcp 22 in", isAdopted: true) {
      $0.destinationRanges = ["10.20.0.0/24"]
    },
    Row("in an adopted network, out from others", isAdopted: true) { rule in
      egress(&rule, "0.0.0.0/0", "all")
      rule.sourceRanges = ["10.99.0.0/16"]
    },
  ]

  @Test(arguments: rows) func whatOthersOpenIsReportedAndLeftAlone(row: Row) throws {
    var states = try GoogleCloudStates()
    states.desired.ingressRules = [
      .init(cidr: try IPv4Network(parsing: "203.0.113.0/24"), transport: .tcp, ports: [443...443])
    ]
    if row.isAdopted { states.desired.existingNetworkID = states.names.network }
    var observed = states.complete()
    var rule = Firewall(name: "theirs", description: "made by hand")
    rule.network = states.link("global/networks/\(states.names.network)")
    rule.sourceRanges = ["0.0.0.0/0"]
    rule.allowed = [.init(IPProtocol: "tcp", ports: ["22"])]
    rule.id = "99"
    row.change(&rule)
    let before = states.plan(observed)
    observed.firewalls.append(rule)
    let plan = states.plan(observed)
    #expect(plan.words == before.words && plan.repairs == before.repairs, "nothing is done about it")
    guard let opening = row.opening else {
      #expect(plan.problems.isEmpty && plan.parts[.firewall] == .ready)
      return
    }
    let problem = try #require(plan.problems.first)
    #expect(problem.part == .firewall && problem.kind == .foreignObject && plan.lookAgainAfter == .seconds(60))
    let words = "firewall rule \(rule.name), which is not this Backbone's, \(opening)"
    #expect(problem.message.hasPrefix(words.hasSuffix(":") ? String(words.dropLast()) : words), "\(problem.message)")
    #expect(problem.message.contains("delete it, or allow the same in spec."))
    #expect(!states.plan(observed, .absent).words.contains { $0.hasSuffix(rule.name) })
  }

  @Test func whereNothingIsOursNothingIsReported() throws {
    var states = try GoogleCloudStates()
    states.desired.existingNetworkID = "corporate"
    states.desired.egressRules = []
    for index in states.desired.subnets.indices { states.desired.subnets[index].existingID = "theirs-\(index)" }
    var observed = GoogleCloudObserved(project: "demo")
    observed.network = Network(name: "corporate")
    var rule = Firewall(name: "theirs")
    rule.network = "projects/demo/global/networks/corporate"
    rule.allowed = [.init(IPProtocol: "all")]
    observed.firewalls = [rule]
    #expect(!states.plan(observed).problems.contains { $0.part == .firewall })
  }
}
