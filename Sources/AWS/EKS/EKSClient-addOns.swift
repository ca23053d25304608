public import Cloud
internal import Foundations

extension EKSClient {
  public struct AddOnRequest: Sendable, Hashable {
    public var name: String
    /// Nil: the default of the cluster's version.
    public var version: String?
    /// JSON that the add-on understands.
    public var configuration: String?
    /// The role of a service account of the add-on, by Pod Identity.
    public var serviceAccount: String?
    public var roleARN: String?
    public var tags: [String: String]

    public init(name: String, tags: [String: String]) {
      self.name = name
      self.tags = tags
    }
  }

  public func addOnNames(of cluster: String) async throws(CloudError) -> [String] {
    try await names("ListAddons", ["clusters", cluster, "addons"], "addons")
  }

  public func addOn(_ name: String, of cluster: String) async throws(CloudError) -> EKS.AddOn? {
    struct Answer: Decodable { var addon: EKS.AddOn }
    return try await find("DescribeAddon", ["clusters", cluster, "addons", name], as: Answer.self)?.addon
  }

  /// The version that EKS installs when none is named; nil: it has no such add-on for that minor.
  public func defaultVersion(ofAddOn name: String, kubernetes version: String) async throws(CloudError) -> String? {
    struct Fit: Decodable { var defaultVersion: Bool? }
    struct Version: Decodable {
      var addonVersion: String?
      var compatibilities: [Fit]?
    }
    struct AddOn: Decodable { var addonVersions: [Version]? }
    struct Answer: Decodable { var addons: [AddOn]? }
    let query = [("addonName", name), ("kubernetesVersion", version)]
    let answer = try await read(
      "DescribeAddonVersions",
      ["addons", "supported-versions"],
      query: query,
      as: Answer.self
    )
    return answer.addons?.first?.addonVersions?
      .first { $0.compatibilities?.contains { $0.defaultVersion == true } ?? false }?.addonVersion
  }

  public func createAddOn(_ request: AddOnRequest, of cluster: String) async throws(CloudError) {
    var body = Self.settings(request.version, request.configuration)
    body["addonName"] = .string(request.name)
    body["tags"] = .map(request.tags)
    if let account = request.serviceAccount, let role = request.roleARN {
      body["podIdentityAssociations"] = [["serviceAccount": .string(account), "roleArn": .string(role)]]
    }
    _ = try await write("CreateAddon", ["clusters", cluster, "addons"], body, as: RESTClient.Nothing.self)
  }

  /// - Returns: id of the update.
  public func changeAddOn(_ name: String, of cluster: String, version: String?, configuration: String?)
    async throws(CloudError) -> String
  {
    struct Answer: Decodable { var update: EKS.Update }
    let path = ["clusters", cluster, "addons", name, "update"]
    return try await write("UpdateAddon", path, Self.settings(version, configuration), as: Answer.self).update.id
  }

  /// EKS's own settings win over what someone has changed in the cluster.
  private static func settings(_ version: String?, _ configuration: String?) -> [String: JSONValue] {
    var body: [String: JSONValue] = ["resolveConflicts": "OVERWRITE"]
    body["addonVersion"] = version.map { .string($0) }
    body["configurationValues"] = configuration.map { .string($0) }
    return body
  }

  public func deleteAddOn(_ name: String, of cluster: String) async throws(CloudError) {
    try await remove("DeleteAddon", ["clusters", cluster, "addons", name])
  }
}
