public import Cloud

extension EC2Client {
  public func routeTables(_ filters: [Filter]) async throws(CloudError) -> [EC2.RouteTable] {
    try await describe("DescribeRouteTables", filters, set: "routeTableSet", pageSize: 100) { EC2.RouteTable($0) }
  }

  /// - Parameter token: at most 64 characters; the same one creates no second table.
  public func createRouteTable(vpcID: String, token: String, tags: [String: String]) async throws(CloudError) -> String
  {
    try await create("CreateRouteTable", isIdempotent: true, result: ["routeTable", "routeTableId"]) { parameters in
      parameters["VpcId"] = vpcID
      parameters["ClientToken"] = token
      Self.tag("route-table", tags, &parameters)
    }
  }

  public func deleteRouteTable(_ id: String) async throws(CloudError) {
    try await remove("DeleteRouteTable") { $0["RouteTableId"] = id }
  }

  /// The parameter for the target of a route, by the prefix of the target's id.
  private static let targets = [
    "igw": "GatewayId", "nat": "NatGatewayId", "eni": "NetworkInterfaceId", "vpce": "VpcEndpointId",
    "tgw": "TransitGatewayId",
  ]

  /// Sets the route to a destination, whether it exists or not.
  /// - Parameter target: the id of an internet gateway, a NAT gateway, a network interface, an endpoint of a Gateway
  ///   Load Balancer or a transit gateway.
  public func setRoute(_ tableID: String, to destination: String, by target: String) async throws(CloudError) {
    let kind = target.split(separator: "-").first.map(String.init) ?? ""
    guard let name = Self.targets[kind] else {
      throw CloudError(.invalid, operation: "ec2:CreateRoute", message: "no route leads to \(target)")
    }
    func fill(_ parameters: inout QueryParameters) {
      parameters["RouteTableId"] = tableID
      parameters["DestinationCidrBlock"] = destination
      parameters[name] = target
    }
    do throws(CloudError) { try await perform("CreateRoute", fill) } catch {
      guard error.kind == .alreadyExists else { throw error }
      try await perform("ReplaceRoute", fill)
    }
  }

  public func deleteRoute(_ tableID: String, to destination: String) async throws(CloudError) {
    try await remove("DeleteRoute") { parameters in
      parameters["RouteTableId"] = tableID
      parameters["DestinationCidrBlock"] = destination
    }
  }

  /// Associates a table with a subnet. It is not an error if they are associated already.
  public func associate(_ tableID: String, subnetID: String) async throws(CloudError) {
    do throws(CloudError) {
      try await perform("AssociateRouteTable") { parameters in
        parameters["RouteTableId"] = tableID
        parameters["SubnetId"] = subnetID
      }
    } catch {
      guard error.kind == .inUse else { throw error }
      // EC2 gives the same answer if the subnet is associated with another table.
      let tables = try await routeTables([Filter("association.subnet-id", [subnetID])])
      guard tables.contains(where: { $0.id == tableID }) else { throw error }
    }
  }

  /// Moves a subnet to another table in one step. The association gets a new id.
  public func replaceAssociation(_ id: String, with tableID: String) async throws(CloudError) {
    try await perform("ReplaceRouteTableAssociation", isIdempotent: false) { parameters in
      parameters["AssociationId"] = id
      parameters["RouteTableId"] = tableID
    }
  }
}
