internal import AWS
internal import CloudResources

extension AWSRole {
  static let s3Endpoint = "s3-endpoint"
}

extension AWSNetworkPlanner {
  private func endpoints(in vpc: AWSReference) -> [EC2.Endpoint] {
    state.endpoints.filter { owns($0.tags) && vpc == .id($0.vpcID) && !$0.isInterface }
  }

  /// The endpoint to keep: the one that serves most route tables, else the one with the lowest id.
  mutating func keptEndpoint(_ vpc: AWSReference) -> EC2.Endpoint? {
    guard !desired.routedZones.isEmpty else { return nil }
    let live = endpoints(in: vpc).filter { ["pending", "available"].contains($0.state) }
    let found = live.min { (-$0.routeTableIDs.count, $0.id) < (-$1.routeTableIDs.count, $1.id) }
    if let found { keep(.routes, role: AWSRole.s3Endpoint, found.id, tags: found.tags) }
    return found
  }

  mutating func s3Endpoint(_ vpc: AWSReference, _ found: EC2.Endpoint?, _ tables: [AWSReference]) {
    let role = AWSRole.s3Endpoint
    guard !tables.isEmpty else { return }
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
