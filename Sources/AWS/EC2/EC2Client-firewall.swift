public import Cloud

extension EC2Client {
  public func securityGroups(_ filters: [Filter]) async throws(CloudError) -> [EC2.SecurityGroup] {
    try await describe("DescribeSecurityGroups", filters, set: "securityGroupInfo") { EC2.SecurityGroup($0) }
  }

  /// Creates a security group. It allows all traffic out until that rule is revoked.
  public func createSecurityGroup(
    name: String,
    description: String,
    vpcID: String,
    tags: [String: String]
  ) async throws(CloudError) -> String {
    try await create("CreateSecurityGroup", result: ["groupId"]) { parameters in
      parameters["GroupName"] = name
      parameters["GroupDescription"] = description
      parameters["VpcId"] = vpcID
      Self.tag("security-group", tags, &parameters)
    }
  }

  public func deleteSecurityGroup(_ id: String) async throws(CloudError) {
    try await remove("DeleteSecurityGroup") { $0["GroupId"] = id }
  }

  public enum Direction: String, Sendable { case ingress = "Ingress", egress = "Egress" }

  /// Adds rules. It is not an error if a rule exists already.
  /// - Parameter notes: the descriptions of rules; only rules for IPv4 ranges can have one.
  public func authorize(
    _ direction: Direction,
    _ rules: [EC2.Rule],
    notes: [EC2.Rule: String] = [:],
    groupID: String
  ) async throws(CloudError) {
    do throws(CloudError) {
      try await change("AuthorizeSecurityGroup\(direction.rawValue)", rules, notes, groupID)
    } catch {
      guard error.code == "InvalidPermission.Duplicate" else { throw error }
      // EC2 refuses all rules if one exists already. Then they are added one by one.
      guard rules.count > 1 else { return }
      for rule in rules { try await authorize(direction, [rule], notes: notes, groupID: groupID) }
    }
  }

  /// Describes existing rules for IPv4 ranges. Those that `notes` does not contain lose their description.
  public func describe(
    _ direction: Direction,
    _ rules: [EC2.Rule],
    as notes: [EC2.Rule: String],
    groupID: String
  ) async throws(CloudError) {
    try await change("UpdateSecurityGroupRuleDescriptions\(direction.rawValue)", rules, notes, groupID)
  }

  /// Removes rules. It is not an error if a rule is gone already.
  public func revoke(_ direction: Direction, _ rules: [EC2.Rule], groupID: String) async throws(CloudError) {
    do throws(CloudError) {
      try await change("RevokeSecurityGroup\(direction.rawValue)", rules, [:], groupID)
    } catch {
      guard error.code == "InvalidPermission.NotFound" else { throw error }
      guard rules.count > 1 else { return }
      for rule in rules { try await revoke(direction, [rule], groupID: groupID) }
    }
  }

  private func change(
    _ action: String,
    _ rules: [EC2.Rule],
    _ notes: [EC2.Rule: String],
    _ groupID: String
  ) async throws(CloudError) {
    guard !rules.isEmpty else { return }
    try await perform(action) { parameters in
      parameters["GroupId"] = groupID
      parameters.list("IpPermissions", rules) { $2.encode(into: &$0, $1, note: notes[$2]) }
    }
  }
}
