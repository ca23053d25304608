import Cloud
import CloudLinkerAPI
import Foundations
import GoogleCloud
import HTTPTransport
import Kubernetes
import KubernetesTesting

@testable import CloudNetworks
@testable import Reconcilers

struct GoogleCloudOutsider: Outsider {
  let compute: ComputeClient
  private static let region = "europe-west1"

  init(_ simulator: CloudSimulator) async throws {
    let transport = CurlTransport(.init(proxy: .none))
    let secret = try await simulator.secret().mapValues { Array($0.utf8) }
    let source = try GoogleCredentialSource(secret: secret, tokenURL: "\(simulator.url)/token")
    let access = GoogleAccess(
      tokens: source.tokens(over: transport),
      transport: transport,
      budget: RequestBudget(perSecond: 1000)
    )
    compute = ComputeClient(project: simulator.spec().gcp?.project ?? "", access: access, endpoint: simulator.url)
  }

  /// Starts it, and waits for its end.
  private func finish(_ start: (RequestID) async throws(CloudError) -> ComputeOperation) async throws {
    var operation = try await start(RequestID(["\(UInt64.random(in: .min ... .max))"]))
    while !operation.isDone { operation = try await compute.operation(operation.handle) ?? operation }
    if let error = operation.error { throw error }
  }

  private func insert(_ resource: some ComputeResource) async throws {
    try await finish { (id) async throws(CloudError) in
      try await compute.insert(resource, region: Self.region, requestID: id)
    }
  }
  private func delete(_ collection: ComputeCollection, _ name: String) async throws {
    try await finish { (id) async throws(CloudError) in
      try await compute.delete(collection, name, region: Self.region, requestID: id)
    }
  }

  func makeNetwork() async throws -> HandMade {
    var network = Network(name: "theirs", description: "by hand")
    network.autoCreateSubnetworks = false
    try await insert(network)
    var subnetwork = Subnetwork(name: "theirs-a", description: "by hand")
    subnetwork.network = "projects/\(compute.project)/global/networks/theirs"
    subnetwork.ipCidrRange = CloudSimulator.handMadeRange
    try await insert(subnetwork)
    try await insert(Address(name: "theirs-address", description: "by hand"))
    return HandMade(
      network: "theirs",
      subnet: .init(name: "theirs", zone: "europe-west1-b", cidr: CloudSimulator.handMadeRange, existingID: "theirs-a"),
      address: "theirs-address"
    )
  }

  func breakages(of environment: SimulatedEnvironment) async throws -> [Breakage] {
    let backbone = environment.backbone
    let names = GoogleCloudNames(
      OwnershipMark(namespace: "production", name: "net", uid: backbone?.metadata.uid ?? "")
    )
    let zone = backbone?.status?.subnets?.first?.name ?? ""
    let (router, subnetwork) = (names.router, names.subnetwork(zone))
    func change(_ name: String, _ body: @escaping @Sendable (inout Firewall) -> Void)
      -> @Sendable () async throws -> Void
    {
      { () async throws in
        guard var firewall = try await compute.get(Firewall.self, name, region: Self.region) else { return }
        body(&firewall)
        let changed = firewall
        try await finish { (id) async throws(CloudError) in
          try await compute.update(changed, region: Self.region, requestID: id)
        }
      }
    }
    return [
      Breakage(
        "a firewall is opened",
        note: "sourceRanges of firewall \(names.firewall("allow-inside-ingress")) had been changed",
        act: change(names.firewall("allow-inside-ingress")) { firewall in
          firewall.sourceRanges = ["0.0.0.0/0"]
          firewall.priority = 900
        }
      ),
      Breakage(
        "a firewall is disabled",
        note: "disabled of firewall \(names.firewall("deny-egress")) had been changed",
        act: change(names.firewall("deny-egress")) { $0.disabled = true }
      ),
      Breakage("a firewall is deleted", note: "firewall \(names.firewall("deny-ingress"))") {
        try await delete(.firewalls, names.firewall("deny-ingress"))
      },
      Breakage("Private Google Access is turned off", note: "Private Google Access of subnetwork \(subnetwork)") {
        try await finish { (id) async throws(CloudError) in
          try await compute.setPrivateGoogleAccess(false, of: subnetwork, region: Self.region, requestID: id)
        }
      },
      Breakage("Cloud NAT is taken off the router", note: "Cloud NAT of router \(router) had been changed") {
        var patch = Router(name: router)
        patch.nats = []
        let changed = patch
        try await finish { (id) async throws(CloudError) in
          try await compute.patch(changed, region: Self.region, requestID: id)
        }
      },
      Breakage("the router is deleted", note: "router \(router) (") { try await delete(.routers, router) },
      Breakage("the subnetwork is deleted", note: "subnetwork \(subnetwork) (") {
        try await delete(.routers, router)
        try await delete(.subnetworks, subnetwork)
      },
    ]
  }
}
