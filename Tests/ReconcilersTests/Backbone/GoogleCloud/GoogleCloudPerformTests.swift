import Cloud
import CloudResources
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import Testing

@testable import CloudNetworks
@testable import GoogleCloud
@testable import Reconcilers

@Suite struct GoogleCloudPerformTests {
  private let fake: FakeCompute
  private let provider: GoogleCloudNetwork
  private let desired: DesiredNetwork
  private let names: GoogleCloudNames

  init() throws {
    fake = try FakeCompute()
    desired = try .google()
    names = GoogleCloudNames(desired.mark)
    provider = GoogleCloudNetwork(compute: fake.compute, dns: fake.dns, region: desired.region)
  }

  private func action(_ role: String, _ change: GoogleCloudAction.Change) -> GoogleCloudAction {
    GoogleCloudAction(role: role, change: change, requestID: RequestID([role, "\(change)"]), description: role)
  }

  private func network() -> GoogleCloudAction { action("network", .createNetwork(Network(name: names.network))) }

  @Test func aHandleIsKeptAndNobodyWaits() async throws {
    var ledger = Ledger()
    try await provider.perform(network(), desired, &ledger)
    #expect(ledger.operations == ["network": "global/operations/operation-101"])
    #expect(fake.takeLog() == ["POST global/networks"])
  }

  @Test func theSameActionTwiceIsOneRequestToComputeEngine() async throws {
    var ledger = Ledger()
    try await provider.perform(network(), desired, &ledger)
    fake.tick()
    try await provider.perform(network(), desired, &ledger)
    #expect(fake.paths == ["global/networks/\(names.network)"] && ledger.operations["network"] == nil)
  }

  @Test func whatIsThereAlreadyIsLeftToTheNextLook() async throws {
    fake.change("global/networks/\(names.network)") { $0["id"] = "1" }
    var ledger = Ledger()
    ledger.operations = ["network": "global/operations/old"]
    try await provider.perform(network(), desired, &ledger)
    #expect(ledger == Ledger())
  }

  @Test func whatIsGoneAlreadyIsDeleted() async throws {
    var ledger = Ledger()
    ledger.operations = ["router": "regions/europe-west1/operations/old"]
    try await provider.perform(action("router", .delete(.routers, name: "r")), desired, &ledger)
    #expect(ledger == Ledger())
  }

  @Test func aRefusedDeletionNamesWhatIsInTheSubnetwork() async throws {
    let subnetwork = "regions/europe-west1/subnetworks/\(names.subnetwork("a"))"
    fake.change(subnetwork) { $0["id"] = "20" }
    fake.change("zones/z/instances/legacy") { instance in
      instance["id"] = "42"
      instance["networkInterfaces"] = [
        [
          "network": .string("projects/demo/global/networks/\(names.network)"),
          "subnetwork": .string("projects/demo/\(subnetwork)"),
        ]
      ]
    }
    fake.change("regions/europe-west1/forwardingRules/lb") { rule in
      rule["id"] = "43"
      rule["network"] = .string("projects/demo/global/networks/\(names.network)")
      rule["subnetwork"] = "projects/demo/regions/europe-west1/subnetworks/other"
    }
    let deletion = action("subnetwork/a", .delete(.subnetworks, name: names.subnetwork("a")))
    var ledger = Ledger()
    let error = await #expect(throws: CloudError.self) {
      try await provider.perform(deletion, desired, &ledger)
    }
    #expect(error?.kind == .inUse)
    #expect(error?.message.hasSuffix("(in use by instance legacy (42))") == true, "\(error?.message ?? "")")

    // Who may not list instances is told of the refusal all the same.
    fake.faults.inject(.answer(status: 403), on: { $0.url.contains("/aggregated/") }, times: 2)
    let blind = await #expect(throws: CloudError.self) {
      try await provider.perform(deletion, desired, &ledger)
    }
    #expect(blind?.kind == .inUse && blind?.message.contains("(in use by") == false)
  }

  @Test func anOperationThatIsForgottenIsNothing() async throws {
    var desired = self.desired
    desired.ledger.operations = ["router": "regions/europe-west1/operations/gone", "network": "hostile"]
    #expect(try await provider.gather(desired, .present).operations.isEmpty)
  }

  @Test func zonesAreTheRegions() async throws {
    #expect(try await provider.zones() == ["europe-west1-b", "europe-west1-c"])
    #expect(fake.takeLog() == ["GET zones"])
  }
}
