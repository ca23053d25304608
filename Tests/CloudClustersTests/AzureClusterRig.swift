import Cloud
import CloudNetworks
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import SimulatorSupport

@testable import Azure
@testable import CloudClusters

/// A PrivateCluster at the Azure simulator that `hack/clouds up` starts; its URL is in `CLOUDS_AZURE_URL`.
struct AzureClusterRig {
  static let url = ProcessInfo.processInfo.environment["CLOUDS_AZURE_URL"]
  static let region = "westeurope"

  let door = SimulatorDoor(url: AzureClusterRig.url ?? "")
  let faults = FaultTransport(SimulatorDoor.web)
  let client: AzureClient
  let driver: ClusterDriver<AzureCluster>

  /// A Backbone's network with two zones, each with its NAT gateway, and a spec for it.
  init() async throws {
    let url = Self.url ?? ""
    try await door.reset()
    let secret = try JSONDecoder().decode(
      [String: String].self,
      from: Data(try await door.control("GET", "credentials"))
    )
    client = AzureClient(
      try AzureCredentialSource(secretData: secret.mapValues { Array($0.utf8) }),
      endpoints: AzureEndpoints(resourceManager: url, authority: url),
      transport: faults,
      retry: RetryPolicy(maxAttempts: 1),
      budget: RequestBudget(perSecond: 1_000_000, burst: 1_000_000)
    )
    let group = ResourceID(subscription: client.subscriptionID, group: "backbone")
    let network = group.network("virtualNetworks", "main")
    var desired = DesiredCluster(
      mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
      region: Self.region,
      version: KubernetesMinor(major: 1, minor: 33),
      network: .init(id: network.description, subnets: []),
      pools: [.init(name: "general", machineType: "Standard_D4s_v5", minSize: 3, maxSize: 7)]
    )
    desired.network.ranges = ["10.10.0.0/16", "100.64.0.0/16"].compactMap { IPv4Network($0) }
    desired.access = [
      .init(.edit, .entra(id: "aaaaaaaa-0000-0000-0000-000000000001", type: "Group"), namespaces: ["shop"]),
      .init(.view, .entra(id: "aaaaaaaa-0000-0000-0000-000000000002", type: "User")),
    ]
    desired.logging = ["api", "audit"]
    desired.azure.logWorkspaceID = group.resource("Microsoft.OperationalInsights", "workspaces", "logs").description
    desired.tags = ["team": "platform"]
    driver = ClusterDriver(AzureCluster(client: client), desired)
    try await makeNetwork(network, group)
  }

  private func makeNetwork(_ network: ResourceID, _ group: ResourceID) async throws {
    try await put(group, ResourceGroup(location: Self.region, tags: [:]).json)
    guard let range = IPv4Network("10.10.0.0/16") else { return }
    try await put(network, VirtualNetwork(location: Self.region, cidr: range, tags: [:]).json)
    for zone in ["1", "2"] {
      let (address, nat) = (group.network("publicIPAddresses", "a\(zone)"), group.network("natGateways", "n\(zone)"))
      try await put(address, PublicIPAddress(location: Self.region, zone: zone, tags: [:]).json)
      try await put(nat, NATGateway(location: Self.region, zone: zone, addresses: [address], tags: [:]).json)
      guard let cidr = IPv4Network("10.10.\(zone).0/24") else { return }
      var subnet = Subnet(cidr: cidr)
      subnet.natGateway = nat
      let id = network.child("subnets", "private-\(zone)")
      try await put(id, subnet.json)
      driver.desired.network.subnets.append(.init(name: "private-\(zone)", id: id.description, zone: zone, cidr: cidr))
    }
  }

  /// Each look brings what goes on nearer to its end.
  private func put(_ id: ResourceID, _ body: JSONValue) async throws {
    _ = try await client.put(id, body)
    for _ in 0..<3 { _ = try await client.get(id) }
  }

  // MARK: The simulator

  var names: AzureClusterNames { AzureClusterNames(driver.desired) }

  /// Someone else changes the cluster: see docs/clouds.md.
  func console(_ change: [String: JSONValue]) async throws {
    var change = change
    change["cluster"] = .string(names.cluster.description)
    try await door.control("POST", "cluster", .object(change))
  }

  /// Operations that were asked for, without those of tokens.
  func operations() async throws -> [String] {
    try await door.operations().filter { !$0.hasPrefix("tokens:") }
  }

  func made() async throws -> ManagedCluster? { try await client.managedCluster(names.cluster) }

  func pools() async throws -> [AgentPool] { try await made()?.agentPools ?? [] }

  /// Role assignments on the cluster and in its namespaces.
  func grants() async throws -> [String] {
    try await client.roleAssignments(on: names.cluster, below: true).filter { $0.scopeText.contains("managedClusters") }
      .map { AzureGrant($0, cluster: names.cluster).description }.sorted()
  }
}
