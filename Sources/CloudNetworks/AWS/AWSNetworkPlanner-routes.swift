internal import AWS
internal import CloudResources

extension AWSNetworkPlanner {
  static let everywhere = "0.0.0.0/0"

  mutating func routeTable(_ part: NetworkPart, role: String, _ vpc: AWSReference) -> AWSReference {
    let inUse = { (table: EC2.RouteTable) in table.associations.count }
    let tables = state.routeTables.filter { vpc == .id($0.vpcID) }
    if let found = pick(tables, role: role, id: \.id, tags: \.tags, use: inUse) {
      keep(part, role: role, found.id, tags: found.tags)
      return .id(found.id)
    }
    let earlier = tables.filter { owns($0.tags) }.map(\.id)
    act(
      part,
      .createRouteTable(
        role: role,
        vpc: vpc,
        token: desired.token(role: role, after: earlier),
        tags: desired.tags(role: role)
      ),
      repair: repairOfLost(role)
    )
    return .made(role: role)
  }

  func found(_ table: AWSReference) -> EC2.RouteTable? { state.routeTables.first { table == .id($0.id) } }

  /// - Parameters:
  ///   - role: the key under which the ledger remembers that the route was once set.
  ///   - isGiven: whether the target is a user-supplied next hop, which only the user can revive.
  mutating func defaultRoute(
    _ part: NetworkPart,
    in table: AWSReference,
    to target: AWSReference,
    role: String,
    isGiven: Bool = false
  ) {
    let mark = AWSRole.route(role)
    let route = found(table)?.routes.first { $0.destination == Self.everywhere }
    if let route, target == .id(route.target), route.state == "active" {
      plan.report.ledger.settled[mark] = route.target
      return
    }
    var repair: String?
    if let route, target == .id(route.target) {
      if isGiven {
        return problem(
          part,
          .existingNotFound,
          "route 0.0.0.0/0 in \(table) leads to \(target), which is not there or forwards nothing: restore it, or correct "
            + "spec.egress.existingNextHops"
        )
      }
      // Attaching the internet gateway again, which this plan does, makes its route active.
      if role == AWSRole.publicRoutes { return }
      repair = "route 0.0.0.0/0 in \(table) to \(route.target) was a black hole: set again"
    } else if let route {
      repair = "route 0.0.0.0/0 in \(table) led to \(route.target): set to \(target)"
    } else if desired.ledger.settled[mark] != nil {
      repair = "route 0.0.0.0/0 in \(table) was missing: set to \(target)"
    }
    act(part, .setDefaultRoute(table: table, target: target), repair: repair)
  }

  mutating func associate(_ part: NetworkPart, _ table: AWSReference, with subnet: AWSReference) {
    guard case .id(let id) = subnet else { return act(part, .associate(table: table, subnet: subnet)) }
    for other in state.routeTables {
      guard let association = other.associations.first(where: { $0.subnetID == id }) else { continue }
      if table != .id(other.id) {
        act(
          part,
          .replaceAssociation(association.id, table: table, subnet: id),
          repair: "\(id) was associated with route table \(other.id): with \(table) again"
        )
      }
      return
    }
    act(part, .associate(table: table, subnet: subnet))
  }

  /// - Parameters:
  ///   - subnets: private subnets by name.
  ///   - podSubnets: pod subnets by zone.
  ///   - targets: the target of 0.0.0.0/0 by zone.
  mutating func routes(
    _ vpc: AWSReference,
    subnets: [String: AWSReference],
    podSubnets: [String: [AWSReference]],
    targets: [String: String]
  ) {
    let endpoint = keptEndpoint(vpc)
    var tables: [AWSReference] = []
    for zone in desired.routedZones {
      let table = routeTable(.routes, role: AWSRole.routes(zone), vpc)
      tables.append(table)
      wayOut(zone, table, targets[zone])
      for subnet in desired.subnets where subnet.zone == zone && subnet.existingID == nil {
        if let reference = subnets[subnet.name] { associate(.routes, table, with: reference) }
      }
      for subnet in podSubnets[zone] ?? [] { associate(.routes, table, with: subnet) }
    }
    s3Endpoint(vpc, endpoint, tables)
  }

  private mutating func wayOut(_ zone: String, _ table: AWSReference, _ target: String?) {
    if let target {
      let isGiven = desired.egress.existingNextHops.contains(target)
      defaultRoute(.routes, in: table, to: .id(target), role: zone, isGiven: isGiven)
    } else if desired.egress.addresses != .none {
      let gateway = desired.natZone(for: zone).map { "the NAT gateway in \($0)" } ?? "a NAT gateway of yours"
      later(.routes, "route 0.0.0.0/0 in \(table) to \(gateway) once that is available")
    } else if case .id(let id) = table,
      let route = found(table)?.routes.first(where: { $0.destination == Self.everywhere })
    {
      act(
        .routes,
        .deleteDefaultRoute(table: id),
        repair: "\(id) had a route 0.0.0.0/0 to \(route.target), where the spec wants no way out: deleted"
      )
    }
  }
}
