public import Cloud
internal import Foundations

extension EKSClient {
  /// A cluster that is private from its first moment: no public endpoint, access by EKS's API alone, and no identity that is
  /// an administrator because it created it. EKS's defaults are the opposite.
  public struct ClusterRequest: Sendable, Hashable {
    public var name: String
    public var version: String
    public var roleARN: String
    public var subnetIDs: [String]
    /// Of the endpoint's network interfaces.
    public var groupIDs: [String]
    /// Nil: EKS chooses one outside the VPC's ranges.
    public var serviceRange: String?
    /// Nil: AWS's own key.
    public var secretsKeyARN: String?
    public var logging: Set<String>
    /// Nil: without Auto Mode.
    public var autoMode: AutoMode?
    public var tags: [String: String]

    public init(
      name: String,
      version: String,
      roleARN: String,
      subnetIDs: [String],
      groupIDs: [String],
      tags: [String: String]
    ) {
      self.name = name
      self.version = version
      self.roleARN = roleARN
      self.subnetIDs = subnetIDs
      self.groupIDs = groupIDs
      self.tags = tags
      logging = []
    }
  }

  /// EKS makes and deletes nodes, load balancers and volumes by itself. Compute, storage and load balancing are switched
  /// together, or EKS refuses.
  public struct AutoMode: Sendable, Hashable {
    /// Of the nodes. It cannot be changed as long as Auto Mode is on.
    public var nodeRoleARN: String
    /// Built-in ones: `general-purpose`, `system`.
    public var nodePools: [String]

    public init(nodeRoleARN: String, nodePools: [String]) {
      self.nodeRoleARN = nodeRoleARN
      self.nodePools = nodePools
    }
  }

  /// What EKS can write down; it takes no other kinds.
  public static let logKinds = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  private struct ClusterAnswer: Decodable { var cluster: EKS.Cluster }
  private struct UpdateAnswer: Decodable { var update: EKS.Update }

  /// Nil: there is none of that name.
  public func cluster(_ name: String) async throws(CloudError) -> EKS.Cluster? {
    try await find("DescribeCluster", ["clusters", name], as: ClusterAnswer.self)?.cluster
  }

  public func clusterNames() async throws(CloudError) -> [String] {
    try await names("ListClusters", ["clusters"], "clusters")
  }

  public func createCluster(_ request: ClusterRequest) async throws(CloudError) {
    var body: [String: JSONValue] = [
      "name": .string(request.name), "version": .string(request.version), "roleArn": .string(request.roleARN),
      "resourcesVpcConfig": .object([
        "subnetIds": .strings(request.subnetIDs), "securityGroupIds": .strings(request.groupIDs),
        "endpointPublicAccess": false, "endpointPrivateAccess": true,
      ]),
      "accessConfig": ["authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": false],
      // Add-ons are managed, so that they have versions and roles.
      "bootstrapSelfManagedAddons": false, "tags": .map(request.tags),
    ]
    if !request.logging.isEmpty { body["logging"] = Self.logging(request.logging) }
    var network: [String: JSONValue] = [:]
    network["serviceIpv4Cidr"] = request.serviceRange.map { .string($0) }
    if let mode = request.autoMode { Self.encode(mode, &body, &network) }
    if !network.isEmpty { body["kubernetesNetworkConfig"] = .object(network) }
    if let key = request.secretsKeyARN {
      body["encryptionConfig"] = [["resources": ["secrets"], "provider": ["keyArn": .string(key)]]]
    }
    _ = try await write("CreateCluster", ["clusters"], body, as: RESTClient.Nothing.self)
  }

  /// - Returns: id of the update.
  public func makePrivate(_ cluster: String) async throws(CloudError) -> String {
    try await update(
      cluster,
      ["resourcesVpcConfig": ["endpointPublicAccess": false, "endpointPrivateAccess": true]]
    )
  }

  /// Enables these kinds and no others.
  /// - Returns: id of the update.
  public func setLogging(_ kinds: Set<String>, of cluster: String) async throws(CloudError) -> String {
    try await update(cluster, ["logging": Self.logging(kinds)])
  }

  /// - Parameter mode: nil: off, which terminates the nodes that Auto Mode started.
  /// - Returns: id of the update.
  public func setAutoMode(_ mode: AutoMode?, of cluster: String) async throws(CloudError) -> String {
    var body: [String: JSONValue] = [:]
    var network: [String: JSONValue] = [:]
    Self.encode(mode, &body, &network)
    body["kubernetesNetworkConfig"] = .object(network)
    return try await update(cluster, body)
  }

  private static func encode(
    _ mode: AutoMode?,
    _ body: inout [String: JSONValue],
    _ network: inout [String: JSONValue]
  ) {
    let isOn = JSONValue.bool(mode != nil)
    var compute: [String: JSONValue] = ["enabled": isOn]
    compute["nodeRoleArn"] = mode.map { .string($0.nodeRoleARN) }
    compute["nodePools"] = mode.map { .strings($0.nodePools) }
    body["computeConfig"] = .object(compute)
    body["storageConfig"] = ["blockStorage": ["enabled": isOn]]
    network["elasticLoadBalancing"] = ["enabled": isOn]
  }

  private func update(_ cluster: String, _ body: [String: JSONValue]) async throws(CloudError) -> String {
    try await write("UpdateClusterConfig", ["clusters", cluster, "update-config"], body, as: UpdateAnswer.self).update
      .id
  }

  private static func logging(_ kinds: Set<String>) -> JSONValue {
    let setups = [true, false].map { isEnabled in
      (isEnabled, logKinds.filter { kinds.contains($0) == isEnabled })
    }
    let listed: [JSONValue] = setups.filter { !$0.1.isEmpty }.map { isEnabled, types in
      ["types": .strings(types), "enabled": .bool(isEnabled)]
    }
    return ["clusterLogging": .array(listed)]
  }

  /// One minor up; EKS refuses more.
  /// - Returns: id of the update.
  public func upgrade(_ cluster: String, to version: String) async throws(CloudError) -> String {
    let body: [String: JSONValue] = ["version": .string(version)]
    return try await write("UpdateClusterVersion", ["clusters", cluster, "updates"], body, as: UpdateAnswer.self).update
      .id
  }

  /// - Parameters:
  ///   - nodeGroup: whose update it is; nil: the cluster's own or an add-on's.
  /// - Returns: nil: EKS does not know it any more.
  public func update(_ id: String, of cluster: String, nodeGroup: String? = nil, addOn: String? = nil)
    async throws(CloudError) -> EKS.Update?
  {
    let query = (nodeGroup.map { [("nodegroupName", $0)] } ?? []) + (addOn.map { [("addonName", $0)] } ?? [])
    return try await find("DescribeUpdate", ["clusters", cluster, "updates", id], query: query, as: UpdateAnswer.self)?
      .update
  }

  /// What EKS has found that would break at an upgrade to that version.
  public func upgradeBlockers(_ cluster: String, version: String) async throws(CloudError) -> [EKS.Insight] {
    struct Answer: Decodable { var insights: [EKS.Insight]? }
    let body: [String: JSONValue] = [
      "filter": ["categories": ["UPGRADE_READINESS"], "kubernetesVersions": [.string(version)], "statuses": ["ERROR"]],
      "maxResults": 100,
    ]
    return try await write(
      "ListInsights",
      ["clusters", cluster, "insights"],
      body,
      hasToken: false,
      as: Answer.self
    ).insights ?? []
  }

  /// Minors that clusters can be created with and upgraded to, oldest first.
  public func versions() async throws(CloudError) -> [String] {
    struct Version: Decodable { var clusterVersion: String? }
    struct Page: Decodable { var clusterVersions: [Version]? }
    let found = try await pages("DescribeClusterVersions", ["cluster-versions"]) { (page: Page) in
      (page.clusterVersions ?? []).compactMap(\.clusterVersion)
    }
    return found.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
  }

  public func deleteCluster(_ name: String) async throws(CloudError) {
    try await remove("DeleteCluster", ["clusters", name])
  }
}
