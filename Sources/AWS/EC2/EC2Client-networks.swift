public import Cloud

extension EC2Client {
  public func vpcs(_ filters: [Filter]) async throws(CloudError) -> [EC2.VPC] {
    try await describe("DescribeVpcs", filters, set: "vpcSet") { EC2.VPC($0) }
  }

  public func createVPC(cidr: String, tags: [String: String]) async throws(CloudError) -> String {
    try await create("CreateVpc", result: ["vpc", "vpcId"]) { parameters in
      parameters["CidrBlock"] = cidr
      Self.tag("vpc", tags, &parameters)
    }
  }

  public func deleteVPC(_ id: String) async throws(CloudError) {
    try await remove("DeleteVpc") { $0["VpcId"] = id }
  }

  /// Adds a range. It takes a few seconds until subnets can be created in it.
  /// - Returns: the id of the range's association with the VPC.
  public func addRange(_ cidr: String, to vpcID: String) async throws(CloudError) -> String {
    try await create("AssociateVpcCidrBlock", result: ["cidrBlockAssociation", "associationId"]) { parameters in
      parameters["VpcId"] = vpcID
      parameters["CidrBlock"] = cidr
    }
  }

  /// - Parameter association: the id of the range's association with its VPC.
  public func removeRange(_ association: String) async throws(CloudError) {
    try await remove("DisassociateVpcCidrBlock") { $0["AssociationId"] = association }
  }

  public enum DNSAttribute: String, Sendable, CaseIterable {
    case support = "DnsSupport"
    case hostnames = "DnsHostnames"
  }

  public func hasDNS(_ attribute: DNSAttribute, _ id: String) async throws(CloudError) -> Bool {
    var parameters = QueryParameters()
    parameters["VpcId"] = id
    parameters["Attribute"] = "enable\(attribute.rawValue)"
    let answer = try await query.call("DescribeVpcAttribute", parameters, isIdempotent: true)
    return answer["enable\(attribute.rawValue)"]?.bool("value") ?? false
  }

  /// Enables an attribute. Host names need DNS support, which is enabled first.
  public func enableDNS(_ attribute: DNSAttribute, _ id: String) async throws(CloudError) {
    try await perform("ModifyVpcAttribute") { parameters in
      parameters["VpcId"] = id
      parameters["Enable\(attribute.rawValue).Value"] = "true"
    }
  }

  public func subnets(_ filters: [Filter]) async throws(CloudError) -> [EC2.Subnet] {
    try await describe("DescribeSubnets", filters, set: "subnetSet") { EC2.Subnet($0) }
  }

  public func createSubnet(vpcID: String, cidr: String, zone: String, tags: [String: String]) async throws(CloudError)
    -> String
  {
    try await create("CreateSubnet", result: ["subnet", "subnetId"]) { parameters in
      parameters["VpcId"] = vpcID
      parameters["CidrBlock"] = cidr
      parameters["AvailabilityZone"] = zone
      Self.tag("subnet", tags, &parameters)
    }
  }

  public func deleteSubnet(_ id: String) async throws(CloudError) {
    try await remove("DeleteSubnet") { $0["SubnetId"] = id }
  }

  public func networkInterfaces(_ filters: [Filter]) async throws(CloudError) -> [EC2.NetworkInterface] {
    try await describe("DescribeNetworkInterfaces", filters, set: "networkInterfaceSet") { EC2.NetworkInterface($0) }
  }

  /// The region's own zones, sorted by name, without local and Wavelength zones.
  public func zones() async throws(CloudError) -> [EC2.Zone] {
    let zones = try await describe("DescribeAvailabilityZones", [], set: "availabilityZoneInfo", pageSize: nil) {
      EC2.Zone($0)
    }
    return zones.filter { $0.kind == "availability-zone" }.sorted { $0.name < $1.name }
  }
}
