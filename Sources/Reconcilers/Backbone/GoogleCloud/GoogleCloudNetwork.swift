public import Cloud
public import Foundations
public import GoogleCloud

/// Backbones in Google Cloud.
///
/// A subnetwork is regional there, so zones say nothing of where addresses are: **each desired subnet is one
/// subnetwork of the region, and its zone is told on in the report for whoever places machines by it.** What a spec
/// with one subnet a zone means in other clouds, three blocks that can be told apart, it means here too; who wants the
/// usual single subnetwork writes one subnet. Cloud NAT is regional as well: one, with an address a zone.
/// `GoogleCloudSecondaryRanges` says where pods and services live, `GoogleCloudFirewalls` what may pass.
///
/// Eight reads at most where nothing is under way: network, subnetworks, router, addresses, firewalls and routes; while
/// it is being deleted, also instances and forwarding rules. Each operation under way is one more.
///
/// `deletionPolicy: Retain` leaves everything as it is but for the marks that can be taken; see `GoogleCloudMark`.
public struct GoogleCloudNetwork: NetworkProvider {
  let compute: ComputeClient
  private let region: String

  public init(compute: ComputeClient, region: String) {
    self.compute = compute
    self.region = region
  }

  public func zones() async throws(CloudError) -> [String] { try await compute.zones(of: region) }

  public static func plan(
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

  public func gather(_ desired: DesiredNetwork) async throws(CloudError) -> GoogleCloudObserved {
    let names = GoogleCloudNames(desired.mark)
    let region = desired.region
    var observed = GoogleCloudObserved(project: compute.project)
    // Before the objects: what an operation that is done has made is there then.
    observed.operations = try await operations(desired.knownIDs)
    let name = desired.existingNetworkID.map(ComputeLink.name) ?? names.network
    observed.network = try await compute.get(Network.self, name, region: region)
    func isHere(_ link: String?) -> Bool { link.map(ComputeLink.name) == name }
    func isOurs(_ text: String?) -> Bool { GoogleCloudMark.role(in: text, of: desired.mark) != nil }
    // A subnetwork of our name in another network is seen too, to be named.
    observed.subnetworks = try await compute.list(Subnetwork.self, region: region).filter { found in
      isHere(found.network) || isOurs(found.description) || found.name.hasPrefix(names.base + "-")
    }
    observed.router = try await compute.get(Router.self, names.router, region: region)
    observed.addresses = try await compute.list(Address.self, region: region)
    observed.firewalls = try await compute.list(Firewall.self, region: region).filter { found in
      isHere(found.network) || isOurs(found.description) || found.name.hasPrefix(names.base + "-")
    }
    guard observed.network != nil else { return observed }
    observed.routes = try await compute.list(Route.self, region: region).filter { isHere($0.network) }
    if desired.knownIDs[GoogleCloudAction.deletionKey] != nil { observed.users = await users(of: name) }
    return observed
  }

  private func operations(_ known: [String: String]) async throws(CloudError) -> [String: ComputeOperation] {
    var operations: [String: ComputeOperation] = [:]
    for (key, value) in known.sorted(by: { $0.key < $1.key }) where key.hasPrefix(GoogleCloudAction.operationPrefix) {
      guard let handle = ComputeOperation.Handle(value), let operation = try await compute.operation(handle) else {
        continue
      }
      operations[String(key.dropFirst(GoogleCloudAction.operationPrefix.count))] = operation
    }
    return operations
  }

  /// Instances and forwarding rules in the network. Only to name what is in the way: who may not list them, or cannot
  /// now, is told by the refusal of the deletion.
  func users(of network: String) async -> [GoogleCloudObserved.User] {
    typealias User = GoogleCloudObserved.User
    var users: [User] = []
    for instance in (try? await compute.aggregatedList(Instance.self)) ?? [] {
      for interface in instance.networkInterfaces ?? [] where interface.network.map(ComputeLink.name) == network {
        let (id, name) = (instance.id ?? "", instance.name)
        users.append(User(kind: "instance", id: id, name: name, subnetwork: interface.subnetwork))
      }
    }
    for rule in (try? await compute.aggregatedList(ForwardingRule.self)) ?? []
    where rule.network.map(ComputeLink.name) == network {
      users.append(User(kind: "forwarding rule", id: rule.id ?? "", name: rule.name, subnetwork: rule.subnetwork))
    }
    return users
  }
}
