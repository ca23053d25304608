public import Cloud

/// Kubernetes Engine v1 in one project and region (https://cloud.google.com/kubernetes-engine/docs/reference/rest).
///
/// A mutation is answered with an operation, which nobody waits for here. There is no request id: a repeated creation is
/// refused as `alreadyExists`, anything else meets the operation of the first, which is a conflict.
public struct ContainerClient: Sendable {

  public let location: String
  private let api: GoogleAPI

  /// - Parameters:
  ///   - location: a region; clusters of a zone are not used.
  ///   - endpoint: for emulators, proxies and sovereign clouds; nil: the vendor's. `/v1/projects/…` is appended.
  public init(
    project: String,
    location: String,
    access: GoogleAccess,
    endpoint: String? = nil
  ) {
    self.location = location
    api = GoogleAPI(
      name: "Kubernetes Engine",
      url: (endpoint ?? "https://container.googleapis.com") + "/v1",
      project: project,
      access: access
    )
  }

  public var project: String { api.project }

  // MARK: Reading

  /// With its node pools; nil: there is none of that name.
  public func cluster(_ name: String) async throws(CloudError) -> GKE.Cluster? {
    try await find(Self.path(name), "container.clusters.get")
  }

  /// How far an operation is; nil: GKE has forgotten it.
  public func operation(_ name: String) async throws(CloudError) -> GKE.Operation? {
    try await find("operations/" + PercentEncoding.encode(name), "container.operations.get")
  }

  /// The versions that GKE offers.
  public func serverConfig() async throws(CloudError) -> GKE.ServerConfig {
    try await call("GET", "serverConfig", "container.clusters.list")
  }

  // MARK: Clusters

  public func create(_ cluster: GKE.Cluster) async throws(CloudError) -> GKE.Operation {
    struct Body: Encodable { var cluster: GKE.Cluster }
    return try await send("POST", "clusters", Body(cluster: cluster), "container.clusters.create")
  }

  public func update(_ cluster: String, _ update: GKE.ClusterUpdate) async throws(CloudError) -> GKE.Operation {
    struct Body: Encodable { var update: GKE.ClusterUpdate }
    return try await send("PUT", Self.path(cluster), Body(update: update), "container.clusters.update")
  }

  /// - Parameter fingerprint: of the labels as they were read; a stale one is a conflict.
  public func setLabels(_ labels: [String: String], fingerprint: String, of cluster: String)
    async throws(CloudError) -> GKE.Operation
  {
    struct Body: Encodable {
      var resourceLabels: [String: String]
      var labelFingerprint: String
    }
    let body = Body(resourceLabels: labels, labelFingerprint: fingerprint)
    return try await send("POST", Self.path(cluster) + ":setResourceLabels", body, "container.clusters.update")
  }

  /// - Parameter policy: replaces the one that is there.
  public func setMaintenancePolicy(_ policy: GKE.MaintenancePolicy, of cluster: String)
    async throws(CloudError) -> GKE.Operation
  {
    struct Body: Encodable { var maintenancePolicy: GKE.MaintenancePolicy }
    let body = Body(maintenancePolicy: policy)
    return try await send("POST", Self.path(cluster) + ":setMaintenancePolicy", body, "container.clusters.update")
  }

  /// With its node pools.
  public func delete(_ cluster: String) async throws(CloudError) -> GKE.Operation {
    try await call("DELETE", Self.path(cluster), "container.clusters.delete")
  }

  // MARK: Node pools

  public func create(_ pool: GKE.NodePool, in cluster: String) async throws(CloudError) -> GKE.Operation {
    struct Body: Encodable { var nodePool: GKE.NodePool }
    return try await send("POST", Self.path(cluster) + "/nodePools", Body(nodePool: pool), "container.clusters.update")
  }

  public func update(_ pool: String, of cluster: String, _ update: GKE.NodePoolUpdate)
    async throws(CloudError) -> GKE.Operation
  {
    try await send("PUT", Self.path(cluster, pool), update, "container.clusters.update")
  }

  public func setAutoscaling(_ autoscaling: GKE.Autoscaling, of pool: String, in cluster: String)
    async throws(CloudError) -> GKE.Operation
  {
    struct Body: Encodable { var autoscaling: GKE.Autoscaling }
    let body = Body(autoscaling: autoscaling)
    return try await send("POST", Self.path(cluster, pool) + ":setAutoscaling", body, "container.clusters.update")
  }

  public func setManagement(_ management: GKE.Management, of pool: String, in cluster: String)
    async throws(CloudError) -> GKE.Operation
  {
    struct Body: Encodable { var management: GKE.Management }
    let body = Body(management: management)
    return try await send("POST", Self.path(cluster, pool) + ":setManagement", body, "container.clusters.update")
  }

  public func delete(_ pool: String, of cluster: String) async throws(CloudError) -> GKE.Operation {
    try await call("DELETE", Self.path(cluster, pool), "container.clusters.update")
  }

  // MARK: Calls

  private static func path(_ cluster: String) -> String { "clusters/" + PercentEncoding.encode(cluster) }
  private static func path(_ cluster: String, _ pool: String) -> String {
    path(cluster) + "/nodePools/" + PercentEncoding.encode(pool)
  }

  private func find<Answer: Decodable>(_ path: String, _ operation: String) async throws(CloudError) -> Answer? {
    do throws(CloudError) { return try await call("GET", path, operation) } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  private func send<Answer: Decodable>(_ method: String, _ path: String, _ body: some Encodable, _ operation: String)
    async throws(CloudError) -> Answer
  {
    try await call(method, path, body: try GoogleAPI.json(body, operation: operation), operation)
  }

  private func call<Answer: Decodable>(
    _ method: String,
    _ path: String,
    body: [UInt8]? = nil,
    _ operation: String
  ) async throws(CloudError) -> Answer {
    let path = "locations/\(PercentEncoding.encode(location))/\(path)"
    return try await api.call(method, path, body: body, operation: operation, isIdempotent: true)
  }
}
