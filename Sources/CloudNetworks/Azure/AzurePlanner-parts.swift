internal import Azure
internal import CloudResources

extension AzurePlanner {
  private static let defaultRoute = "default"

  /// The security group of a subnet. Every rule in it is ours: what others add is a hole.
  mutating func planFirewall(_ subnet: String) {
    let role = AzureRole.firewall(subnet)
    let rules = AzureRules.rules(desired)
    guard let firewall = seen.firewall(subnet) else {
      guard seen.foreign(role, in: seen.firewalls) == nil else {
        return problem(.firewall, .foreignObject, notOwned(role))
      }
      // It is the mark of its subnet: with it, somebody else's subnet of that name would become ours.
      guard foreignSubnet(subnet) == nil else { return }
      let tags = names.tags(role, desired.tags)
      return act(.create, role, nil, NetworkSecurityGroup(location: desired.region, rules: rules, tags: tags).json)
    }
    if let id = firewall.id { plan.report.firewallIDs.append(id.description) }
    note(firewall, role)
    guard isAtHome(firewall, role), isSettled(firewall, role) else { return }
    let difference = AzureRules.difference(firewall.rules, rules)
    guard !difference.isEmpty || firewall.state == .failed else { return }
    var changed = firewall
    changed.rules = rules
    let repairs = difference.map { "network security group \(firewall.name): \($0)" }
    let detail = difference.isEmpty ? "its last change failed" : difference.joined(separator: ", ")
    act(.update(etag: firewall.etag), role, firewall.id, changed.writable, detail: detail, repairs: repairs)
  }

  /// Somebody else's subnet of a name of ours.
  func foreignSubnet(_ name: String) -> Subnet? {
    guard let network = seen.network(desired) else { return nil }
    return network.subnets.first { $0.name.lowercased() == name.lowercased() && !seen.isOurs($0, in: network, desired) }
  }

  /// One route is ours: the default, which otherwise a gateway could announce another way (BGP). The rest is left to
  /// others, such as AKS, which keeps routes to pods here.
  mutating func planRoutes() {
    guard !ownSubnets.isEmpty else { return }
    let route = RouteTable.Route(
      name: Self.defaultRoute,
      prefix: "0.0.0.0/0",
      nextHop: desired.egress.addresses == .none ? "None" : "Internet"
    )
    guard let table = seen.routeTable else {
      guard seen.foreign(.routes, in: seen.routeTables) == nil else {
        return problem(.routes, .foreignObject, notOwned(.routes))
      }
      let tags = names.tags(.routes, desired.tags)
      return act(.create, .routes, nil, RouteTable(location: desired.region, routes: [route], tags: tags).json)
    }
    note(table, .routes)
    guard isAtHome(table, .routes), isSettled(table, .routes) else { return }
    let found = table.routes.filter { $0.prefix == route.prefix }
    let isRight = found.count == 1 && found[0].nextHop.lowercased() == route.nextHop.lowercased()
    guard !isRight || table.state == .failed else { return }
    var changed = table
    changed.set(route)
    let detail = isRight ? "its last change failed" : "default route to \(route.nextHop)"
    let repairs = isRight ? [] : ["route table \(table.name): \(detail)"]
    act(.update(etag: table.etag), .routes, table.id, changed.writable, detail: detail, repairs: repairs)
  }
}
