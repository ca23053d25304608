public import Cloud
internal import FoundationEssentials
public import Foundations
internal import HTTPTransport

/// A cluster of AKS. Its agent pools stand inline, and are written there as they were read: AKS refuses a list that lacks
/// one, and works on all of them when one has changed.
public struct ManagedCluster: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  public var etag: String? { json["eTag"]?.string }
  /// In AKS's word: `Succeeded`, `Upgrading`.
  public var stateName: String { json["properties", "provisioningState"]?.string ?? "Succeeded" }
  /// Another one after a cluster of the same name was deleted.
  public var uid: String { json["properties", "resourceUID"]?.string ?? "" }
  /// Patch and all: `1.34.2`.
  public var version: String? { json["properties", "currentKubernetesVersion"]?.string }
  public var privateName: String? { json["properties", "privateFQDN"]?.string }
  public var publicName: String? { json["properties", "fqdn"]?.string }
  public var nodeGroup: String? { json["properties", "nodeResourceGroup"]?.string }
  public var tenantID: String? { json["properties", "aadProfile", "tenantID"]?.string }
  public var agentPools: [AgentPool] {
    (json["properties", "agentPoolProfiles"]?.array ?? []).map { AgentPool(profile: $0) }
  }

  /// Why the last change of it failed.
  public var failure: (code: String, message: String)? { json.provisioningError }

  public var writable: JSONValue {
    var body = json
    for key in ["id", "name", "type", "eTag", "systemData"] { body[key] = nil }
    for key in [
      "provisioningState", "powerState", "maxAgentPools", "currentKubernetesVersion", "fqdn", "privateFQDN",
      "azurePortalFQDN", "resourceUID", "status",
    ] { body["properties", key] = nil }
    body["properties", "agentPoolProfiles"] = .array(
      (json["properties", "agentPoolProfiles"]?.array ?? []).map(AgentPool.withoutReadOnly)
    )
    if json["identity"] != nil {
      body["identity", "principalId"] = nil
      body["identity", "tenantId"] = nil
      let named = json["identity", "userAssignedIdentities"]?.object ?? [:]
      if !named.isEmpty { body["identity", "userAssignedIdentities"] = .object(named.mapValues { _ in .object([:]) }) }
    }
    return body
  }
}

/// Machines of one kind in a cluster of AKS.
public struct AgentPool: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  /// As it stands in its cluster, where its name is one of its properties.
  public init(profile: JSONValue) {
    var properties = profile
    properties["name"] = nil
    json = ["properties": properties]
    json["name"] = profile["name"]
  }

  public var etag: String? { json["properties", "eTag"]?.string }
  public var stateName: String { json["properties", "provisioningState"]?.string ?? "Succeeded" }
  public var version: String? {
    json["properties", "currentOrchestratorVersion"]?.string ?? json["properties", "orchestratorVersion"]?.string
  }
  public var size: Int? { json["properties", "count"]?.int.map { Int($0) } }
  public var minSize: Int { Int(json["properties", "minCount"]?.int ?? 0) }
  public var maxSize: Int { Int(json["properties", "maxCount"]?.int ?? 0) }
  /// Whether the cluster's own pods may run in it.
  public var isSystem: Bool { json["properties", "mode"]?.string == "System" }
  public var labels: [String: String] { (json["properties", "nodeLabels"]?.object ?? [:]).compactMapValues(\.string) }
  /// `key=value:NoSchedule`.
  public var taints: [String] { (json["properties", "nodeTaints"]?.array ?? []).compactMap(\.string) }
  public var tags: [String: String] { (json["properties", "tags"]?.object ?? [:]).compactMapValues(\.string) }
  public var failure: (code: String, message: String)? { json.provisioningError }

  public var writable: JSONValue { ["properties": Self.withoutReadOnly(json["properties"] ?? .object([:]))] }

  static func withoutReadOnly(_ profile: JSONValue) -> JSONValue {
    var body = profile
    for key in ["provisioningState", "eTag", "currentOrchestratorVersion", "status"] { body[key] = nil }
    return body
  }
}

extension JSONValue {
  fileprivate var provisioningError: (code: String, message: String)? {
    guard let error = self["properties", "status", "provisioningError"] else { return nil }
    return (error["code"]?.string ?? "", AzureError.message(error, status: 200))
  }
}

extension AzureClient {
  static let containers = "Microsoft.ContainerService"

  public func managedCluster(_ id: ResourceID) async throws(CloudError) -> ManagedCluster? {
    try await get(id).map { ManagedCluster(json: $0) }
  }

  public func agentPool(_ id: ResourceID) async throws(CloudError) -> AgentPool? {
    try await get(id).map { AgentPool(json: $0) }
  }

  /// Minors that AKS offers in a region, oldest first; no previews.
  public func offeredKubernetesMinors(in region: String) async throws(CloudError) -> [String] {
    let version = Self.apiVersion(Self.containers)
    let path = "/subscriptions/\(subscriptionID)/providers/\(Self.containers)/locations/\(region)/kubernetesVersions"
    let operation = "\(Self.containers)/locations/kubernetesVersions/read"
    let url = "\(endpoints.resourceManager)\(path)?api-version=\(version)"
    let body = try Self.parsed(try await send("GET", url, operation: operation), operation: operation)
    return (body["values"]?.array ?? []).filter { $0["isPreview"]?.bool != true }.compactMap { $0["version"]?.string }
  }

  /// Versions that the control plane can go to now.
  public func upgrades(of cluster: ResourceID) async throws(CloudError) -> [String] {
    let profile = try await get(cluster.child("upgradeProfiles", "default"))
    let upgrades = profile?["properties", "controlPlaneProfile", "upgrades"]?.array ?? []
    return upgrades.filter { $0["isPreview"]?.bool != true }.compactMap { $0["kubernetesVersion"]?.string }
  }

  /// The authority that signed the endpoint's certificate, in Base64 of PEM. AKS has it in a kubeconfig only, whose user is
  /// the exec plugin and no secret.
  public func certificateAuthority(of cluster: ResourceID) async throws(CloudError) -> String? {
    let answer = try await post(cluster, "listClusterUserCredential", query: "format=exec")
    guard let text = answer["kubeconfigs"]?.array.first?["value"]?.string,
      let bytes = Data(base64Encoded: text)
    else { return nil }
    let key = "certificate-authority-data:"
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.contains(key) }
    return line?.split(separator: " ").last.map(String.init)
  }
}
