import CloudResources
import Foundations
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct GoogleCloudSubnetTests {
  private static let region = "regions/europe-west1"

  /// Compute Engine takes no second subnetwork of a range, and deletes none that Cloud NAT serves.
  @Test(arguments: [1, 2]) func aRenamedSubnetTakesTheRangeOfTheOldOne(count: Int) async throws {
    let fake = try FakeCompute()
    var driver = GoogleCloudDriver(fake, try .google())
    driver.desired.subnets = Array(driver.desired.subnets.prefix(count))
    _ = try #require(try await driver.converge())
    let names = GoogleCloudNames(driver.desired.mark)
    let address = fake["\(Self.region)/addresses/\(names.address(1))"]
    driver.desired.subnets[0].name = "renamed"
    let plan = try #require(try await driver.converge())
    #expect(plan.problems.isEmpty && plan.isReady)
    #expect(fake["\(Self.region)/subnetworks/\(names.subnetwork("a"))"] == nil)
    #expect(fake["\(Self.region)/subnetworks/\(names.subnetwork("renamed"))"]?["ipCidrRange"] == "10.20.0.0/20")
    let sources = fake["\(Self.region)/routers/\(names.router)"]?["nats"]?.items.first?["subnetworks"]?.items ?? []
    #expect(sources.count == count)
    #expect(fake["\(Self.region)/addresses/\(names.address(1))"]?["id"] == address?["id"], "the address is kept")
  }

  @Test func aRenamedSubnetWaitsForTheMachinesInTheOldOne() async throws {
    let fake = try FakeCompute()
    var driver = GoogleCloudDriver(fake, try .google())
    _ = try #require(try await driver.converge())
    let names = GoogleCloudNames(driver.desired.mark)
    let router = fake["\(Self.region)/routers/\(names.router)"]
    fake.change("zones/z/instances/vm") { instance in
      instance["networkInterfaces"] = [
        [
          "network": .string("projects/demo/global/networks/\(names.network)"),
          "subnetwork": .string("projects/demo/\(Self.region)/subnetworks/\(names.subnetwork("a"))"),
        ]
      ]
    }
    driver.desired.subnets[0].name = "renamed"
    for _ in 0..<4 { _ = try await driver.reconcile() }
    let plan = try await driver.reconcile()
    #expect(
      plan.problems.map(\.kind) == [.inUse] && plan.later.contains { $0.contains("net-renamed of 10.20.0.0/20 once") }
    )
    #expect(fake["\(Self.region)/routers/\(names.router)"]?["nats"]?.items.first?["subnetworks"]?.items.count == 2)
    #expect(
      router?["nats"]?.items.first?["natIps"]
        == fake["\(Self.region)/routers/\(names.router)"]?["nats"]?.items.first?["natIps"]
    )
    fake.remove("zones/z/instances/vm")
    #expect(try await driver.converge()?.isReady == true)
  }
}
