import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting

@testable import AWS
@testable import ControllerRuntime
@testable import Reconcilers

/// A Backbone's network at a simulator, and in AWS a role of people that are to get access.
struct ClusterNetwork: Sendable {
  let backbone: SimulatedBackbone
  /// Objects by type, with the network and the role and nothing else.
  let empty: [String: Int]

  /// In a cloud where whoever gets access need not be there.
  init(on provider: CloudProvider) async throws {
    backbone = try await SimulatedBackbone(on: provider)
    empty = try await backbone.simulator.counts()
  }

  init(_ backbone: SimulatedBackbone) { (self.backbone, empty) = (backbone, backbone.empty) }

  init() async throws {
    backbone = try await SimulatedBackbone()
    let simulator = backbone.simulator
    let service = ServiceClient(
      endpoint: AWSEndpoint(url: simulator.url, service: "iam", region: "us-east-1"),
      credentials: AWSCredentialSource(
        AWSCredentials(accessKeyID: "AKIASIMULATOR", secretAccessKey: "simulatorsecret")
      ),
      transport: CurlTransport(.init(proxy: .none))
    )
    let trust = #"{"Version":"2012-10-17","Statement":[]}"#
    let iam = IAMClient(QueryClient(service, version: IAMClient.version))
    try await iam.createRole("people", path: "/", trust: trust, description: "people", tags: [:])
    empty = try await simulator.counts()
  }
}
