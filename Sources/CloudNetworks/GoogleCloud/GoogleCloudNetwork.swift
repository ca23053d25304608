package import Cloud
internal import CloudResources
package import Foundations
package import GoogleCloud

/// Backbones in Google Cloud.
///
/// Subnetworks are regional, so each desired subnet becomes one subnetwork of the region. A subnet's zone is only
/// passed through to the status, for placing machines. A spec with one subnet a zone therefore means three separate
/// blocks, as in other clouds; for the usual single subnetwork the spec names one subnet. Cloud NAT is regional as
/// well: there is one, with an address for each zone. `GoogleCloudSecondaryRanges` chooses ranges for pods and
/// services, and `GoogleCloudFirewalls` sets the rules.
///
/// At most eight reads if nothing is under way: network, subnetworks, router, addresses, firewalls and routes, and,
/// while a subnetwork is to be deleted, instances and forwarding rules. Each operation under way adds one read. Private
/// zones add the project's zones, and the records of each owned zone.
///
/// The network may belong to another project (Shared VPC); see `GoogleCloudHostProject.swift`.
///
/// `deletionPolicy: Retain` changes nothing except for marks that can be removed; see `GoogleCloudMark`.
package struct GoogleCloudNetwork: NetworkProvider {
  /// Clients for the Backbone's own project.
  let compute: ComputeClient
  let dns: DNSClient
  let region: String

  package init(compute: ComputeClient, dns: DNSClient, region: String) {
    self.compute = compute
    self.dns = dns
    self.region = region
  }

  package func zones() async throws(CloudError) -> [String] { try await compute.zones(of: region) }

  package static func plan(
    _ desired: DesiredNetwork,
    goal: NetworkGoal,
    _ observed: GoogleCloudObserved,
    now: Timestamp
  ) -> NetworkPlan<GoogleCloudAction> {
    var planner = GoogleCloudPlanner(desired, observed, now: now)
    switch goal {
    case .present: planner.present()
    case .absent: planner.absent()
    case .released: planner.released()
    }
    return planner.plan
  }

  package func gather(_ desired: DesiredNetwork, _ goal: NetworkGoal) async throws(CloudError) -> GoogleCloudObserved {
    let names = GoogleCloudNames(desired.mark)
    let region = desired.region
    let compute = host(of: desired)
    var observed = GoogleCloudObserved(project: compute.project)
    observed.isShared = compute.project != self.compute.project
    // Read before the objects, so that everything a finished operation has created is seen.
    observed.operations = try await operations(desired.ledger, compute)
    let name = desired.existingNetworkID.map(ComputeLink.name) ?? names.network
    observed.network = try await compute.get(Network.self, name, region: region)
    func isHere(_ link: String?) -> Bool { link.map(ComputeLink.name) == name }
    func isOurs(_ text: String?) -> Bool { GoogleCloudMark.role(in: text, of: desired.mark) != nil }
    // A subnetwork with our name in another network is included, so that it can be named.
    observed.subnetworks = try await compute.list(Subnetwork.self, region: region).filter { found in
      isHere(found.network) || isOurs(found.description) || found.name.hasPrefix(names.base + "-")
    }
    observed.router = try await compute.get(Router.self, names.router, region: region)
    observed.addresses = try await compute.list(Address.self, region: region)
    observed.firewalls = try await compute.list(Firewall.self, region: region).filter { found in
      isHere(found.network) || isOurs(found.description) || found.name.hasPrefix(names.base + "-")
    }
    if desired.mayHaveZones { try await gatherZones(desired, &observed) }
    guard observed.network != nil else { return observed }
    observed.routes = try await compute.list(Route.self, region: region).filter { isHere($0.network) }
    if goal != .released, observed.hasStaleSubnetworks(desired, goal) {
      observed.users = try await users(of: "projects/\(compute.project)/global/networks/\(name)")
    }
    return observed
  }

  /// The client for the project of the network.
  func host(of desired: DesiredNetwork) -> ComputeClient {
    compute.inProject(desired.networkProject(of: compute.project))
  }

  private func operations(_ ledger: Ledger, _ compute: ComputeClient) async throws(CloudError) -> [String:
    ComputeOperation]
  {
    var operations: [String: ComputeOperation] = [:]
    for (role, text) in ledger.operations.sorted(by: { $0.key < $1.key }) {
      guard let handle = ComputeOperation.Handle(text), let operation = try await compute.operation(handle) else {
        continue
      }
      operations[role] = operation
    }
    return operations
  }
}

extension GoogleCloudObserved {
  /// Whether an owned subnetwork is to be deleted. Then its users are read.
  func hasStaleSubnetworks(_ desired: DesiredNetwork, _ goal: NetworkGoal) -> Bool {
    subnetworks.contains { found in
      GoogleCloudMark.role(in: found.description, of: desired.mark).map {
        goal == .absent || !desired.ownSubnetworkRoles.contains($0)
      } ?? false
    }
  }
}

extension DesiredNetwork {
  /// Whether private zones are wanted or may still exist.
  var mayHaveZones: Bool { !privateServices.isEmpty || ledger.settled[GoogleCloudPrivateZone.ledgerKey] != nil }

  /// Roles of the subnetworks that the operator creates.
  var ownSubnetworkRoles: Set<String> {
    Set(subnets.filter { $0.existingID == nil }.map { "subnetwork/\($0.name)" })
  }
}
