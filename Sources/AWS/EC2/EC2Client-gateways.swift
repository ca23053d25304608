public import Cloud

extension EC2Client {
  public func internetGateways(_ filters: [Filter]) async throws(CloudError) -> [EC2.InternetGateway] {
    try await describe("DescribeInternetGateways", filters, set: "internetGatewaySet") { EC2.InternetGateway($0) }
  }

  public func createInternetGateway(tags: [String: String]) async throws(CloudError) -> String {
    try await create("CreateInternetGateway", result: ["internetGateway", "internetGatewayId"]) {
      Self.tag("internet-gateway", tags, &$0)
    }
  }

  /// Attaches an internet gateway. It is not an error if it is attached there already.
  public func attachInternetGateway(_ id: String, vpcID: String) async throws(CloudError) {
    do throws(CloudError) {
      try await perform("AttachInternetGateway") { parameters in
        parameters["InternetGatewayId"] = id
        parameters["VpcId"] = vpcID
      }
    } catch {
      guard error.kind == .inUse else { throw error }
      // EC2 gives the same answer if another gateway is attached to the VPC.
      let attached = try await internetGateways([Filter("attachment.vpc-id", [vpcID])])
      guard attached.contains(where: { $0.id == id }) else { throw error }
    }
  }

  public func detachInternetGateway(_ id: String, vpcID: String) async throws(CloudError) {
    try await remove("DetachInternetGateway") { parameters in
      parameters["InternetGatewayId"] = id
      parameters["VpcId"] = vpcID
    }
  }

  public func deleteInternetGateway(_ id: String) async throws(CloudError) {
    try await remove("DeleteInternetGateway") { $0["InternetGatewayId"] = id }
  }

  public func addresses(_ filters: [Filter]) async throws(CloudError) -> [EC2.Address] {
    try await describe("DescribeAddresses", filters, set: "addressesSet", pageSize: nil) { EC2.Address($0) }
  }

  public func allocateAddress(tags: [String: String]) async throws(CloudError) -> String {
    try await create("AllocateAddress", result: ["allocationId"]) { parameters in
      parameters["Domain"] = "vpc"
      Self.tag("elastic-ip", tags, &parameters)
    }
  }

  public func releaseAddress(_ allocationID: String) async throws(CloudError) {
    try await remove("ReleaseAddress") { $0["AllocationId"] = allocationID }
  }

  /// Includes NAT gateways that were deleted within the last hour.
  public func natGateways(_ filters: [Filter]) async throws(CloudError) -> [EC2.NATGateway] {
    try await describe("DescribeNatGateways", filters, set: "natGatewaySet") { EC2.NATGateway($0) }
  }

  /// - Parameter token: at most 64 characters; within a day, the same one creates no second gateway.
  public func createNATGateway(
    subnetID: String,
    allocationID: String,
    token: String,
    tags: [String: String]
  ) async throws(CloudError) -> String {
    try await create("CreateNatGateway", isIdempotent: true, result: ["natGateway", "natGatewayId"]) { parameters in
      parameters["SubnetId"] = subnetID
      parameters["AllocationId"] = allocationID
      parameters["ClientToken"] = token
      Self.tag("natgateway", tags, &parameters)
    }
  }

  /// Deletes a NAT gateway. It is `deleting` for a minute or so, and holds its address meanwhile.
  public func deleteNATGateway(_ id: String) async throws(CloudError) {
    try await remove("DeleteNatGateway") { $0["NatGatewayId"] = id }
  }

  public func endpoints(_ filters: [Filter]) async throws(CloudError) -> [EC2.Endpoint] {
    try await describe("DescribeVpcEndpoints", filters, set: "vpcEndpointSet") { EC2.Endpoint($0) }
  }

  /// Creates a gateway endpoint, which is free of charge and works by routes.
  public func createGatewayEndpoint(
    vpcID: String,
    serviceName: String,
    routeTableIDs: [String],
    token: String,
    tags: [String: String]
  ) async throws(CloudError) -> String {
    try await create("CreateVpcEndpoint", isIdempotent: true, result: ["vpcEndpoint", "vpcEndpointId"]) { parameters in
      parameters["VpcId"] = vpcID
      parameters["VpcEndpointType"] = "Gateway"
      parameters["ServiceName"] = serviceName
      parameters.list("RouteTableId", routeTableIDs)
      parameters["ClientToken"] = token
      Self.tag("vpc-endpoint", tags, &parameters)
    }
  }

  /// Adds route tables. It is not an error if one is served already.
  public func addRouteTables(_ ids: [String], toEndpoint id: String) async throws(CloudError) {
    do throws(CloudError) {
      try await perform("ModifyVpcEndpoint") { parameters in
        parameters["VpcEndpointId"] = id
        parameters.list("AddRouteTableId", ids)
      }
    } catch {
      guard error.kind == .alreadyExists else { throw error }
      guard ids.count > 1 else { return }
      for table in ids { try await addRouteTables([table], toEndpoint: id) }
    }
  }

  public func removeRouteTable(_ id: String, fromEndpoint endpoint: String) async throws(CloudError) {
    try await remove("ModifyVpcEndpoint") { parameters in
      parameters["VpcEndpointId"] = endpoint
      parameters.list("RemoveRouteTableId", [id])
    }
  }

  /// - Throws: also for errors that EC2 reports in an answer with status 200.
  public func deleteEndpoint(_ id: String) async throws(CloudError) {
    var parameters = QueryParameters()
    parameters.list("VpcEndpointId", [id])
    try await removeEach("DeleteVpcEndpoints", parameters)
  }
}
