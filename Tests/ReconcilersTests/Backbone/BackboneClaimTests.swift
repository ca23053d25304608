import Cloud
import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// A part of a network that nobody compared is never reported as ready.
@Suite struct BackboneClaimTests {
  private func expectNoClaims(_ parts: [NetworkPart: PartState], _ comment: Comment) {
    for part in [NetworkPart.subnets, .firewall, .routes, .egress] { #expect(parts[part] != .ready, comment) }
  }

  @Test func aForeignNetworkInGoogleCloud() throws {
    let states = try GoogleCloudStates()
    var observed = GoogleCloudObserved(project: "demo")
    observed.network = Network(name: states.names.network, description: "somebody else's")
    expectNoClaims(states.plan(observed).parts, "Google Cloud")
  }

  @Test func anAdoptedNetworkThatIsMissing() async throws {
    let rig = AzureRig {
      $0.existingNetworkID =
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/none"
    }
    expectNoClaims(try await rig.plan().parts, "Azure")
    let bench = AWSBench { $0.existingNetworkID = "vpc-none" }
    expectNoClaims(try await bench.plan().parts, "AWS")
  }
}
