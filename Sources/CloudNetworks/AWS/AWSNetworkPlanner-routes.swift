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

  /// - Parameter role: under which the report remembers that the route has been there.
  mutating func defaultRoute(
    _ part: NetworkPart,
    in table: AWSReference,
    to target: AWSReference,
    role: String,
    isInternetGateway: Bool
  ) {
    let mark = AWSRole.route(role)
    let route = found(table)?.routes.first { $0.destination == Self.everywhere }
    if let route, target == .id(route.target), route.state == "active" {
      plan.report.ledger.settled[mark] = route.target
      return
    }
    var repair: String?
    if let route, target == .id(route.target) {
      // A detached internet gateway, attached again by this plan, makes its route active by itself.
      if isInternetGateway { return }
      repair = "route 0.0.0.0/0 in \(table) to \(route.target) was a black hole: set again"
    } else if let route {
      repair = "route 0.0.0.0/0 in \(table) led to \(route.target): set to \(target)"
    } else if desired.ledger.settled[mark] != nil {
      repair = "route 0.0.0.0/0 in \(table) was missing: set to \(target)"
    }
    act(part, .setDefaultRoute(table: table, target: target, isInternetGateway: isInternetGateway), repair: repair)
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
  ///   - subnets: by name.
  ///   - gateways: available NAT gateways, by zone.
  mutating func routes(_ vpc: AWSReference, subnets: [String: AWSReference], gateways: [String: String]) {
    let endpoint = keptEndpoint(vpc)
    var tables: [AWSReference] = []
    for zone in desired.routedZones {
      let table = routeTable(.routes, role: AWSRole.routes(zone), vpc)
      tables.append(table)
      if let natZone = desired.natZone(for: zone) {
        if let nat = gateways[natZone] {
          defaultRoute(.routes, in: table, to: .id(nat), role: zone, isInternetGateway: false)
        } else {
          later(.routes, "route 0.0.0.0/0 in \(table) to the NAT gateway in \(natZone) once that is available")
        }
      } else if case .id(let id) = table,
        let route = found(table)?.routes.first(where: { $0.destination == Self.everywhere })
      {
        act(
          .routes,
          .deleteDefaultRoute(table: id),
          repair: "\(id) had a route 0.0.0.0/0 to \(route.target), where the spec wants no way out: deleted"
        )
      }
      for subnet in desired.subnets where subnet.zone == zone && subnet.existingID == nil {
        if let reference = subnets[subnet.name] { associate(.routes, table, with: reference) }
      }
    }
    s3Endpoint(vpc, endpoint, tables)
  }

  private func endpoints(in vpc: AWSReference) -> [EC2.Endpoint] {
    (state.endpoints ?? []).filter { owns($0.tags) && vpc == .id($0.vpcID) }
  }

  /// The one that stays, with its tags put right before those of the tables that will prove it.
  private mutating func keptEndpoint(_ vpc: AWSReference) -> EC2.Endpoint? {
    guard !desired.routedZones.isEmpty else { return nil }
    let live = endpoints(in: vpc).filter { ["pending", "available"].contains($0.state) }
    let found = live.min { (-$0.routeTableIDs.count, $0.id) < (-$1.routeTableIDs.count, $1.id) }
    if let found { keep(.routes, role: AWSRole.s3Endpoint, found.id, tags: found.tags) }
    return found
  }

  private mutating func s3Endpoint(_ vpc: AWSReference, _ found: EC2.Endpoint?, _ tables: [AWSReference]) {
    let role = AWSRole.s3Endpoint
    guard !tables.isEmpty else { return }
    guard state.endpoints != nil else {
      plan.report.ids[role] = desired.knownIDs[role]
      return
    }
    if let found {
      let missing = tables.filter { table in !found.routeTableIDs.contains { table == .id($0) } }
      if !missing.isEmpty { act(.routes, .addTablesToEndpoint(found.id, tables: missing)) }
      return
    }
    act(
      .routes,
      .createS3Endpoint(
        vpc: vpc,
        service: "com.amazonaws.\(desired.region).s3",
        tables: tables,
        token: desired.token(role: role, after: endpoints(in: vpc).map(\.id)),
        tags: desired.tags(role: role)
      ),
      repair: repairOfLost(role)
    )
  }
}
