import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  @Suite struct AWSRuleLimitTests {
    /// The spec is small enough for the API and asks for more rules than a security group takes.
    @Test(arguments: CloudSimulator.all.filter { $0.provider == .aws })
    func rulesBeyondTheLimitOfAGroupAreTheSpecsToChange(simulator: CloudSimulator) async throws {
      try await simulator.reset()
      let environment = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 1
        spec.egress?.allow = (0..<31).map { .init(cidr: "192.0.2.\($0)/32", protocol: .tcp, ports: [80, 443]) }
      }
      var reasons: Set<String> = []
      for _ in 0..<30 where environment.ready?.reason != "InvalidSpec" {
        _ = try await environment.reconcile()
        reasons.insert(environment.ready?.reason ?? "")
        try await environment.time.sleep(for: .seconds(5))
      }
      #expect(reasons.isSubset(of: ["Progressing", "InvalidSpec"]), "\(reasons)")
      #expect(environment.ready?.message.contains("spec.egress.allow: these come to 63 rules") == true)
      #expect(environment.backbone?.status?.conditions?[.firewallReady]?.reason == "InvalidSpec")
      environment.change { $0.spec.egress?.allow = [.init(cidr: "192.0.2.0/27", protocol: .tcp, ports: [80, 443])] }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    }
  }
}
