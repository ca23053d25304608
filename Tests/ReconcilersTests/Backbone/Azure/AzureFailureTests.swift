import Azure
import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Kubernetes
import SimulatorSupport
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// Writes that Azure accepted and then failed at.
@Suite struct AzureFailureTests {
  private func made(_ change: (inout DesiredNetwork) -> Void = { _ in }) async throws -> (AzureRig, AzureObserved) {
    let rig = AzureRig(change)
    _ = try await rig.converge()
    return (rig, try await rig.observe())
  }

  private func plan(_ rig: AzureRig, _ seen: AzureObserved, _ goal: NetworkGoal) -> NetworkPlan<AzureAction> {
    AzureNetwork.plan(rig.desired, goal: goal, seen, now: Timestamp(seconds: 0))
  }

  private static let error = CloudError(
    .inUse,
    operation: "Microsoft.Network/x/delete",
    code: "InUseByService",
    message: "a service link is in it"
  )

  private static func failed(isDeletion: Bool, isUnderWay: Bool = false, mayRetry: Bool = false) -> UnfinishedWrite {
    UnfinishedWrite(error: error, isDeletion: isDeletion, isUnderWay: isUnderWay, mayRetry: mayRetry)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var role: AzureRole
    var words: String
    var testDescription: String { words }
  }

  @Test(arguments: [
    Row(role: .subnet("private-a"), words: "delete subnet private-a"),
    Row(role: .nat("1"), words: "delete NAT gateway"), Row(role: .address("1"), words: "release"),
  ])
  func aDeletionThatFailedIsReportedAndRepeatedWhenItIsDue(row: Row) async throws {
    let (rig, before) = try await made()
    var seen = before
    // Whatever goes before it is gone.
    if row.role != .subnet("private-a") { rig.fake[rig.networkID] = nil }
    if row.role == .address("1") { rig.fake[rig.names.id(.nat("1"))] = nil }
    seen = try await rig.observe()
    let id = rig.names.id(row.role)
    func deletes(_ plan: NetworkPlan<AzureAction>) -> Bool {
      plan.actions.contains { $0.verb == .delete && $0.id == id }
    }
    #expect(deletes(plan(rig, seen, .absent)))
    for (write, isDeleted) in [
      (Self.failed(isDeletion: true), false), (Self.failed(isDeletion: true, isUnderWay: true), false),
      (Self.failed(isDeletion: true, mayRetry: true), true),
    ] {
      seen.unfinished = [id: write]
      let plan = plan(rig, seen, .absent)
      #expect(deletes(plan) == isDeleted && !plan.isGone)
      let problem = try #require(plan.problems.first)
      #expect(problem.kind == .inUse && problem.part == row.role.part)
      #expect(problem.message.contains("InUseByService: a service link is in it"))
    }
    seen.unfinished = [id: .init(isUnderWay: true)]
    let quiet = plan(rig, seen, .absent)
    #expect(!deletes(quiet) && quiet.problems.isEmpty && !quiet.waiting.isEmpty)
  }

  @Test func aGroupThatCouldNotBeDeletedIsReported() async throws {
    let (rig, before) = try await made()
    var seen = before
    (seen.networks, seen.firewalls, seen.routeTables, seen.natGateways, seen.addresses) = ([], [], [], [], [])
    seen.contents = []
    #expect(plan(rig, seen, .absent).actions.map(\.role) == [.group])
    seen.unfinished = [rig.names.groupID: Self.failed(isDeletion: true)]
    let held = plan(rig, seen, .absent)
    #expect(held.actions.isEmpty && !held.isGone && held.problems.map(\.part) == [.network])
    #expect(held.lookAgainAfter == .seconds(60))
  }

  @Test func aPutThatFailedIsReportedAndRepeatedWhenItIsDue() async throws {
    let (rig, before) = try await made()
    let id = rig.names.id(.nat("1"))
    rig.fake[id]?["properties", "provisioningState"] = "Failed"
    var seen = try await rig.observe()
    seen.unfinished = [id: Self.failed(isDeletion: false)]
    let held = plan(rig, seen, .present)
    #expect(held.actions.isEmpty && held.problems.map(\.part) == [.egress] && held.lookAgainAfter == .seconds(60))
    seen.unfinished[id]?.mayRetry = true
    #expect(plan(rig, seen, .present).actions.map(\.role) == [.nat("1")])
    #expect(before.unfinished.isEmpty)
  }
}

/// In the suite of all clouds' lifecycles, because those reset the simulator.
extension BackboneLifecycleTests {
  @Suite(.serialized) struct AzureFailureServerTests {
    private static let azure = CloudSimulator.all.filter { $0.provider == .azure }

    /// The wall clock says when a failed write is due, and does not go on by itself here.
    private func wait(_ environment: SimulatedEnvironment, _ duration: Duration) async throws {
      environment.time.advance(by: duration)
      try await environment.time.sleep(for: duration)
    }

    /// By the operation's own address (Azure-AsyncOperation) and, of a group, by its location.
    @Test(arguments: azure, ["Microsoft.Network/natGateways", "Microsoft.Resources/subscriptions/resourceGroups"])
    func aDeletionThatAzureFailsAtIsNamedAndNotRepeatedBlindly(simulator: CloudSimulator, type: String) async throws {
      try await simulator.reset()
      let environment = try await SimulatedEnvironment(simulator) { $0.network.zones = 1 }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
      try await simulator.control(
        "POST",
        "faults",
        [
          "operation": .string("\(type)/delete"), "times": 3,
          "fails": ["code": "CannotDeleteResource", "message": "a lock of scope audit"],
        ]
      )
      environment.delete()
      #expect(try await environment.reconcile { environment.ready?.reason == "InUse" })
      #expect(environment.ready?.message.contains("CannotDeleteResource: a lock of scope audit") == true)
      func deletions() async throws -> Int {
        try await simulator.exchanges().filter { $0.operation?.lowercased() == "\(type)/delete".lowercased() }.count
      }
      let (sent, start) = (try await deletions(), environment.time.now)
      var isTold = true
      for _ in 0..<4 {
        _ = try await environment.reconcile()
        isTold = isTold && environment.ready?.message.contains("a lock of scope audit") == true
        try await wait(environment, .seconds(15))
      }
      let minutes = Double(start.duration(to: environment.time.now).components.seconds) / 60
      #expect(Double(try await deletions() - sent) <= minutes + 1 && isTold)
      for _ in 0..<40 where !environment.isGone {
        _ = try await environment.reconcile()
        try await wait(environment, .seconds(15))
      }
      #expect(environment.isGone, "\(environment.words)")
      #expect(try await deletions() == 4)
    }

    /// Why a write failed is in the ledger, and so is when it is due: the next process repeats nothing before.
    @Test(arguments: azure)
    func aProcessKnowsWhatFailedBeforeACrash(simulator: CloudSimulator) async throws {
      try await simulator.reset()
      let environment = try await SimulatedEnvironment(simulator) { $0.network.zones = 1 }
      let write = "Microsoft.Network/natGateways/write"
      let failure: JSONValue = ["code": "QuotaExceeded", "message": "no more gateways"]
      try await simulator.meet(["fails": failure], .string(write))
      #expect(try await environment.reconcile { environment.ready?.reason == "QuotaExceeded" }, "\(environment.words)")
      #expect(environment.backbone?.status?.ledger?.failures?.count == 1)
      func writes() async throws -> Int { try await simulator.operations().filter { $0 == write }.count }
      let sent = try await writes()
      environment.restart()
      for _ in 0..<3 { _ = try await environment.reconcile() }
      #expect(environment.ready?.reason == "QuotaExceeded", "\(environment.words)")
      #expect(environment.ready?.message.contains("no more gateways") == true, "\(environment.words)")
      #expect(try await writes() == sent)
      try await wait(environment, .seconds(61))
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
      #expect(try await writes() == sent + 1)
      #expect(environment.backbone?.status?.ledger?.failures == nil)
    }
  }
}
