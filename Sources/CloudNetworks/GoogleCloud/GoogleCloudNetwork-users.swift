internal import Cloud
internal import GoogleCloud

extension GoogleCloudNetwork {
  /// Instances and forwarding rules in the network, of the Backbone's project and of the network's. Empty if the
  /// credentials may not list them. Then Google's refusal of a deletion is the first to say that something is in the
  /// way.
  /// - Parameter network: its path.
  func users(of network: String) async throws(CloudError) -> [GoogleCloudObserved.User] {
    typealias User = GoogleCloudObserved.User
    var users: [User] = []
    for project in Set([compute.project, ComputeLink.project(network) ?? compute.project]).sorted() {
      let compute = compute.inProject(project)
      for instance in try await permitted({ () async throws(CloudError) in
        try await compute.aggregatedList(Instance.self)
      }) {
        for interface in instance.networkInterfaces ?? [] where ComputeLink.same(interface.network, network) {
          let (id, name) = (instance.id ?? "", instance.name)
          users.append(User(kind: "instance", id: id, name: name, subnetwork: interface.subnetwork))
        }
      }
      for rule in try await permitted({ () async throws(CloudError) in
        try await compute.aggregatedList(ForwardingRule.self)
      }) where ComputeLink.same(rule.network, network) {
        users.append(User(kind: "forwarding rule", id: rule.id ?? "", name: rule.name, subnetwork: rule.subnetwork))
      }
    }
    return users
  }

  private func permitted<Item>(_ list: () async throws(CloudError) -> [Item]) async throws(CloudError) -> [Item] {
    do throws(CloudError) { return try await list() } catch {
      guard error.kind == .forbidden else { throw error }
      return []
    }
  }
}
