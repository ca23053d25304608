/// The objects of IAM that let a machine act: roles, and the instance profiles that contain them.
public enum IAM {
  public struct Role: Sendable, Hashable {
    public var name: String
    public var arn: String
    /// The policy that says who may assume the role, as JSON.
    public var trust: String
    public init(name: String, arn: String, trust: String) {
      self.name = name
      self.arn = arn
      self.trust = trust
    }
  }

  public struct InstanceProfile: Sendable, Hashable {
    public var name: String
    public var arn: String
    /// Names of its roles, one at most.
    public var roles: [String]
    public init(name: String, arn: String, roles: [String]) {
      self.name = name
      self.arn = arn
      self.roles = roles
    }
  }
}

extension IAM.Role {
  init?(_ item: XMLElement) {
    guard let name = item.string("RoleName") else { return nil }
    let trust = item.string("AssumeRolePolicyDocument") ?? ""
    self.init(name: name, arn: item.string("Arn") ?? "", trust: IAMClient.unescaped(trust))
  }
}

extension IAM.InstanceProfile {
  init?(_ item: XMLElement) {
    guard let name = item.string("InstanceProfileName") else { return nil }
    self.init(
      name: name,
      arn: item.string("Arn") ?? "",
      roles: item.list("Roles").compactMap { $0.string("RoleName") }
    )
  }
}
