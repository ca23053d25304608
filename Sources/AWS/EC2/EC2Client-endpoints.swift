public import Cloud

extension EC2Client {
  /// The named services that exist in the region.
  public func endpointServices(_ names: [String]) async throws(CloudError) -> [EC2.EndpointService] {
    try await describe(
      "DescribeVpcEndpointServices",
      [Filter("service-name", names), Filter("service-type", ["Interface"])],
      set: "serviceDetailSet"
    ) { EC2.EndpointService($0) }
  }

  /// Creates an interface endpoint, which is billed by the hour and subnet. The service's public name leads to it.
  /// - Parameters:
  ///   - subnetIDs: one for each zone at most.
  ///   - groupID: the security group of its network interfaces.
  ///   - token: at most 64 characters; the same one creates no second endpoint.
  public func createInterfaceEndpoint(
    vpcID: String,
    serviceName: String,
    subnetIDs: [String],
    groupID: String,
    token: String,
    tags: [String: String]
  ) async throws(CloudError) -> String {
    try await create("CreateVpcEndpoint", isIdempotent: true, result: ["vpcEndpoint", "vpcEndpointId"]) { parameters in
      parameters["VpcId"] = vpcID
      parameters["VpcEndpointType"] = "Interface"
      parameters["ServiceName"] = serviceName
      parameters.list("SubnetId", subnetIDs)
      parameters.list("SecurityGroupId", [groupID])
      parameters["PrivateDnsEnabled"] = "true"
      parameters["ClientToken"] = token
      Self.tag("vpc-endpoint", tags, &parameters)
    }
  }

  /// Changes to an interface endpoint.
  public struct EndpointChange: Sendable, Hashable {
    public var addedSubnetIDs: [String] = []
    public var removedSubnetIDs: [String] = []
    public var addedGroupIDs: [String] = []
    public var removedGroupIDs: [String] = []
    public var enablesPrivateDNS = false
    public init() {}
  }

  public func change(_ endpoint: String, _ change: EndpointChange) async throws(CloudError) {
    try await perform("ModifyVpcEndpoint") { parameters in
      parameters["VpcEndpointId"] = endpoint
      parameters.list("AddSubnetId", change.addedSubnetIDs)
      parameters.list("RemoveSubnetId", change.removedSubnetIDs)
      parameters.list("AddSecurityGroupId", change.addedGroupIDs)
      parameters.list("RemoveSecurityGroupId", change.removedGroupIDs)
      if change.enablesPrivateDNS { parameters["PrivateDnsEnabled"] = "true" }
    }
  }
}
