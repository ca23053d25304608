import Cloud
import CloudNetworks
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import SimulatorSupport

@testable import CloudClusters
@testable import GoogleCloud

/// A PrivateCluster at the simulator of Google Cloud that `hack/clouds up` starts; its URL is in `CLOUDS_GCP_URL`.
struct GoogleCloudClusterRig {
  static let url = ProcessInfo.processInfo.environment["CLOUDS_GCP_URL"]
  static let (project, region) = ("cloudlinker-test", "europe-west1")

  let door = SimulatorDoor(url: GoogleCloudClusterRig.url ?? "")
  let faults = FaultTransport(SimulatorDoor.web)
  let driver: ClusterDriver<GoogleCloudCluster>
  let container: ContainerClient
  let fleet: FleetClient
  let compute: ComputeClient

  /// A Backbone's network with one subnetwork, and a spec for it.
  init() async throws {
    try await door.reset()
    let (url, faults) = (Self.url ?? "", faults)
    let tokens = CredentialCache(time: SystemTimeSource()) { () async throws(CloudError) in
      CredentialCache.Fetched(try await Self.token(), lifetime: .seconds(3600))
    }
    let budget = RequestBudget(perSecond: 1_000_000, burst: 1_000_000)
    let access = GoogleAccess(
      tokens: tokens,
      transport: faults,
      budget: budget,
      retry: RetryPolicy(maxAttempts: 1)
    )
    container = ContainerClient(project: Self.project, location: Self.region, access: access, endpoint: url)
    fleet = FleetClient(access: access, endpoint: url)
    compute = ComputeClient(project: Self.project, access: access, endpoint: url)
    let network = "projects/\(Self.project)/global/networks/bb"
    let subnet = "projects/\(Self.project)/regions/\(Self.region)/subnetworks/bb-a"
    var desired = DesiredCluster(
      mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
      region: Self.region,
      version: KubernetesMinor(major: 1, minor: 33),
      network: .init(id: network, subnets: [.init(name: "private-a", id: subnet, zone: "\(Self.region)-b")]),
      pools: [.init(name: "general", machineType: "e2-standard-4", minSize: 3, maxSize: 6)]
    )
    desired.network.ranges = ["10.10.0.0/16", "100.64.0.0/16"].compactMap { IPv4Network($0) }
    desired.googleCloud.nodeServiceAccount = "nodes@\(Self.project).iam.gserviceaccount.com"
    desired.googleCloud.fleetProject = Self.project
    desired.access = [.init(.edit, .googleUser("ann@example.com")), .init(.view, .googleGroup("readers@example.com"))]
    desired.logging = ["api"]
    desired.tags = ["Team": "platform"]
    driver = ClusterDriver(
      GoogleCloudCluster(container: container, fleet: fleet, compute: compute),
      desired
    )
    try await makeNetwork()
  }

  private func makeNetwork() async throws {
    var network = Network(name: "bb")
    network.autoCreateSubnetworks = false
    try await insert(network)
    var subnet = Subnetwork(name: "bb-a")
    subnet.network = driver.desired.network.id
    subnet.ipCidrRange = "10.10.0.0/24"
    subnet.secondaryIpRanges = [
      .init(rangeName: "pods", ipCidrRange: "100.64.0.0/16"),
      .init(rangeName: "services", ipCidrRange: "100.127.0.0/20"),
    ]
    try await insert(subnet)
  }

  func insert(_ resource: some ComputeResource) async throws {
    let id = RequestID(["\(UInt64.random(in: .min ... .max))"])
    var operation = try await compute.insert(resource, region: Self.region, requestID: id)
    while !operation.isDone { operation = try await compute.operation(operation.handle) ?? operation }
    if let error = operation.error { throw error }
  }

  func delete(_ resource: some ComputeResource) async throws {
    let id = RequestID(["\(UInt64.random(in: .min ... .max))"])
    let collection = type(of: resource).collection
    var operation = try await compute.delete(collection, resource.name, region: Self.region, requestID: id)
    while !operation.isDone { operation = try await compute.operation(operation.handle) ?? operation }
  }

  private struct Token: Decodable { var access_token: String }

  private static func token() async throws(CloudError) -> String {
    do {
      let path = "/computeMetadata/v1/instance/service-accounts/default/token"
      var request = HTTPRequest(method: "GET", url: (url ?? "") + path)
      request.headers["Metadata-Flavor"] = "Google"
      let response = try await SimulatorDoor.web.send(request)
      return try JSONDecoder().decode(Token.self, from: Data(response.body)).access_token
    } catch {
      throw CloudError(.unauthenticated, operation: "token", message: "\(error)")
    }
  }

  // MARK: The cluster

  var name: String { driver.desired.googleCloudName }
  var poolName: String { GoogleCloudNodePool(driver.desired.pools[0], of: driver.desired).name }

  /// Someone else changes the cluster: see docs/clouds.md.
  func console(_ change: [String: JSONValue]) async throws {
    try await door.control("POST", "cluster", .object(change.merging(["cluster": .string(name)]) { $1 }))
  }

  func cluster() async throws -> GKE.Cluster? { try await container.cluster(name) }

  func pool(_ name: String? = nil) async throws -> GKE.NodePool? {
    try await cluster()?.nodePools?.first { $0.name == name ?? poolName }
  }

  /// Looks until nothing is under way.
  func finish() async throws {
    for _ in 0..<20 {
      guard try await cluster()?.isBusy == true else { return }
    }
  }
}

extension HTTPRequest {
  /// Whether it changes something at Google Cloud.
  var changesGoogleCloud: Bool { method != "GET" && url.contains("/v1/projects/") }
}
