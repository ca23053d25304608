import Azure
import Cloud
import CloudLinkerAPI
import Foundations
import HTTPTransport
import Kubernetes
import SimulatorSupport

@testable import CloudNetworks
@testable import Reconcilers

struct AzureOutsider: Outsider {
  let client: AzureClient

  init(_ simulator: CloudSimulator) async throws {
    client = AzureClient(
      try AzureCredentialSource(secretData: try await simulator.secret().mapValues { Array($0.utf8) }),
      endpoints: AzureEndpoints(resourceManager: simulator.url, authority: simulator.url),
      transport: CurlTransport(.init(proxy: .none)),
      budget: RequestBudget(perSecond: 1000)
    )
  }

  private func put(_ id: ResourceID, _ body: JSONValue) async throws {
    _ = try await client.put(id, body)
    while let json = try await client.get(id), GenericResource(json: json).state != .succeeded {}
  }
  private func delete(_ id: ResourceID) async throws {
    _ = try await client.delete(id)
    while try await client.get(id) != nil {}
  }

  func makeNetwork() async throws -> HandMade {
    let group = ResourceID(subscription: client.subscriptionID, group: "theirs")
    let (network, address) = (group.network("virtualNetworks", "theirs"), group.network("publicIPAddresses", "theirs"))
    let subnet = network.child("subnets", "theirs-a")
    guard let space = IPv4Network("10.10.0.0/16"), let range = IPv4Network(CloudSimulator.handMadeRange) else {
      throw CloudSimulator.Failure(message: "no range")
    }
    let tags = ["owner": "them"]
    try await put(group, ["location": "westeurope", "tags": ["owner": "them"]])
    try await put(network, VirtualNetwork(location: "westeurope", cidr: space, tags: tags).json)
    try await put(subnet, Subnet(cidr: range).json)
    try await put(address, PublicIPAddress(location: "westeurope", zone: nil, tags: tags).json)
    return HandMade(
      network: network.description,
      subnet: .init(name: "theirs", zone: "1", cidr: range.description, existingID: subnet.description),
      address: address.description
    )
  }

  func breakages(of environment: SimulatedEnvironment) async throws -> [Breakage] {
    let id: @Sendable (AzureRole) -> ResourceID = { role in
      ResourceID(environment.backbone?.status?.objects?[role.description] ?? "")
        ?? ResourceID(subscription: "unknown", group: "unknown")
    }
    let zone = environment.backbone?.status?.subnets?.first?.name ?? ""
    let change: @Sendable (AzureRole, (inout JSONValue) -> Void) async throws -> Void = { role, body in
      guard let json = try await client.get(id(role)) else { return }
      var changed = role == .subnet(zone) ? Subnet(json: json).writable : GenericResource(json: json).writable
      body(&changed)
      try await put(id(role), changed)
    }
    let detach: @Sendable (inout JSONValue) -> Void = { $0["properties", "natGateway"] = nil }
    return [
      Breakage("a security group is opened", note: "network security group") {
        guard let json = try await client.get(id(.firewall(zone))) else { return }
        var firewall = NetworkSecurityGroup(json: json)
        firewall.rules.append(SecurityRule("open", 150, .inbound, .allow))
        try await put(id(.firewall(zone)), firewall.writable)
      },
      Breakage("the default route is deleted", note: "default route to Internet") {
        try await change(.routes) { $0["properties", "routes"] = [] }
      },
      Breakage("default outbound access is turned on", note: "subnet \(zone): default outbound access was on") {
        try await change(.subnet(zone)) { $0["properties", "defaultOutboundAccess"] = true }
      },
      Breakage("the NAT gateway is detached", note: "subnet \(zone): NAT gateway was missing") {
        try await change(.subnet(zone), detach)
      },
      Breakage("the NAT gateway is deleted", note: "NAT gateway \(zone) was deleted by someone else") {
        try await change(.subnet(zone), detach)
        try await delete(id(.nat(zone)))
      },
      Breakage("the subnet is deleted", note: "subnet \(zone) was deleted by someone else") {
        try await delete(id(.subnet(zone)))
      },
      Breakage("the security group is deleted", note: "network security group of subnet \(zone) was deleted") {
        try await delete(id(.subnet(zone)))
        try await delete(id(.firewall(zone)))
      },
    ]
  }
}
