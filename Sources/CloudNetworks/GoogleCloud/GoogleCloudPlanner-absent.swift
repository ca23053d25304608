internal import Cloud
internal import CloudResources
internal import GoogleCloud

extension GoogleCloudPlanner {
  /// Deletes everything that bears our mark, as observed, because the spec may be gone. Deletes nothing while something
  /// still runs in an owned subnetwork.
  ///
  ///     private zones; router with NAT → addresses, subnetworks → firewalls → network
  mutating func absent() {
    guard !nameUsers() else { return rememberZones() }
    let hasZones = removeAllZones()
    let router = observed.router.flatMap { isOurs($0.description, "router") ? $0 : nil }
    if let router {
      remove("router", .routers, router.name, router.id)
    }
    var isEmpty = router == nil && !hasZones
    for found in observed.addresses {
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark) else { continue }
      remove(role, .addresses, found.name, found.id, after: router == nil)
      isEmpty = false
    }
    var hasSubnetworks = false
    for found in observed.subnetworks {
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark) else { continue }
      hasSubnetworks = true
      remove(role, .subnetworks, found.name, found.id, after: router == nil)
    }
    var hasFirewalls = false
    for found in observed.firewalls {
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark) else { continue }
      hasFirewalls = true
      remove(role, .firewalls, found.name, found.id, after: !hasSubnetworks)
    }
    isEmpty = isEmpty && !hasSubnetworks && !hasFirewalls
    if let network = observed.network, desired.existingNetworkID == nil, isOurs(network.description, "network") {
      if !isEmpty || !isBlocked(network) {
        remove("network", .networks, network.name, network.id, after: isEmpty)
      }
      isEmpty = false
    }
    let isQuiet = !observed.operations.values.contains { !$0.isDone }
    plan.isGone = isEmpty && isQuiet
  }

  private mutating func remove(
    _ role: String,
    _ collection: ComputeCollection,
    _ name: String,
    _ id: String?,
    after isTime: Bool = true
  ) {
    plan.report.ids[role] = id
    let words = "delete \(collection.rawValue.dropLast(collection == .addresses ? 2 : 1)) \(name)"
    guard isTime else { return later(role, words) }
    act(role, .delete(collection, name: name), words, seen: id ?? "")
  }

  /// Reports what runs in owned subnetworks.
  /// - Returns: whether anything does.
  private mutating func nameUsers() -> Bool {
    var areThere = false
    for found in observed.subnetworks where GoogleCloudMark.role(in: found.description, of: desired.mark) != nil {
      let users = users(of: link(.subnetworks, found.name))
      guard !users.isEmpty else { continue }
      blocked(.subnets, "subnetwork \(found.name)", users)
      areThere = true
    }
    guard areThere else { return false }
    plan.report.ids.merge(desired.knownIDs) { new, _ in new }
    return true
  }

  /// Reports what else is in the network, of other regions and of other owners.
  private mutating func isBlocked(_ network: Network) -> Bool {
    typealias User = GoogleCloudObserved.User
    var users = observed.users ?? []
    users += observed.firewalls.map { User(kind: "firewall", id: $0.id ?? "", name: $0.name) }
    users += (network.subnetworks ?? []).map {
      User(kind: "subnetwork", id: ComputeLink.path($0), name: ComputeLink.name($0))
    }
    guard !users.isEmpty else { return false }
    blocked(.network, "network \(network.name)", users)
    return true
  }

  mutating func blocked(_ part: NetworkPart, _ what: String, _ users: [GoogleCloudObserved.User]) {
    let shown = users.prefix(10).map(\.words).joined(separator: ", ")
    let more = users.count > 10 ? " and \(users.count - 10) more" : ""
    problem(part, .inUse, "\(what) is used by \(shown)\(more): delete what uses it")
    plan.lookAgain(after: .seconds(30))
  }
}
