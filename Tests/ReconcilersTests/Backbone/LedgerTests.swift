import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct LedgerTests {
  @Test func aStatusHoldsWhatTheLedgerKnows() {
    var ledger = Ledger()
    ledger.ids = ["vpc": "vpc-1"]
    ledger.operations = ["network": "global/operations/one"]
    ledger.settled = ["route-eu-west-1a": "nat-1"]
    var status = BackboneStatus()
    status.store(ledger)
    #expect(status.objects == ["vpc": "vpc-1"], "objects and nothing else")
    #expect(Ledger(status) == ledger)
    #expect(status.ledger?.version == 1, "an earlier operator can read it")
    ledger.fresh = ["vpc": Timestamp(seconds: 1)]
    let error = CloudError(.quota, operation: "ec2:AllocateAddress", code: "AddressLimitExceeded", message: "no more")
    ledger.refusals = ["allocate": RefusedAction(error: error, count: 3, retryAt: Timestamp(seconds: 2))]
    status.store(ledger)
    #expect(status.ledger?.version == 2 && Ledger(status) == ledger)
    ledger.failures = [
      "/x": FailedWrite(RefusedAction(error, after: nil, now: Timestamp(seconds: 3)), isDeletion: true)
    ]
    status.store(ledger)
    #expect(status.ledger?.version == 3 && Ledger(status) == ledger)
    ledger = Ledger()
    ledger.ids = ["vpc": "vpc-1"]
    status.store(ledger)
    #expect(status.ledger == nil && Ledger(status) == ledger)
  }

  /// An operator that was upgraded must not forget what it was about to create.
  @Test(arguments: 1...Ledger.version) func intentsOfEveryEarlierVersionAreRead(version: Int) {
    var backbone = BackboneStatus()
    backbone.ledger = StoredLedger(version: version, operations: ["network": "operations/one"])
    #expect(Ledger(backbone).operations == ["network": "operations/one"])
    var twingate = TwingateStatus()
    twingate.ledger = TwingateStatus.Ledger(version: version, cluster: "uid")
    twingate.ledger?.operations = ["group/ops": "ops"]
    #expect(Ledger(twingate).operations == ["group/ops": "ops"])
    twingate.ledger?.version = Ledger.version + 1
    #expect(Ledger(twingate).operations == [:], "only ids of a version that is not known")
  }

  @Test func whatEarlierVersionsKeptAmongTheObjectsIsRead() {
    var status = BackboneStatus()
    status.objects = [
      "vpc": "vpc-1", "routes-public": "rtb-1", "route-routes-public": "igw-1", "route-eu-west-1a": "nat-1",
      "firewall-default": "sg-1", "firewall-workload": "sg-2", "operation:subnetwork/a": "regions/r/operations/one",
      "deletion": "begun",
    ]
    let ledger = Ledger(status)
    #expect(ledger.ids == ["vpc": "vpc-1", "routes-public": "rtb-1", "firewall-workload": "sg-2"])
    #expect(ledger.operations == ["subnetwork/a": "regions/r/operations/one"])
    #expect(ledger.settled.keys.sorted() == ["firewall-default", "route-eu-west-1a", "route-routes-public"])
  }

  @Test func onlyObjectsAreReadFromAnUnknownFormat() {
    var status = BackboneStatus()
    status.objects = ["vpc": "vpc-1"]
    status.ledger = .init(version: Ledger.version + 1, operations: ["network": "?"], settled: nil)
    #expect(Ledger(status).ids == ["vpc": "vpc-1"] && Ledger(status).operations.isEmpty)
  }

  @Test func whatASettledNetworkRemembersAsObjectsAreObjects() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    let ids = bench.world.status?.objects ?? [:]
    #expect(ids.keys.allSatisfy { !$0.hasPrefix("route-") } && ids["firewall-default"] == nil)
    #expect(Set(ids.values).count == ids.count, "no object has two roles")
    #expect(bench.world.status?.ledger?.settled?.count == 3)
  }
}
