import Cloud
import CloudResources
import Digests
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// create → unchanged → drift → repair → delete, over Compute Engine in memory.
@Suite struct GoogleCloudLifeTests {
  private static let base = "cl-production-main-\(SHA256.text("6f9f7a1e-6f0a-4f39-9c43-1c1f4dd0f2aa").prefix(8))"
  private static let region = "regions/europe-west1"
  private static let everything: [String] = {
    let hash = SHA256.text(#"192.168.100.0/24 tcp ["443", "8080-8090"]"#).prefix(8)
    let firewalls = [
      "allow-google-egress", "allow-inside-egress", "allow-inside-ingress", "deny-egress", "deny-ingress",
      "egress-\(hash)",
    ]
    return firewalls.map { "global/firewalls/\(base)-fw-\($0)" } + ["global/networks/\(base)"]
      + ["nat-1", "nat-2"].map { "\(region)/addresses/\(base)-\($0)" } + ["\(region)/routers/\(base)-router"]
      + ["net-a", "net-b"].map { "\(region)/subnetworks/\(base)-\($0)" }
  }()

  /// A life in which the process crashes once: before or after its `performs`th action.
  private func live(dyingAt performs: Int?, before: Bool) async throws -> GoogleCloudDriver {
    let fake = try FakeCompute()
    var driver = GoogleCloudDriver(fake, try .google())
    driver.performsLeft = performs
    driver.crashesBefore = before
    let made = try #require(try await driver.converge())
    #expect(fake.paths == Self.everything)
    #expect(made.parts.allSatisfy { $0.value == .ready }, "\(made.parts)")
    #expect(made.problems.isEmpty && made.later.isEmpty && made.report.egressAddresses.count == 2)

    _ = fake.takeLog()
    let unchanged = try await driver.reconcile()
    let log = fake.takeLog()
    #expect(unchanged.actions.isEmpty && unchanged.lookAgainAfter == nil)
    #expect(log.count <= 8 && log.allSatisfy { $0.hasPrefix("GET ") }, "\(log)")

    drift(fake)
    var repairs: Set<String> = []
    for _ in 0..<6 { repairs.formUnion(try await driver.reconcile().repairs) }
    let repaired = try await driver.reconcile()
    #expect(repaired.actions.isEmpty && repaired.parts.allSatisfy { $0.value == .ready })
    #expect(fake.paths == Self.everything)
    if performs == nil { expectNamed(repairs) }

    driver.goal = .absent
    let gone = try await driver.converge()
    #expect(gone?.isGone == true && fake.paths.isEmpty, "\(fake.paths)")
    return driver
  }

  private func drift(_ fake: FakeCompute) {
    let (base, region) = (Self.base, Self.region)
    fake.change("global/firewalls/\(base)-fw-deny-ingress") { $0["disabled"] = true }
    fake.change("global/firewalls/\(base)-fw-allow-google-egress") { $0["destinationRanges"] = ["0.0.0.0/0"] }
    fake.change("\(region)/subnetworks/\(base)-net-a") { $0["privateIpGoogleAccess"] = false }
    fake.change("\(region)/routers/\(base)-router") { $0["nats"] = [] }
    fake.remove("global/firewalls/\(base)-fw-deny-egress")
  }

  private func expectNamed(_ repairs: Set<String>) {
    let base = Self.base
    #expect(repairs.count == 5)
    #expect(repairs.contains("disabled of firewall \(base)-fw-deny-ingress had been changed"))
    #expect(repairs.contains("destinationRanges of firewall \(base)-fw-allow-google-egress had been changed"))
    #expect(repairs.contains("Private Google Access of subnetwork \(base)-net-a had been turned off"))
    #expect(repairs.contains("Cloud NAT of router \(base)-router had been changed"))
    #expect(repairs.contains { $0.hasSuffix("was deleted by someone else: created again") })
  }

  @Test func aNetworkIsMadeKeptRepairedAndRemoved() async throws {
    let driver = try await live(dyingAt: nil, before: false)
    #expect(driver.performed.filter { $0.hasPrefix("create") || $0.hasPrefix("reserve") }.count == 13)
  }

  @Test func aCrashAtAnyMomentChangesNothingOfTheOutcome() async throws {
    let whole = try await live(dyingAt: nil, before: false).performed.count
    for moment in 0..<whole {
      for before in [true, false] {
        let driver = try await live(dyingAt: moment, before: before)
        #expect(driver.crashes == 1, "at \(moment), before: \(before)")
      }
    }
  }

  /// Every fifth request; with a crash at every action above, that is every kind of moment.
  @Test func aLostAnswerToAnyRequestChangesNothingOfTheOutcome() async throws {
    let whole = try await live(dyingAt: nil, before: false).fake.faults.requestCount
    for number in stride(from: 0, to: whole, by: 5) {
      let fake = try FakeCompute()
      fake.faults.inject(.loseAnswer, skipping: number)
      var driver = GoogleCloudDriver(fake, try .google())
      #expect(try await driver.converge() != nil && fake.paths == Self.everything, "request \(number)")
      driver.goal = .absent
      #expect(try await driver.converge()?.isGone == true && fake.paths.isEmpty, "request \(number)")
    }
  }

  @Test func whatWasDeletedIsMadeAgainAlthoughTheRequestIsTheSame() async throws {
    let fake = try FakeCompute()
    var driver = GoogleCloudDriver(fake, try .google())
    _ = try await driver.converge()
    fake.remove("global/firewalls/\(Self.base)-fw-deny-egress")
    driver.now = Timestamp(seconds: 1_767_225_600)
    _ = try await driver.converge()
    #expect(fake.paths == Self.everything)
  }

  @Test func aFailedOperationIsAProblemAndIsTriedAgainLater() async throws {
    let fake = try FakeCompute()
    var driver = GoogleCloudDriver(fake, try .google())
    _ = try await driver.reconcile()
    fake.failNext("subnetworks", "QUOTA_EXCEEDED")
    _ = try await driver.reconcile()
    let failed = try await driver.reconcile()
    #expect(failed.problems.map(\.kind) == [.quotaExceeded])
    #expect(!failed.actions.contains { $0.description.hasPrefix("create subnetwork") })
    #expect(failed.lookAgainAfter.map { $0 <= .seconds(60) } == true)
    driver.now = driver.now.advanced(by: .seconds(60))
    #expect(try await driver.converge()?.problems.isEmpty == true)
    #expect(fake.paths == Self.everything)
  }

  @Test func aSubnetworkThatIsTakenAwayKeepsServingTheMachinesInIt() async throws {
    let fake = try FakeCompute()
    var driver = GoogleCloudDriver(fake, try .google())
    _ = try await driver.converge()
    let router = "\(Self.region)/routers/\(Self.base)-router"
    let before = fake[router]
    fake.change("zones/z/instances/vm") { instance in
      let network = JSONValue.string("projects/demo/global/networks/\(Self.base)")
      let subnetwork = JSONValue.string("projects/demo/\(Self.region)/subnetworks/\(Self.base)-net-b")
      instance["networkInterfaces"] = [["network": network, "subnetwork": subnetwork]]
    }
    driver.desired.subnets.removeLast()
    var plan = try await driver.reconcile()
    for _ in 0..<5 { plan = try await driver.reconcile() }
    #expect(plan.problems.map(\.kind) == [.inUse] && plan.problems.first?.part == .subnets)
    #expect(fake[router]?["nats"] == before?["nats"], "Cloud NAT serves it with the same addresses")
    #expect(fake.paths.filter { !$0.contains("/instances/") } == Self.everything)
    fake.remove("zones/z/instances/vm")
    #expect(try await driver.converge()?.problems.isEmpty == true)
    #expect(!fake.paths.contains { $0.hasSuffix("net-b") || $0.hasSuffix("nat-2") })
  }

  @Test func whatIsInASubnetworkIsNamedAndWaitedFor() async throws {
    let fake = try FakeCompute()
    var driver = GoogleCloudDriver(fake, try .google())
    _ = try await driver.converge()
    fake.change("zones/z/instances/legacy") { instance in
      instance["id"] = "42"
      let network = JSONValue.string("projects/demo/global/networks/\(Self.base)")
      let subnetwork = JSONValue.string("projects/demo/\(Self.region)/subnetworks/\(Self.base)-net-a")
      instance["networkInterfaces"] = [["network": network, "subnetwork": subnetwork]]
    }
    driver.goal = .absent
    for _ in 0..<8 { _ = try await driver.reconcile() }
    let blocked = try await driver.reconcile()
    #expect(blocked.problems.map(\.kind) == [.inUse] && !blocked.isGone)
    #expect(blocked.problems.first?.message.contains("instance legacy (42)") == true)
    #expect(fake.paths.contains("global/firewalls/\(Self.base)-fw-deny-ingress"))
    #expect(fake.paths.filter { !$0.contains("/instances/") } == Self.everything, "nothing is taken meanwhile")

    fake.remove("zones/z/instances/legacy")
    #expect(try await driver.converge()?.isGone == true)
    #expect(fake.paths.isEmpty)
  }
}
