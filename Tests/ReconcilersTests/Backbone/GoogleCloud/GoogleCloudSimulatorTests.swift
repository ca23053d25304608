import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import GoogleCloud
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import CloudNetworks
@testable import Reconcilers

private let simulator = ProcessInfo.processInfo.environment["CLOUDS_GCP_URL"]
/// Where Compute Engine is asked for, if not in the simulator itself: a proxy that checks what passes.
private let proxy = ProcessInfo.processInfo.environment["CLOUDS_GCP_PROXY_URL"]

/// What the lifecycles of all clouds do not ask of Google Cloud. In their suite, because those reset the simulator.
extension BackboneLifecycleTests {
  @Suite(.enabled(if: simulator != nil, "needs CLOUDS_GCP_URL")) struct GoogleCloudSimulatorTests {}
}

extension BackboneLifecycleTests.GoogleCloudSimulatorTests {
  private var base: String { simulator ?? "" }

  private func network(
    over transport: any Transport = CurlTransport(),
    project: String? = nil
  ) async throws -> GoogleCloudNetwork {
    let key = try await transport.send(HTTPRequest(url: base + "/_sim/credentials")).body
    let source = try GoogleCredentialSource(secret: ["key.json": key], tokenURL: base + "/token")
    let access = GoogleAccess(
      tokens: source.tokens(over: transport),
      transport: transport,
      budget: RequestBudget(perSecond: 1000, burst: 1000)
    )
    let (project, url) = (project ?? source.projectID ?? "", proxy ?? base)
    return GoogleCloudNetwork(
      compute: ComputeClient(project: project, access: access, endpoint: url),
      dns: DNSClient(project: project, access: access, endpoint: url),
      region: "europe-west1"
    )
  }

  /// Until nothing is to be done and nothing under way.
  private func converge(
    _ provider: GoogleCloudNetwork,
    _ desired: inout DesiredNetwork,
    _ goal: NetworkGoal
  ) async throws -> NetworkPlan<GoogleCloudAction> {
    var plan = NetworkPlan<GoogleCloudAction>()
    for _ in 0..<200 {
      plan = GoogleCloudNetwork.plan(desired, goal: goal, try await provider.gather(desired, goal), now: .now())
      var ledger = plan.report.ledger
      for action in plan.actions { try await provider.perform(action, desired, &ledger) }
      desired.ledger = ledger
      if plan.actions.isEmpty, plan.waiting.isEmpty, goal == .present || plan.isGone { return plan }
      // The simulator's operations take their time.
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("the network did not come to rest: \(plan)")
    return plan
  }

  @Test func aNetworkIsMadeChangedAndRemovedWithoutAFinding() async throws {
    let provider = try await network()
    #expect(try await provider.zones().count == 3)
    var desired = try DesiredNetwork.google(uid: "\(Timestamp.now().microseconds)")
    desired.privateServices = ["googleapis.com", "gcr.io"]
    desired.egressRules[0].description = "Office in Berlin"
    let made = try await converge(provider, &desired, .present)
    #expect(made.problems.isEmpty && made.parts.allSatisfy { $0.value == .ready }, "\(made)")

    desired.privateServices = ["gcr.io", "pkg.dev"]
    desired.egress.portsPerMachine = 64
    desired.hasFlowLogs = true
    desired.egress.addresses = .shared
    desired.subnets.removeLast()
    desired.egressRules = []
    let changed = try await converge(provider, &desired, .present)
    #expect(changed.problems.isEmpty && changed.report.subnets.count == 1)
    #expect(changed.report.egressAddresses.count == 1 && changed.later.isEmpty)

    #expect(try await converge(provider, &desired, .absent).isGone)
    let report = try await CurlTransport().send(HTTPRequest(url: base + "/_sim/requests")).body
    let text = String(decoding: report, as: UTF8.self)
    #expect(text.contains(#""findings": []"#) && !text.contains(#""findings": [{"#))
  }

  @Test func aSharedNetworkIsUsedInItsHostProject() async throws {
    let service = try await network(project: "service")
    let host = service.compute.inProject("host")
    var shared = Network(name: "shared-\(Timestamp.now().microseconds)")
    shared.autoCreateSubnetworks = false
    _ = try await host.insert(shared, region: "europe-west1", requestID: RequestID(["shared", shared.name]))
    for _ in 0..<50 where try await host.get(Network.self, shared.name, region: "") == nil {
      try await Task.sleep(for: .milliseconds(100))
    }
    var desired = try DesiredNetwork.google(uid: "\(Timestamp.now().microseconds)")
    desired.existingNetworkID = "projects/host/global/networks/\(shared.name)"
    desired.privateServices = ["gcr.io"]
    let made = try await converge(service, &desired, .present)
    #expect(made.problems.isEmpty && made.parts.allSatisfy { $0.value == .ready }, "\(made)")
    #expect(made.report.networkID == desired.existingNetworkID)
    #expect(made.report.subnets.allSatisfy { $0.id.hasPrefix("projects/host/regions/europe-west1/subnetworks/") })
    #expect(try await service.compute.list(Subnetwork.self, region: "europe-west1").isEmpty)

    let subnet = try #require(made.report.subnets.first)
    let body = #"{"subnetwork": "\#(subnet.id)", "name": "shared-user"}"#
    let json = ["Content-Type": "application/json"] as HTTPHeaders
    let answer = try await CurlTransport().send(
      HTTPRequest(method: "POST", url: base + "/_sim/foreign", headers: json, body: Array(body.utf8))
    )
    #expect(answer.status == 200)
    let blocked = GoogleCloudNetwork.plan(
      desired,
      goal: .absent,
      try await service.gather(desired, .absent),
      now: .now()
    )
    #expect(blocked.problems.map(\.kind) == [.inUse] && blocked.actions.isEmpty)
    let machine = "projects/host/zones/europe-west1-b/instances/shared-user"
    _ = try await CurlTransport().send(
      HTTPRequest(
        method: "POST",
        url: base + "/_sim/foreign",
        headers: json,
        body: Array(#"{"remove": "\#(machine)"}"#.utf8)
      )
    )
    #expect(try await converge(service, &desired, .absent).isGone)
    #expect(try await host.get(Network.self, shared.name, region: "") != nil)
    #expect(try await service.dns.inProject("host").zones().isEmpty)
  }

  @Test func inAnAdoptedNetworkTheRulesAreForOurRangesOnly() async throws {
    let provider = try await network()
    var corporate = Network(name: "corporate-\(Timestamp.now().microseconds)")
    corporate.autoCreateSubnetworks = false
    _ = try await provider.compute.insert(corporate, region: "europe-west1", requestID: RequestID(["corporate"]))
    var desired = try DesiredNetwork.google(uid: "\(Timestamp.now().microseconds)")
    desired.existingNetworkID = corporate.name
    desired.ingressRules = desired.egressRules
    for _ in 0..<50 where try await provider.compute.get(Network.self, corporate.name, region: "") == nil {
      try await Task.sleep(for: .milliseconds(100))
    }
    let made = try await converge(provider, &desired, .present)
    #expect(made.problems.filter { $0.part == .firewall } == [])
    let rules = try await provider.gather(desired, .present).firewalls
    #expect(rules.count == 7)
    let ours = try #require(IPv4Network("10.20.0.0/16"))
    let pods = try #require(IPv4Network("100.64.0.0/10"))
    for rule in rules {
      let scope = (rule.direction == "EGRESS" ? rule.sourceRanges : rule.destinationRanges) ?? []
      let isConfined = scope.compactMap { IPv4Network($0) }.allSatisfy { ours.contains($0) || pods.contains($0) }
      #expect(!scope.isEmpty && isConfined, "\(rule.name) is for \(scope)")
    }
    #expect(try await converge(provider, &desired, .absent).isGone)
    #expect(try await provider.compute.get(Network.self, corporate.name, region: "") != nil)
  }

  @Test func whatIsRetainedIsNeitherAdoptedNorDeletedByALaterBackbone() async throws {
    let provider = try await network()
    var desired = try DesiredNetwork.google(uid: "\(Timestamp.now().microseconds)")
    _ = try await converge(provider, &desired, .present)
    let before = try await provider.gather(desired, .present)
    #expect(try await converge(provider, &desired, .released).isGone)
    var later = try DesiredNetwork.google(uid: "later-\(Timestamp.now().microseconds)")
    let made = try await converge(provider, &later, .present)
    #expect(made.problems.isEmpty && made.report.networkID?.hasSuffix(before.network?.name ?? "?") == false)
    #expect(try await converge(provider, &later, .absent).isGone)
    let left = try await provider.gather(desired, .present)
    #expect(left.firewalls.map(\.name) == before.firewalls.map(\.name) && left.subnetworks.count == 2)
    #expect(left.firewalls.allSatisfy { $0.description?.hasPrefix("Left by Backbone") == true })
    #expect(left.router?.nats == before.router?.nats && left.addresses.allSatisfy { $0.labels?["team"] != nil })
    #expect(!left.addresses.contains { $0.labels?["cloudlinker-backbone"] == desired.mark.uid })
  }

  @Test func lostAnswersAndThrottlingDoNotChangeTheOutcome() async throws {
    let faults = FaultTransport(CurlTransport())
    let provider = try await network(over: faults)
    for skip in stride(from: 0, to: 10, by: 2) {
      faults.inject(.loseAnswer, on: { $0.method == "POST" && $0.url.contains("requestId") }, skipping: skip)
    }
    faults.inject(.answer(status: 429, retryAfter: "0"), on: { $0.method == "GET" }, skipping: 20, times: 3)
    faults.inject(.answer(status: 401), on: { $0.method == "GET" }, skipping: 30)
    faults.inject(.answer(status: 503), on: { $0.method == "DELETE" }, skipping: 3, times: 2)
    var desired = try DesiredNetwork.google(uid: "\(Timestamp.now().microseconds)")
    let made = try await converge(provider, &desired, .present)
    #expect(made.problems.isEmpty && made.report.subnets.count == 2 && made.report.egressAddresses.count == 2)
    #expect(try await converge(provider, &desired, .absent).isGone)
    #expect(faults.injected.count == 11)
  }
  @Test func everyWayToATokenIsAccepted() async throws {
    let host = String(base.dropFirst("http://".count))
    let key = try await CurlTransport().send(HTTPRequest(url: base + "/_sim/credentials")).body
    let federation = """
      {"type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/pools/p/providers/k",
      "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "\(base)/v1/token",
      "credential_source": {"file": "/token"}, "service_account_impersonation_url":
      "\(base)/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken"}
      """
    let files = ["/key": key, "/federation": Array(federation.utf8), "/token": Array("a.b.c\n".utf8)]
    for environment in [
      ["GCE_METADATA_HOST": host], ["GOOGLE_APPLICATION_CREDENTIALS": "/key"],
      ["GOOGLE_APPLICATION_CREDENTIALS": "/federation"],
    ] {
      let isKey = environment.values.contains("/key")
      let source = try GoogleCredentialSource(environment: environment, tokenURL: isKey ? base + "/token" : nil) {
        path in
        files[path]
      }
      let access = GoogleAccess(tokens: source.tokens(over: CurlTransport()), transport: CurlTransport())
      let compute = ComputeClient(project: "p", access: access, endpoint: base)
      #expect(try await compute.zones(of: "europe-west1").count == 3, "\(source)")
    }
    let project = try await MetadataServer(host: host, transport: CurlTransport()).projectID()
    #expect(project == "simulator-project")
  }
}
