import CloudLinkerAPI
import Foundations
import HTTPTransportTesting
import Kubernetes
import SimulatorSupport
import Testing

@testable import Reconcilers

/// In the suite of all clouds' lifecycles, because those reset the simulator.
extension BackboneLifecycleTests {
  /// A network for a private cluster: no way out, endpoints, ranges of pods, described rules.
  @Suite(.serialized) struct AWSPrivateNetworkServerTests {
    private static let aws = CloudSimulator.all.filter { $0.provider == .aws }

    @Test(arguments: aws) func itComesChangesAndGoes(simulator: CloudSimulator) async throws {
      let empty = try await simulator.beginning()
      let environment = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 3
        spec.network.podRanges = ["100.64.0.0/16"]
        spec.network.subnetTags = ["karpenter.sh/discovery": "shop"]
        spec.privateServices = ["ecr.api", "ecr.dkr", "sts"]
        var egress = BackboneSpec.Egress()
        egress.addresses = EgressAddresses.none
        egress.allow = [.init(cidr: "0.0.0.0/0", ports: [443], description: "endpoints")]
        spec.egress = egress
        spec.ingress = BackboneSpec.Ingress()
        spec.ingress?.allow = [.init(cidr: "10.0.0.0/8", portRanges: ["30000-32767"], description: "node ports")]
      }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
      var counts = try await simulator.counts()
      #expect(counts["vpc-endpoint"] == 4 && counts["subnet"] == 6 && counts["nat-gateway"] == nil)
      #expect(counts["security-group"] == 2 && counts["network-interface"] == 9)
      // Once a day, networks without a Backbone are looked for: here, now.
      _ = try await environment.reconcile()
      let sent = environment.faults.requestCount
      _ = try await environment.reconcile()
      #expect(environment.faults.requestCount - sent <= 9)

      environment.change { backbone in
        backbone.spec.network.zones = 2
        backbone.spec.network.podRanges = nil
        backbone.spec.privateServices = ["sts"]
        backbone.spec.ingress?.allow?[0].description = "load balancers"
      }
      environment.restart()
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
      counts = try await simulator.counts()
      #expect(counts["vpc-endpoint"] == 2 && counts["subnet"] == 2 && counts["network-interface"] == 2)

      environment.delete()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.ready?.message ?? "")")
      #expect(try await simulator.counts() == empty)
      #expect(try await simulator.exchanges().flatMap { $0.findings ?? [] } == [])
    }
  }
}
