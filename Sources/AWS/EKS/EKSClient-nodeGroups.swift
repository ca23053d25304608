public import Cloud
internal import Foundations

extension EKSClient {
  public struct NodeGroupRequest: Sendable, Hashable {
    public var name: String
    public var cluster: String
    public var version: String
    public var subnetIDs: [String]
    public var roleARN: String
    public var templateID: String
    public var templateVersion: String
    /// `AL2023_x86_64_STANDARD`.
    public var imageType: String
    public var isSpot: Bool
    public var minSize: Int
    public var maxSize: Int
    public var maxUnavailable: Int
    public var labels: [String: String]
    public var taints: [EKS.Taint]
    public var tags: [String: String]

    public init(name: String, cluster: String, version: String, roleARN: String, imageType: String) {
      self.name = name
      self.cluster = cluster
      self.version = version
      self.roleARN = roleARN
      self.imageType = imageType
      (subnetIDs, templateID, templateVersion, isSpot) = ([], "", "", false)
      (minSize, maxSize, maxUnavailable) = (1, 1, 1)
      (labels, taints, tags) = ([:], [], [:])
    }
  }

  /// What of a node group changes without replacing nodes. What is nil stays.
  public struct NodeGroupChange: Sendable, Hashable {
    /// The desired size goes along only where it would be outside the new bounds: it belongs to the autoscaler.
    public var minSize: Int?
    public var maxSize: Int?
    public var desiredSize: Int?
    public var setLabels: [String: String] = [:]
    public var removeLabels: [String] = []
    public var setTaints: [EKS.Taint] = []
    public var removeTaints: [EKS.Taint] = []
    public var maxUnavailable: Int?
    public init() {}
    public var isNothing: Bool { self == NodeGroupChange() }
  }

  private struct GroupAnswer: Decodable { var nodegroup: EKS.NodeGroup }
  private struct UpdateAnswer: Decodable { var update: EKS.Update }

  public func nodeGroupNames(of cluster: String) async throws(CloudError) -> [String] {
    try await names("ListNodegroups", ["clusters", cluster, "node-groups"], "nodegroups")
  }

  public func nodeGroup(_ name: String, of cluster: String) async throws(CloudError) -> EKS.NodeGroup? {
    try await find("DescribeNodegroup", ["clusters", cluster, "node-groups", name], as: GroupAnswer.self)?.nodegroup
  }

  public func createNodeGroup(_ request: NodeGroupRequest) async throws(CloudError) {
    let size: JSONValue = [
      "minSize": .int(Int64(request.minSize)), "maxSize": .int(Int64(request.maxSize)),
      "desiredSize": .int(Int64(request.minSize)),
    ]
    var body: [String: JSONValue] = [
      "nodegroupName": .string(request.name), "version": .string(request.version), "scalingConfig": size,
      "subnets": .strings(request.subnetIDs), "nodeRole": .string(request.roleARN),
      "amiType": .string(request.imageType), "capacityType": request.isSpot ? "SPOT" : "ON_DEMAND",
      "launchTemplate": ["id": .string(request.templateID), "version": .string(request.templateVersion)],
      "updateConfig": ["maxUnavailable": .int(Int64(request.maxUnavailable))],
      "labels": .map(request.labels), "taints": .array(request.taints.map(Self.json)),
    ]
    if !request.tags.isEmpty { body["tags"] = .map(request.tags) }
    _ = try await write(
      "CreateNodegroup",
      ["clusters", request.cluster, "node-groups"],
      body,
      as: RESTClient.Nothing.self
    )
  }

  /// - Returns: id of the update.
  public func change(_ nodeGroup: String, of cluster: String, _ change: NodeGroupChange) async throws(CloudError)
    -> String
  {
    var body: [String: JSONValue] = [:]
    var size: [String: JSONValue] = [:]
    size["minSize"] = change.minSize.map { .int(Int64($0)) }
    size["maxSize"] = change.maxSize.map { .int(Int64($0)) }
    size["desiredSize"] = change.desiredSize.map { .int(Int64($0)) }
    if !size.isEmpty { body["scalingConfig"] = .object(size) }
    if !change.setLabels.isEmpty || !change.removeLabels.isEmpty {
      body["labels"] = [
        "addOrUpdateLabels": .map(change.setLabels), "removeLabels": .strings(change.removeLabels),
      ]
    }
    if !change.setTaints.isEmpty || !change.removeTaints.isEmpty {
      body["taints"] = [
        "addOrUpdateTaints": .array(change.setTaints.map(Self.json)),
        "removeTaints": .array(change.removeTaints.map(Self.json)),
      ]
    }
    if let number = change.maxUnavailable { body["updateConfig"] = ["maxUnavailable": .int(Int64(number))] }
    let path = ["clusters", cluster, "node-groups", nodeGroup, "update-config"]
    return try await write("UpdateNodegroupConfig", path, body, as: UpdateAnswer.self).update.id
  }

  /// Replaces the nodes one after another, by the group's `maxUnavailable`.
  /// - Parameters:
  ///   - version: a minor, at most the cluster's; nil: as it is.
  ///   - templateVersion: of the group's launch template.
  ///   - force: also nodes whose pods may not be evicted.
  /// - Returns: id of the update.
  public func replaceNodes(
    of nodeGroup: String,
    cluster: String,
    version: String?,
    templateID: String,
    templateVersion: String,
    force: Bool
  ) async throws(CloudError) -> String {
    var body: [String: JSONValue] = [
      "launchTemplate": ["id": .string(templateID), "version": .string(templateVersion)], "force": .bool(force),
    ]
    body["version"] = version.map { .string($0) }
    let path = ["clusters", cluster, "node-groups", nodeGroup, "update-version"]
    return try await write("UpdateNodegroupVersion", path, body, as: UpdateAnswer.self).update.id
  }

  /// Drains the nodes and deletes them with the group.
  public func deleteNodeGroup(_ name: String, of cluster: String) async throws(CloudError) {
    try await remove("DeleteNodegroup", ["clusters", cluster, "node-groups", name])
  }

  private static func json(_ taint: EKS.Taint) -> JSONValue {
    var json: [String: JSONValue] = ["key": .string(taint.key), "effect": .string(taint.effect)]
    json["value"] = taint.value.map { .string($0) }
    return .object(json)
  }
}
