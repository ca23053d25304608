import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import SimulatorSupport

@testable import Reconcilers

/// One of the simulators that `hack/clouds up` starts; its URL is in `CLOUDS_AWS_URL`, `CLOUDS_GCP_URL`,
/// `CLOUDS_AZURE_URL`.
struct CloudSimulator: Sendable, CustomStringConvertible {
  let provider: CloudProvider
  let url: String
  var description: String { provider.rawValue }

  static let all: [CloudSimulator] = CloudProvider.allCases.compactMap { provider in
    let url = ProcessInfo.processInfo.environment["CLOUDS_\(provider.rawValue.uppercased())_URL"]
    return url.map { CloudSimulator(provider: provider, url: $0) }
  }
  typealias Failure = SimulatorDoor.Failure
  private var door: SimulatorDoor { SimulatorDoor(url: url) }

  @discardableResult func control(_ method: String, _ name: String, _ body: JSONValue? = nil) async throws -> [UInt8] {
    try await door.control(method, name, body)
  }

  func reset() async throws {
    try await door.reset()
    if provider == .aws { try await control("POST", "settings", ["leastRights": false, "externalID": ""]) }
  }

  /// AWS: from now on the credentials have the rights of `manifests/permissions/aws-policy.json` and no others. The other
  /// clouds' permissions have no conditions, so their operations are compared instead.
  func grantLeastRights() async throws {
    if provider == .aws { try await control("POST", "settings", ["leastRights": true]) }
  }

  func counts() async throws -> [String: Int] { try await door.counts() }

  /// What it has before us: an account's default network is there when it is first looked at.
  func beginning() async throws -> [String: Int] {
    try await reset()
    _ = try await SimulatedEnvironment.planned(self)
    return try await counts()
  }

  func objects() async throws -> [String: JSONValue] { try await door.objects() }

  func exchanges(after count: Int = 0) async throws -> [SimulatorDoor.Exchange] {
    try await door.exchanges("?after=\(count)")
  }

  var endpoints: [CloudSettings.Service: String] {
    switch provider {
    case .gcp:
      [
        .googleCompute: url, .googleDNS: url, .googleContainer: url, .googleFleet: url, .googleIAM: url,
        .googleSecretManager: url, .googleToken: "\(url)/token",
      ]
    case .azure: [.azureResourceManager: url, .azureLogin: url]
    default: [.ec2: url, .sts: url, .iam: url, .eks: url, .autoScaling: url, .loadBalancing: url, .secretsManager: url]
    }
  }

  /// What the Secret of a Backbone holds.
  func secret() async throws -> [String: String] {
    let bytes = try await control("GET", "credentials")
    if provider == .gcp { return ["key.json": String(decoding: bytes, as: UTF8.self)] }
    let values = try JSONDecoder().decode([String: String].self, from: Data(bytes))
    return Dictionary(values.map { ($0.key.replacing("ID", with: "Id"), $0.value) }) { first, _ in first }
  }

  func spec() -> BackboneSpec {
    let regions: [CloudProvider: String] = [.aws: "eu-west-1", .gcp: "europe-west1", .azure: "westeurope"]
    var spec = BackboneSpec(provider: provider, region: regions[provider] ?? "", network: .init(cidr: "10.10.0.0/16"))
    spec.credentialsSecretRef = LocalReference(name: "cloud")
    if provider == .gcp { spec.gcp = .init(project: "cloudlinker-test") }
    if provider == .azure { spec.azure = .init(subscriptionID: "33333333-3333-3333-3333-333333333333") }
    spec.egress = .init()
    spec.egress?.allow = [.init(cidr: "0.0.0.0/0", protocol: .tcp, ports: [443])]
    spec.tags = ["team": "platform"]
    return spec
  }
}
