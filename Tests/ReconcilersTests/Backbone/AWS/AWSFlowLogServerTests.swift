import CloudLinkerAPI
import Foundations
import HTTPTransportTesting
import Kubernetes
import SimulatorSupport
import Testing

@testable import Reconcilers

/// In the suite of all clouds' lifecycles, because those reset the simulator.
extension BackboneLifecycleTests {
  @Suite(.serialized) struct AWSFlowLogServerTests {
    private static let aws = CloudSimulator.all.filter { $0.provider == .aws }

    private func flowLogs(_ simulator: CloudSimulator) async throws -> Int {
      try await simulator.counts()["flow-log"] ?? 0
    }

    @Test(arguments: aws) func aFlowLogComesMovesAndGoes(simulator: CloudSimulator) async throws {
      try await simulator.reset()
      let environment = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 1
        spec.aws = .init(flowLogsBucketARN: "arn:aws:s3:::flow-logs/production/")
        spec.flowLogs = true
      }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
      #expect(try await flowLogs(simulator) == 1)
      // Once a day, networks without a Backbone are looked for: here, now.
      _ = try await environment.reconcile()
      let sent = environment.faults.requestCount
      _ = try await environment.reconcile()
      // Eight for the network, one for the flow log. DNS was seen to be on a moment ago.
      #expect(environment.faults.requestCount - sent == 9)
      environment.change { $0.spec.aws?.flowLogsBucketARN = "arn:aws:s3:::other" }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
      #expect(try await flowLogs(simulator) == 1)
      environment.change { $0.spec.flowLogs = false }
      environment.restart()
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
      #expect(try await flowLogs(simulator) == 0)
      #expect(try await simulator.exchanges().flatMap { $0.findings ?? [] } == [])
    }

    @Test(arguments: aws) func whatIsNotDeliveredIsReportedInACondition(simulator: CloudSimulator) async throws {
      try await simulator.reset()
      try await simulator.control(
        "POST",
        "faults",
        ["operation": "ec2:CreateFlowLogs", "fails": ["code": "x", "message": "Access error"]]
      )
      let environment = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 1
        spec.aws = .init(flowLogsBucketARN: "arn:aws:s3:::flow-logs")
        spec.flowLogs = true
      }
      #expect(try await environment.reconcile { environment.ready?.reason == "PermissionMissing" })
      #expect(environment.ready?.message.contains("arn:aws:s3:::flow-logs (Access error)") == true)
      environment.delete()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.ready?.message ?? "")")
      #expect(try await flowLogs(simulator) == 0)
    }

    @Test(arguments: aws) func aBucketThatIsNotThereIsReportedInACondition(simulator: CloudSimulator) async throws {
      try await simulator.reset()
      let environment = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 1
        spec.aws = .init(flowLogsBucketARN: "arn:aws:s3:::missing-logs")
        spec.flowLogs = true
      }
      #expect(try await environment.reconcile { environment.ready?.reason == "RefusedByCloud" })
      #expect(environment.ready?.message.contains("missing-logs does not exist") == true)
      environment.change { $0.spec.aws?.flowLogsBucketARN = "arn:aws:s3:::logs" }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
    }
  }
}
