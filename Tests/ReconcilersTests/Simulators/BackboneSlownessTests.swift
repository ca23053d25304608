import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  /// Operations that take long, end in failure, and show late what they made.
  @Suite struct SlownessTests {
    /// What the conditions say of an operation under way.
    private func words(_ provider: CloudProvider) -> String {
      switch provider {
      case .gcp: "is under way"
      case .azure: "is being provisioned"
      default: "is pending"
      }
    }

    @Test(arguments: CloudSimulator.all)
    func noWorkerWaitsForTheCloud(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      // Every read is a look at all that is under way; in AWS that of NAT gateways is.
      try await simulator.set(["operationReads": simulator.provider == .aws ? 4 : 30])
      var (told, looks) = (false, 0)
      while !environment.isReady, looks < 100 {
        let (start, sent) = (environment.time.now, environment.faults.requestCount)
        guard case .requeue(let wait) = try await environment.reconcile() else { break }
        #expect(environment.faults.requestCount - sent < 60, "it asks in a loop")
        #expect(start.duration(to: environment.time.now) < .seconds(5), "it waits")
        told = told || environment.ready?.message.contains(words(simulator.provider)) == true
        looks += 1
        try await environment.time.sleep(for: wait)
      }
      #expect(told, "what is waited for")
      #expect(environment.isReady && looks > 3, "\(environment.words)")
      try await life.live(environment, "slow")
    }

    /// The operation that fails: the one that costs most.
    private func failing(_ provider: CloudProvider) -> JSONValue {
      switch provider {
      case .gcp: "compute.routers.insert"
      case .azure: "Microsoft.Network/natGateways/write"
      default: "ec2:CreateNatGateway"
      }
    }

    @Test(arguments: CloudSimulator.all)
    func anOperationThatFailsIsReportedAndTriedAgain(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      let failure: JSONValue = ["code": "InternalError", "message": "a simulated trouble"]
      try await simulator.meet(["fails": failure], failing(simulator.provider))
      var said: Set<String> = []
      for _ in 0..<100 where !environment.isReady {
        _ = try await environment.reconcile()
        said.insert(environment.ready?.message ?? "")
        // Google Cloud's and Azure's planners let a minute pass.
        environment.time.advance(by: .seconds(10))
        try await environment.time.sleep(for: .seconds(10))
      }
      #expect(environment.isReady, "\(environment.words)")
      let notes = await environment.notes("DriftRepaired")
      #expect(said.union(notes).contains { $0.contains("a simulated trouble") }, "\(said)")
      try await life.live(environment, "an operation failed")
    }

    /// Three failures are enough to know: no more are paid for, and a person is told.
    @Test(arguments: CloudSimulator.all.filter { $0.provider == .aws })
    func aNATGatewayThatFailsAgainAndAgainIsLeftToAPerson(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      let failure: JSONValue = ["code": "InsufficientFreeAddressesInSubnet", "message": "no room"]
      try await simulator.meet(["fails": failure], failing(.aws), times: 1000)
      #expect(try await environment.reconcile { environment.ready?.reason == "CloudFailure" })
      #expect(environment.ready?.message.contains("InsufficientFreeAddressesInSubnet: no room") == true)
      for _ in 0..<5 { _ = try await environment.reconcile() }
      #expect(try await simulator.operations().filter { $0 == "ec2:CreateNatGateway" }.count == 3)
      try await simulator.calm()
      try await simulator.set(["tombstoneSeconds": 0])
      // The simulator now forgets what failed, also a gateway whose address is not free yet. It counts as one that EC2 does
      // not show yet, for two minutes by a wall clock that stands still between these lines.
      for _ in 0..<3 {
        environment.time.advance(by: .seconds(130))
        if try await environment.reconcile(atMost: 10, until: { environment.isReady }) { break }
      }
      try await life.live(environment, "after the hour")
    }

    /// A describe does not show what was just made, and calls that name it fail.
    @Test(arguments: CloudSimulator.all.filter { $0.provider == .aws }, [1, 3])
    func whatIsNotShownYetIsNotMadeAgain(simulator: CloudSimulator, reads: Int) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      try await simulator.set(["consistencyReads": .int(Int64(reads)), "consistencyOfWrites": true])
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
      let sent = try await simulator.operations()
      #expect(sent.filter(simulator.isDeletion) == [], "what was made twice would be deleted")
      try await life.live(environment, "shown late")
    }

    /// The next process does not know what its predecessor made and the cloud does not show: what is made twice then
    /// does not stay.
    @Test(arguments: CloudSimulator.all.filter { $0.provider == .aws })
    func aCrashBeforeAnObjectIsShownLeavesNothingBehind(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      for number in stride(from: 3, through: life.parts.max() ?? 0, by: BackboneLifecycleTests.isLong ? 2 : 20) {
        let environment = try await life.begin()
        try await simulator.set(["consistencyReads": 2])
        let crash = (FaultTransport.Fault.loseAnswer, number)
        try await life.live(environment, "crashed at request \(number), shown late", crash: crash)
      }
    }

    @Test(arguments: CloudSimulator.all)
    func pagesOfOneComeToTheSame(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      try await simulator.set(["pageSize": 1])
      try await life.live(environment, "pages of one")
    }
  }
}
