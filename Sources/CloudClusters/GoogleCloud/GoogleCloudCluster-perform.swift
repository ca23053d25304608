package import Cloud
package import CloudResources
internal import GoogleCloud

extension GoogleCloudCluster {
  package func perform(_ action: GoogleCloudClusterAction, _ desired: DesiredCluster, _ ledger: inout Ledger)
    async throws(CloudError)
  {
    let role = action.role.description
    do throws(CloudError) {
      let operation: GKE.Operation?
      switch action.call {
      case .create(let content):
        operation = try await create(content, action, desired)
        ledger.ids[role] = action.id
      case .update(let content): operation = try await update(content, action, desired)
      case .tag(let labels): operation = try await label(action, desired) { $0.merging(labels) { $1 } }
      case .delete:
        operation = try await delete(action, desired)
        ledger.ids[role] = nil
      case .release: operation = try await release(action, desired)
      }
      ledger.operations[role] = operation?.name
    } catch {
      throw Self.explained(error)
    }
  }

  /// Names are unique, so what is there already was made by an earlier request, or the next pass finds out whose it is. A
  /// failed precondition is mostly another operation; one that speaks of nothing that passes is refused for good.
  static func explained(_ error: CloudError) -> CloudError {
    var error = error
    if error.kind == .alreadyExists { error.kind = .conflict }
    let isPrecondition = error.code == "failedPrecondition" || error.code == "FAILED_PRECONDITION"
    let passing = ["operation", "fingerprint", "being", "state", "retry", "try again"]
    if error.kind == .conflict, isPrecondition, !passing.contains(where: { error.message.lowercased().contains($0) }) {
      error.kind = .invalid
    }
    return error
  }

  private func create(
    _ content: GoogleCloudClusterContent,
    _ action: GoogleCloudClusterAction,
    _ desired: DesiredCluster
  )
    async throws(CloudError) -> GKE.Operation?
  {
    switch content {
    case .cluster(let cluster): return try await container.create(cluster)
    case .nodePool(let pool): return try await container.create(pool, in: desired.googleCloudName)
    case .binding(let binding): try await fleet.create(binding, action.id)
    case .clusterChange, .maintenance, .nodePoolChange, .autoscaling, .management: break
    }
    return nil
  }

  private func update(
    _ content: GoogleCloudClusterContent,
    _ action: GoogleCloudClusterAction,
    _ desired: DesiredCluster
  )
    async throws(CloudError) -> GKE.Operation?
  {
    let cluster = desired.googleCloudName
    switch content {
    case .clusterChange(let update): return try await container.update(cluster, update)
    case .maintenance(let policy): return try await container.setMaintenancePolicy(policy, of: cluster)
    case .nodePoolChange(let update): return try await container.update(action.id, of: cluster, update)
    case .autoscaling(let bounds): return try await container.setAutoscaling(bounds, of: action.id, in: cluster)
    case .management(let management):
      return try await container.setManagement(management, of: action.id, in: cluster)
    case .binding(let binding): try await fleet.patch(binding, action.id, fields: ["role"])
    case .cluster, .nodePool: break
    }
    return nil
  }

  private func delete(_ action: GoogleCloudClusterAction, _ desired: DesiredCluster) async throws(CloudError)
    -> GKE.Operation?
  {
    do throws(CloudError) {
      switch action.role {
      case .cluster: return try await container.delete(desired.googleCloudName)
      case .nodePool: return try await container.delete(action.id, of: desired.googleCloudName)
      case .binding: try await fleet.delete(action.id)
      }
    } catch {
      guard error.kind == .notFound else { throw error }
    }
    return nil
  }

  private func release(_ action: GoogleCloudClusterAction, _ desired: DesiredCluster) async throws(CloudError)
    -> GKE.Operation?
  {
    try await label(action, desired) {
      $0.filter { $0.key != GoogleCloudClusterLabel.cluster && $0.key != GoogleCloudClusterLabel.pool }
    }
  }

  /// Labels are replaced as a whole, so they are read first.
  private func label(
    _ action: GoogleCloudClusterAction,
    _ desired: DesiredCluster,
    _ change: ([String: String]) -> [String: String]
  ) async throws(CloudError) -> GKE.Operation? {
    guard let cluster = try await container.cluster(desired.googleCloudName) else { return nil }
    switch action.role {
    case .cluster:
      let labels = change(cluster.resourceLabels ?? [:])
      let fingerprint = cluster.labelFingerprint ?? ""
      return try await container.setLabels(labels, fingerprint: fingerprint, of: cluster.name)
    case .nodePool(let name):
      guard let pool = cluster.nodePools?.first(where: { $0.name == name }) else { return nil }
      var update = GKE.NodePoolUpdate(of: pool)
      update.resourceLabels = .init(change(pool.config?.resourceLabels ?? [:]))
      return try await container.update(name, of: cluster.name, update)
    case .binding:
      guard let membership = cluster.fleet?.membership else { return nil }
      let bindings = try await fleet.bindings(of: membership)
      guard var binding = bindings.first(where: { $0.name == action.id }) else { return nil }
      binding.labels = change(binding.labels ?? [:])
      (binding.name, binding.state) = (nil, nil)
      try await fleet.patch(binding, action.id, fields: ["labels"])
      return nil
    }
  }
}
