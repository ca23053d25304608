import CloudLinkerAPI
import FoundationEssentials
import Kubernetes
import Testing
import YAML

@testable import Reconcilers

/// Who may use the operator's own identity, as a table.
@Suite struct CloudIdentityLoanTests {
  private static let role = "arn:aws:iam::111111111111:role/network"
  private static let other = "arn:aws:iam::222222222222:role/network"
  private static let subscription = "0a0a0a0a-0000-4000-8000-000000000000"

  private func backbone(_ provider: CloudProvider, change: (inout BackboneSpec) -> Void = { _ in }) -> Backbone {
    var spec = BackboneSpec(provider: provider, region: "r-1", network: .init(cidr: "10.10.0.0/16"))
    if provider == .gcp { spec.gcp = .init(project: "acme-production") }
    if provider == .azure { spec.azure = .init(subscriptionID: Self.subscription) }
    change(&spec)
    return Backbone(metadata: ObjectMeta(name: "net", namespace: "production"), spec: spec)
  }

  /// The refusal's message, or the role that is to be assumed.
  private func outcome(
    _ backbone: Backbone,
    naming references: [CloudReference] = [],
    isOffered: Bool = true,
    label: String? = "allowed",
    table rows: [String: String]? = nil
  ) -> String {
    let key = ObjectKey(namespace: "cloudlinker-system", name: "cloudlinker-cloud-identities")
    let loan = CloudIdentityLoan(
      isOffered: isOffered,
      namespaceLabels: label.map { [CloudIdentityLoan.label: $0] } ?? [:],
      table: rows.map { ConfigMap(metadata: ObjectMeta(name: key.name, namespace: key.namespace), data: $0) },
      tableKey: key
    )
    do {
      let role = try loan.spec(of: backbone).aws?.assumeRoleARN ?? "none"
      try loan.check(references, in: backbone)
      return "role \(role)"
    } catch {
      #expect(error.reason == .cloudIdentityNotAllowed && error.condition == .dependenciesReady)
      return error.message
    }
  }

  @Test func itIsLentWhereTheOwnerSaysSoAndNowhereElse() {
    #expect(outcome(backbone(.aws), isOffered: false).contains("--own-cloud-identity=false"))
    for label in [nil, "", "true", "Allowed"] {
      #expect(
        outcome(backbone(.aws), label: label)
          .contains("kubectl label namespace production cloudlinker.dev/cloud-identity=allowed")
      )
    }
    #expect(outcome(backbone(.aws)) == "role none")
    #expect(outcome(backbone(.aws) { $0.aws = .init(assumeRoleARN: Self.other) }) == "role \(Self.other)")
    #expect(outcome(backbone(.gcp)) == "role none")
  }

  @Test func aTableForbidsWhatItDoesNotName() {
    let rows = ["staging": "gcp: {projects: [acme-production]}"]
    #expect(outcome(backbone(.gcp), table: rows).contains("has no key \"production\""))
    #expect(outcome(backbone(.gcp), table: ["production": ""]).contains("\"acme-production\" is not granted"))
    #expect(outcome(backbone(.aws), table: ["production": "aws: {}"]).contains("grants this namespace nothing in AWS"))
    #expect(
      outcome(backbone(.azure), table: rows.merging(["production": "gcp: {projects: []}"]) { $1 }).contains("azure")
    )
    let message = outcome(backbone(.gcp), table: ["production": "gcp: {projects: [acme-staging, acme-test]}"])
    #expect(message.contains("use one of: acme-staging, acme-test"), "\(message)")
  }

  @Test func aTableGrantsWhatItNames() {
    #expect(outcome(backbone(.gcp), table: ["production": "gcp: {projects: [acme-production]}"]) == "role none")
    let subscriptions = "azure: {subscriptionIDs: [\(Self.subscription.uppercased())]}"
    #expect(outcome(backbone(.azure), table: ["production": subscriptions]) == "role none")
    #expect(outcome(backbone(.aws), table: ["production": "aws: {withoutRole: true}"]) == "role none")
    let roles = ["production": "aws: {roleARNs: ['\(Self.role)', '\(Self.other)'], withoutRole: true}"]
    #expect(outcome(backbone(.aws), table: roles) == "role \(Self.role)", "the first where the spec names none")
    #expect(outcome(backbone(.aws) { $0.aws = .init(assumeRoleARN: Self.other) }, table: roles) == "role \(Self.other)")
    let one = ["production": "aws: {roleARNs: ['\(Self.role)']}"]
    let message = outcome(backbone(.aws) { $0.aws = .init(assumeRoleARN: Self.other) }, table: one)
    #expect(message.contains("spec.aws.assumeRoleARN: \"\(Self.other)\" is not granted"), "\(message)")
  }

  @Test(arguments: [
    ("gcp: {project: [acme-production]}", "gcp.project"), ("aws: {roleARNs: [network]}", "aws.roleARNs[0]"),
    ("azure: {subscriptionIDs: [prod]}", "azure.subscriptionIDs[0]"), ("[", "cannot be read"),
  ])
  func aRowThatCannotBeReadGrantsNothing(row: String, finding: String) {
    let message = outcome(backbone(.gcp), table: ["production": row])
    #expect(message.contains(finding), "\(message)")
    #expect(message.contains("ask the cluster's owner to correct it"), "\(message)")
  }

  @Test func resourcesOfAnotherSubscriptionAreOutOfReach() {
    let address = "/subscriptions/0b0b0b0b-0000-4000-8000-000000000000/resourceGroups/g/providers/x/publicIPAddresses/a"
    let message = outcome(
      backbone(.azure) { spec in
        spec.egress = .init()
        spec.egress?.existingAddressIDs = [address]
      }
    )
    #expect(message.hasPrefix("spec.egress.existingAddressIDs[0]: \"\(address)\" is not in subscription"), "\(message)")
  }

  @Test func aSharedNetworksProjectMustBeGrantedToo() {
    let shared = backbone(.gcp) { $0.network.existing = .init(id: "projects/acme-host/global/networks/shared") }
    let message = outcome(shared, table: ["production": "gcp: {projects: [acme-production]}"])
    #expect(message.hasPrefix("spec.network.existing.id: \"acme-host\" is not granted"), "\(message)")
    #expect(outcome(shared, table: ["production": "gcp: {projects: [acme-production, acme-host]}"]) == "role none")
  }

  /// Who chooses the role of nodes does what the role may.
  @Test func nodesAndMachinesRunAsWhatTheTableLists() {
    let admin = "arn:aws:iam::111111111111:role/Admin"
    var connectors = TwingateSpec.Connectors()
    connectors.aws = .init(instanceProfile: "admin")
    let cases: [(provider: CloudProvider, references: [CloudReference], grant: String, listed: String)] = [
      (.aws, [CloudReference("spec.aws.nodeRoleARN", admin, .identity)], "aws: {withoutRole: true", admin),
      (.aws, connectors.cloudReferences, "aws: {withoutRole: true", "admin"),
      (
        .gcp,
        [CloudReference("spec.gcp.nodeServiceAccount", "editor@acme-production.iam.gserviceaccount.com", .identity)],
        "gcp: {projects: [acme-production]", "editor@acme-production.iam.gserviceaccount.com"
      ),
      (
        .azure, [CloudReference("spec.azure.identityID", "/subscriptions/\(Self.subscription)/x/owner", .identity)],
        "azure: {subscriptionIDs: [\(Self.subscription)]", "/SUBSCRIPTIONS/\(Self.subscription)/x/Owner"
      ),
    ]
    for (provider, references, grant, listed) in cases {
      let (net, field) = (backbone(provider), references[0].field)
      #expect(outcome(net, naming: references) == "role none", "\(field): no table, no list")
      let message = outcome(net, naming: references, table: ["production": grant + "}"])
      #expect(message.hasPrefix("\(field): \"\(references[0].value)\" is not granted"), "\(message)")
      #expect(message.contains("add it to \(provider.rawValue.lowercased()).workloadIdentities there"), "\(message)")
      let rows = ["production": grant + ", workloadIdentities: ['\(listed)']}"]
      #expect(outcome(net, naming: references, table: rows) == "role none", "\(field)")
    }
  }

  @Test func everyRoleThatAClusterNamesIsAReference() {
    var cluster = PrivateClusterSpec(backboneRef: .init(name: "net"), version: "1.34", nodePools: [])
    cluster.aws = .init()
    let roles = ["control-plane", "nodes", "auto"].map { "arn:aws:iam::111111111111:role/\($0)" }
    cluster.aws?.clusterRoleARN = roles[0]
    cluster.aws?.nodeRoleARN = roles[1]
    cluster.aws?.autoModeNodeRoleARN = roles[2]
    let references = cluster.cloudReferences
    #expect(references.map(\.value) == roles && references.allSatisfy { $0.kind == .identity }, "\(references)")
  }

  @Test func aClusterUsesNothingOfAnotherProjectOrSubscription() {
    var cluster = PrivateClusterSpec(backboneRef: .init(name: "net"), version: "1.34", nodePools: [])
    cluster.gcp = .init(nodeServiceAccount: "nodes@acme-production.iam.gserviceaccount.com")
    cluster.gcp?.fleetProject = "acme-fleet"
    let rows = [
      "production":
        "gcp: {projects: [acme-production], workloadIdentities: [nodes@acme-production.iam.gserviceaccount.com]}"
    ]
    let message = outcome(backbone(.gcp), naming: cluster.cloudReferences, table: rows)
    #expect(message.hasPrefix("spec.gcp.fleetProject: \"acme-fleet\" is not granted"), "\(message)")
    cluster.gcp = nil
    cluster.azure = .init()
    cluster.azure?.logWorkspaceID = "/subscriptions/0b0b0b0b-0000-4000-8000-000000000000/x/workspaces/logs"
    let other = outcome(backbone(.azure), naming: cluster.cloudReferences)
    #expect(other.contains("spec.azure.logWorkspaceID") && other.contains("is not in subscription"), "\(other)")
  }

  @Test func theExampleInTheDocumentationIsValid() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    let page = try String(contentsOf: root.appending(path: "docs/cloud-identity.md"), encoding: .utf8)
    let example = try #require(page.split(separator: "<!-- A test reads this example. -->\n```yaml\n").last)
    let yaml = try #require(example.split(separator: "```").first)
    let rows = try #require(try YAML.decode(ConfigMap.self, from: Array(yaml.utf8)).data)
    #expect(outcome(backbone(.gcp), table: rows) == "role none")
    #expect(outcome(backbone(.aws), table: rows) == "role arn:aws:iam::111111111111:role/cloudlinker")
    #expect(outcome(backbone(.azure), table: rows).contains("azure.subscriptionID"))
  }

  @Test func aNamespaceOfOneClusterIsKnownByItsExternalID() {
    let caller = CloudCaller(namespace: "production", clusterID: "0c0ffee0-0000-4000-8000-000000000000")
    #expect(caller.externalID == "0c0ffee0-0000-4000-8000-000000000000/production")
    #expect(caller.sessionName == "cloudlinker-production@0c0ffee0")
    let long = CloudCaller(namespace: String(repeating: "n", count: 62) + "a", clusterID: caller.clusterID)
    let longer = CloudCaller(namespace: String(repeating: "n", count: 62) + "b", clusterID: caller.clusterID)
    #expect(long.sessionName.utf8.count == 64 && long.sessionName != longer.sessionName)
  }
}
