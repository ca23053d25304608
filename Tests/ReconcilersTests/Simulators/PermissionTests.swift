import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import SimulatorSupport
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  /// The least rights in `manifests/permissions` are enough for what was seen to be called.
  @Suite struct PermissionTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "manifests/permissions")

    /// All words that are permissions, in whatever document.
    private func granted(_ provider: CloudProvider) throws -> Set<String> {
      let names: [CloudProvider: String] = [.aws: "aws-policy.json", .gcp: "gcp-role.yaml", .azure: "azure-role.json"]
      let text = try String(contentsOf: Self.folder.appending(path: names[provider] ?? ""), encoding: .utf8)
      return Set(
        text.split { " \n\",[]".contains($0) }.map(String.init).filter { $0.contains(":") || $0.contains(".") }
      )
    }

    /// The permission that a call needs: Google's methods and permissions have different verbs.
    private func permission(_ operation: String, _ provider: CloudProvider) -> String {
      guard provider == .gcp else { return operation }
      return operation.replacing(".insert", with: ".create").replacing(".patch", with: ".update")
        .replacing(".aggregatedList", with: ".list")
    }

    @Test(arguments: CloudSimulator.all)
    func whatIsCalledIsGranted(simulator: CloudSimulator) async throws {
      try await simulator.reset()
      try await simulator.grantLeastRights()
      let environment = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 2
        if spec.provider == .aws { spec.aws = .init(flowLogsBucketARN: "arn:aws:s3:::flow-logs/production") }
        if spec.provider == .gcp { spec.privateServices = ["gcr.io"] }
        spec.flowLogs = spec.provider != .azure
      }
      #expect(try await environment.reconcile { environment.isReady })
      environment.change {
        $0.spec.network.zones = 1
        $0.spec.egress?.allow = [.init(cidr: "10.0.0.0/8", protocol: .all)]
        $0.spec.tags = ["team": "network"]
      }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
      environment.delete()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.ready?.message ?? "")")

      let granted = try granted(simulator.provider)
      #expect(granted.count > 20)
      let called = Set(try await simulator.exchanges().compactMap(\.operation).filter { !$0.hasPrefix("tokens:") })
      #expect(called.count > 15)
      // STS says to everybody who they are.
      let missing = called.subtracting(["sts:GetCallerIdentity"]).map { permission($0, simulator.provider) }.filter {
        !granted.contains($0)
      }
      #expect(missing.sorted() == [])
    }
  }
}
