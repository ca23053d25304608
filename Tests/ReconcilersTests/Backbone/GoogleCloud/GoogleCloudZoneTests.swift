import CloudResources
import Foundations
import GoogleCloud
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// Private zones for Google's own services.
@Suite struct GoogleCloudZoneTests {
  private static let domains = ["gcr.io", "googleapis.com", "pkg.dev"]
  private let base: String

  init() throws { base = try GoogleCloudStates().names.base }

  private func driver(_ fake: FakeCompute, _ domains: [String] = domains) throws -> GoogleCloudDriver {
    var desired = try DesiredNetwork.google()
    desired.privateServices = domains
    desired.egress.addresses = .none
    return GoogleCloudDriver(fake, desired)
  }

  private func zones(_ fake: FakeCompute) -> [FakeCompute.Object] {
    fake.paths.filter { $0.hasPrefix("managedZones/") }.compactMap { fake[$0] }
  }

  private func records(_ zone: FakeCompute.Object) -> [String] {
    (zone["records"]?.items ?? []).filter { $0["type"] != "NS" }.map { record in
      let data = (record["rrdatas"]?.items ?? []).map(\.text).joined(separator: " ")
      return "\(record["name"]?.text ?? "") \(record["type"]?.text ?? "") \(data)"
    }
  }

  @Test func everyDomainLeadsToThePrivateAddresses() async throws {
    let fake = try FakeCompute()
    var driver = try driver(fake)
    let made = try #require(try await driver.converge())
    #expect(made.problems.isEmpty && made.parts.allSatisfy { $0.value == .ready })
    let found = Dictionary(uniqueKeysWithValues: zones(fake).map { ($0["dnsName"]?.text ?? "", records($0)) })
    let addresses = "199.36.153.8 199.36.153.9 199.36.153.10 199.36.153.11"
    #expect(
      found == [
        "gcr.io.": ["gcr.io. A \(addresses)", "*.gcr.io. CNAME gcr.io."],
        "pkg.dev.": ["pkg.dev. A \(addresses)", "*.pkg.dev. CNAME pkg.dev."],
        "googleapis.com.": [
          "private.googleapis.com. A \(addresses)", "*.googleapis.com. CNAME private.googleapis.com.",
        ],
      ]
    )
    _ = fake.takeLog()
    #expect(try await driver.reconcile().actions.isEmpty)
    #expect(fake.takeLog().count == 6 + 1 + 3, "one read for the zones, and one for the records of each")
  }

  @Test func withoutThemNothingIsAskedOfCloudDNS() async throws {
    let fake = try FakeCompute()
    var driver = try driver(fake, [])
    _ = try await driver.converge()
    driver.goal = .absent
    _ = try await driver.converge()
    #expect(!fake.takeLog().contains { $0.contains("managedZones") })
  }

  @Test func whatSomebodyChangedIsSetRightAndRecordsOfOtherNamesStay() async throws {
    let fake = try FakeCompute()
    var driver = try driver(fake, ["gcr.io"])
    _ = try await driver.converge()
    let path = try #require(fake.paths.first { $0.hasPrefix("managedZones/") })
    fake.change(path) { zone in
      zone["privateVisibilityConfig"] = ["networks": []]
      let own: JSONValue = ["name": "eu.gcr.io.", "type": "A", "ttl": 60, "rrdatas": ["192.0.2.1"]]
      let wrong: JSONValue = ["name": "*.gcr.io.", "type": "A", "ttl": 60, "rrdatas": ["192.0.2.1"]]
      zone["records"] = .array([own, wrong] + (zone["records"]?.items.filter { $0["type"] != "CNAME" } ?? []))
    }
    let name = path.split(separator: "/").last ?? ""
    #expect(
      try await driver.reconcile().repairs == [
        "zone \(name) had been taken from network \(base)", "records of zone \(name) had been changed",
      ]
    )
    #expect(try await driver.reconcile().actions.isEmpty)
    let left = records(try #require(fake[path]))
    #expect(left.contains("eu.gcr.io. A 192.0.2.1") && left.contains("*.gcr.io. CNAME gcr.io.") && left.count == 3)
  }

  @Test func aZoneOfSomebodyElseIsNamedAndLeftAlone() async throws {
    let fake = try FakeCompute()
    var driver = try driver(fake, [])
    _ = try await driver.converge()
    let network = JSONValue.string("https://www.googleapis.com/compute/v1/projects/demo/global/networks/\(base)")
    fake.change("managedZones/theirs") { zone in
      zone["dnsName"] = "gcr.io."
      zone["privateVisibilityConfig"] = ["networks": [["networkUrl": network]]]
    }
    driver.desired.privateServices = ["gcr.io", "pkg.dev"]
    for _ in 0..<4 { _ = try await driver.reconcile() }
    let plan = try await driver.reconcile()
    #expect(plan.problems.map(\.kind) == [.foreignObject] && plan.problems.map(\.part) == [.network])
    #expect(plan.problems.first?.message.contains("zone theirs in project demo answers for gcr.io") == true)
    #expect(zones(fake).compactMap { $0["dnsName"]?.text }.sorted() == ["gcr.io.", "pkg.dev."])
  }

  @Test func aDomainThatIsTakenOutOfTheSpecGoes() async throws {
    let fake = try FakeCompute()
    var driver = try driver(fake)
    _ = try await driver.converge()
    driver.desired.privateServices = ["gcr.io"]
    _ = try await driver.converge()
    #expect(zones(fake).map { $0["dnsName"]?.text } == ["gcr.io."])
    driver.desired.privateServices = []
    _ = try await driver.converge()
    #expect(zones(fake).isEmpty && driver.desired.ledger.settled[GoogleCloudPrivateZone.ledgerKey] == nil)
  }

  @Test func aReleasedZoneServesOnWithoutOurMark() async throws {
    let fake = try FakeCompute()
    var driver = try driver(fake, ["gcr.io"])
    _ = try await driver.converge()
    driver.goal = .released
    #expect(try await driver.converge()?.isGone == true)
    #expect(zones(fake).compactMap { $0["description"]?.text }.allSatisfy { $0.hasPrefix("Left by Backbone") })
    #expect(zones(fake).map { records($0).count } == [2])
  }

  /// A crash before or after every action, and a spec that has no zones any more when the process comes back.
  @Test func aCrashAtAnyMomentLeavesNoZoneBehind() async throws {
    for moment in 0..<16 {
      for isEarly in [true, false] {
        let fake = try FakeCompute()
        var driver = try driver(fake, ["gcr.io"])
        driver.performsLeft = moment
        driver.crashesBefore = isEarly
        for _ in 0..<20 where driver.crashes == 0 { _ = try await driver.reconcile() }
        driver.desired.privateServices = []
        _ = try await driver.converge()
        #expect(zones(fake).isEmpty, "at \(moment), before: \(isEarly)")
        driver.goal = .absent
        #expect(try await driver.converge()?.isGone == true && fake.paths.isEmpty, "at \(moment), before: \(isEarly)")
      }
    }
  }

  @Test func whereCloudDNSShowsNothingTheRestIsLookedAfter() async throws {
    let fake = try FakeCompute()
    var driver = try driver(fake, ["gcr.io"])
    fake.faults.inject(.answer(status: 403), on: { $0.url.contains("/managedZones") }, times: 30)
    for _ in 0..<8 { _ = try await driver.reconcile() }
    let plan = try await driver.reconcile()
    #expect(plan.problems.map(\.kind) == [.permissionMissing] && plan.problems.map(\.part) == [.network])
    #expect(plan.problems.first?.message.contains("dns.managedZones.list") == true, "\(plan.problems)")
    #expect(plan.parts[.firewall] == .ready && plan.parts[.subnets] == .ready)
    driver.goal = .absent
    #expect(try await driver.converge()?.isGone == true, "no zone was ever created")

    let other = try FakeCompute()
    driver = try self.driver(other, ["gcr.io"])
    _ = try await driver.converge()
    other.faults.inject(.answer(status: 403), on: { $0.url.contains("/managedZones") }, times: 6)
    driver.goal = .absent
    for _ in 0..<6 { #expect(try await driver.reconcile().isGone == false) }
    #expect(other.paths.contains { $0.hasPrefix("managedZones/") } && other.paths.contains("global/networks/\(base)"))
    #expect(try await driver.converge()?.isGone == true && other.paths.isEmpty)
  }

  @Test func withoutARouteToThePrivateAddressesAPersonIsNeeded() throws {
    var states = try GoogleCloudStates()
    states.desired.egress.addresses = .none
    states.desired.privateServices = ["gcr.io"]
    var observed = states.complete()
    observed.routes[0].destRange = "199.36.153.8/30"
    #expect(states.plan(observed).problems.isEmpty)
    observed.routes[0].destRange = "10.0.0.0/8"
    #expect(states.plan(observed).problems.map(\.part) == [.routes])
  }
}
