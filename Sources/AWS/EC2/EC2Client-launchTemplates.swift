public import Cloud

extension EC2 {
  public struct LaunchTemplate: Sendable, Hashable {
    public var id: String
    public var name: String
    public var latestVersion: Int
    public var tags: [String: String]
  }

  public struct LaunchTemplateVersion: Sendable, Hashable {
    public var number: Int
    /// The text that it was created with. It never changes, so it identifies a version.
    public var description: String
  }

  /// A node without a public address. Its metadata can be read only with a session and only by the machine itself, and
  /// its root disk is encrypted and deleted with the node.
  public struct NodeTemplate: Sendable, Hashable {
    public var machineType: String
    public var diskGiB: Int
    public var groupIDs: [String]
    /// Tags of instances, volumes and network interfaces.
    public var tags: [String: String]
    public init(machineType: String, diskGiB: Int, groupIDs: [String], tags: [String: String]) {
      self.machineType = machineType
      self.diskGiB = diskGiB
      self.groupIDs = groupIDs
      self.tags = tags
    }
  }
}

extension EC2Client {
  public func launchTemplates(_ filters: [Filter]) async throws(CloudError) -> [EC2.LaunchTemplate] {
    try await describe("DescribeLaunchTemplates", filters, set: "launchTemplates", pageSize: 200) { item in
      guard let id = item.string("launchTemplateId") else { return nil }
      return EC2.LaunchTemplate(
        id: id,
        name: item.string("launchTemplateName") ?? "",
        latestVersion: item.int("latestVersionNumber") ?? 0,
        tags: item.tags()
      )
    }
  }

  public func launchTemplateVersions(_ id: String) async throws(CloudError) -> [EC2.LaunchTemplateVersion] {
    var parameters = QueryParameters()
    parameters["LaunchTemplateId"] = id
    let set = "launchTemplateVersionSet"
    return try await describe("DescribeLaunchTemplateVersions", [], set: set, pageSize: 200, parameters: parameters) {
      item in
      item.int("versionNumber").map {
        EC2.LaunchTemplateVersion(number: $0, description: item.string("versionDescription") ?? "")
      }
    }
  }

  /// - Parameters:
  ///   - description: the description of the first version.
  ///   - token: the same one creates no second template.
  public func createLaunchTemplate(
    _ name: String,
    _ template: EC2.NodeTemplate,
    description: String,
    token: String,
    tags: [String: String]
  ) async throws(CloudError) -> String {
    try await create("CreateLaunchTemplate", isIdempotent: true, result: ["launchTemplate", "launchTemplateId"]) {
      $0["LaunchTemplateName"] = name
      $0["VersionDescription"] = description
      $0["ClientToken"] = token
      Self.tag("launch-template", tags, &$0)
      template.encode(into: &$0)
    }
  }

  /// Creates a version. The group that uses the template decides which version it takes; the default version stays the
  /// first.
  public func createLaunchTemplateVersion(
    of id: String,
    _ template: EC2.NodeTemplate,
    description: String,
    token: String
  ) async throws(CloudError) {
    try await perform("CreateLaunchTemplateVersion") {
      $0["LaunchTemplateId"] = id
      $0["VersionDescription"] = description
      $0["ClientToken"] = token
      template.encode(into: &$0)
    }
  }

  public func deleteLaunchTemplate(_ id: String) async throws(CloudError) {
    try await remove("DeleteLaunchTemplate") { $0["LaunchTemplateId"] = id }
  }
}

extension EC2.NodeTemplate {
  func encode(into parameters: inout QueryParameters) {
    let data = "LaunchTemplateData"
    parameters["\(data).InstanceType"] = machineType
    parameters["\(data).MetadataOptions.HttpEndpoint"] = "enabled"
    parameters["\(data).MetadataOptions.HttpTokens"] = "required"
    parameters["\(data).MetadataOptions.HttpPutResponseHopLimit"] = "1"
    let disk = "\(data).BlockDeviceMapping.1"
    parameters["\(disk).DeviceName"] = "/dev/xvda"
    parameters["\(disk).Ebs.Encrypted"] = "true"
    parameters["\(disk).Ebs.DeleteOnTermination"] = "true"
    parameters["\(disk).Ebs.VolumeType"] = "gp3"
    parameters["\(disk).Ebs.VolumeSize"] = String(diskGiB)
    // EKS adds the subnet.
    parameters["\(data).NetworkInterface.1.DeviceIndex"] = "0"
    parameters["\(data).NetworkInterface.1.AssociatePublicIpAddress"] = "false"
    parameters["\(data).NetworkInterface.1.DeleteOnTermination"] = "true"
    parameters.list("\(data).NetworkInterface.1.SecurityGroupId", groupIDs)
    parameters.list("\(data).TagSpecification", ["instance", "volume", "network-interface"]) { parameters, name, kind in
      parameters["\(name).ResourceType"] = kind
      EC2Client.tags("\(name).Tag", tags, &parameters)
    }
  }
}
