public import Cloud
internal import FoundationEssentials

extension EC2Client {
  /// Includes terminated instances for about an hour.
  public func instances(_ filters: [Filter]) async throws(CloudError) -> [EC2.Instance] {
    try await describe("DescribeInstances", filters, set: "reservationSet") { $0 }
      .flatMap { $0.list("instancesSet") }
      .compactMap { EC2.Instance($0) }
  }

  /// - Parameter owners: accounts; empty: every image that is visible.
  public func images(owners: [String] = [], _ filters: [Filter]) async throws(CloudError) -> [EC2.Image] {
    var parameters = QueryParameters()
    parameters.list("Owner", owners)
    return try await describe("DescribeImages", filters, set: "imagesSet", parameters: parameters) { EC2.Image($0) }
  }

  public func runInstance(_ request: EC2.InstanceRequest) async throws(CloudError) -> String {
    var parameters = QueryParameters()
    parameters["ImageId"] = request.imageID
    parameters["InstanceType"] = request.type
    parameters["MinCount"] = "1"
    parameters["MaxCount"] = "1"
    parameters["ClientToken"] = request.token
    parameters["UserData"] = Data(request.userData.utf8).base64EncodedString()
    if let profile = request.profile {
      parameters["IamInstanceProfile.\(profile.hasPrefix("arn:") ? "Arn" : "Name")"] = profile
    }
    parameters["NetworkInterface.1.DeviceIndex"] = "0"
    parameters["NetworkInterface.1.SubnetId"] = request.subnetID
    parameters["NetworkInterface.1.AssociatePublicIpAddress"] = "false"
    parameters.list("NetworkInterface.1.SecurityGroupId", request.groupIDs)
    parameters["MetadataOptions.HttpEndpoint"] = "enabled"
    parameters["MetadataOptions.HttpTokens"] = "required"
    parameters["MetadataOptions.HttpPutResponseHopLimit"] = "1"
    parameters["BlockDeviceMapping.1.DeviceName"] = request.rootDevice
    parameters["BlockDeviceMapping.1.Ebs.Encrypted"] = "true"
    parameters["BlockDeviceMapping.1.Ebs.DeleteOnTermination"] = "true"
    parameters["BlockDeviceMapping.1.Ebs.VolumeType"] = "gp3"
    parameters.list("TagSpecification", ["instance", "network-interface", "volume"]) { parameters, name, kind in
      parameters["\(name).ResourceType"] = kind
      Self.tags("\(name).Tag", request.tags, &parameters)
    }
    let answer: XMLElement
    do throws(CloudError) {
      answer = try await query.call("RunInstances", parameters, isIdempotent: true)
    } catch {
      throw Self.isProfileUnknown(error) ? Self.later(error) : error
    }
    guard let id = answer.list("instancesSet").first?.string("instanceId") else {
      throw CloudError(
        .malformed,
        operation: "ec2:RunInstances",
        message: "the answer holds no instance",
        mayHaveBeenProcessed: true
      )
    }
    return id
  }

  /// EC2 learns of an instance profile some seconds after IAM has created it.
  private static func isProfileUnknown(_ error: CloudError) -> Bool {
    error.code == "InvalidParameterValue" && error.message.lowercased().contains("instance profile")
  }

  private static func later(_ error: CloudError) -> CloudError {
    var error = error
    error.kind = .conflict
    return error
  }

  /// Terminates a machine. It is not an error if it is terminated already. EC2 takes about a minute, and deletes the
  /// machine's network interface as well.
  public func terminateInstance(_ id: String) async throws(CloudError) {
    try await remove("TerminateInstances") { $0["InstanceId.1"] = id }
  }
}
