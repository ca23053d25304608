internal import Azure
package import Cloud
internal import CloudNetworks
package import CloudResources
internal import Foundations

extension AzureCluster {
  /// Carries out one action, which is safe to repeat. Later passes read the progress of a write from its object.
  package func perform(
    _ action: AzureClusterAction,
    _ desired: DesiredCluster,
    _ ledger: inout Ledger
  ) async throws(CloudError) {
    let (names, role) = (AzureClusterNames(desired), action.role.description)
    do throws(CloudError) {
      switch action.call {
      case .create(let body):
        try await create(body, action, names)
        ledger.ids[role] = action.id.description
        if action.role == .networkGrant { ledger.fresh[role] = time.timestamp }
      case .edit(let edit): try await self.edit(action, edit, names)
      case .tag(let tags): try await tag(action, tags, names)
      case .delete:
        _ = try await client.delete(action.id)
        ledger.ids[role] = nil
      }
    } catch {
      throw explained(error, ledger)
    }
  }

  /// AKS asks whether the identity may use the network, and hears of a new role assignment late. A conflict of diagnostic
  /// settings, such as two that send the same logs to one workspace, does not pass by itself.
  private func explained(_ error: CloudError, _ ledger: Ledger) -> CloudError {
    var error = error
    let isFresh = ledger.fresh.values.contains { time.timestamp.since($0) < Self.assignmentDelay }
    let isAboutRights = error.code.contains("Permission") || error.code.contains("AuthorizationFailed")
    if isFresh, isAboutRights, error.operation.hasPrefix("Microsoft.ContainerService") { error.kind = .conflict }
    if error.kind == .conflict, error.operation.hasPrefix("Microsoft.Insights") { error.kind = .invalid }
    return error
  }

  /// Reads first, because a PUT by name would replace an object that somebody else created meanwhile.
  private func create(_ body: JSONValue, _ action: AzureClusterAction, _ names: AzureClusterNames)
    async throws(CloudError)
  {
    if let found = try await client.get(action.id) {
      guard isOwned(found, action.role, names) else {
        throw CloudError(
          .alreadyExists,
          operation: "\(action.id.type)/write",
          message: "\(action.id) is there already and does not bear the mark of this PrivateCluster"
        )
      }
      return
    }
    _ = try await client.put(action.id, body)
  }

  private func edit(_ action: AzureClusterAction, _ edit: JSONValue, _ names: AzureClusterNames)
    async throws(CloudError)
  {
    guard let found = try await client.get(action.id), isOwned(found, action.role, names) else {
      let message = "\(action.id) was deleted meanwhile, or lost its mark"
      throw CloudError(.conflict, operation: "\(action.id.type)/write", message: message)
    }
    let (body, etag): (JSONValue, String?) =
      switch action.role {
      case .cluster: (ManagedCluster(json: found).writable.merged(with: edit), ManagedCluster(json: found).etag)
      case .pool: (Self.fitting(AgentPool(json: found).writable.merged(with: edit)), AgentPool(json: found).etag)
      case .networkGrant, .grant: (RoleAssignment(json: found).writable.merged(with: edit), nil)
      case .identity: (UserAssignedIdentity(json: found).writable.merged(with: edit), nil)
      case .logs: (DiagnosticSetting(json: found).writable.merged(with: edit), nil)
      }
    _ = try await client.put(action.id, body, ifMatch: etag)
  }

  /// Moves the autoscaler's number of nodes into the bounds that are written with it.
  private static func fitting(_ body: JSONValue) -> JSONValue {
    guard let count = body["properties", "count"]?.int, let low = body["properties", "minCount"]?.int,
      let high = body["properties", "maxCount"]?.int, low <= high
    else { return body }
    var body = body
    body["properties", "count"] = .int(min(max(count, low), high))
    return body
  }

  private func tag(_ action: AzureClusterAction, _ tags: [String: String], _ names: AzureClusterNames)
    async throws(CloudError)
  {
    guard case .pool = action.role else {
      _ = try await client.setTags(action.id, tags)
      return
    }
    guard let found = try await client.agentPool(action.id), names.owns(found.tags) else { return }
    var body = found.writable
    body["properties", "tags"] = .object(tags.mapValues { .string($0) })
    _ = try await client.put(action.id, body, ifMatch: found.etag)
  }

  private func isOwned(_ json: JSONValue, _ role: AzureClusterRole, _ names: AzureClusterNames) -> Bool {
    switch role {
    case .identity, .cluster: names.owns(GenericResource(json: json).tags)
    case .pool: names.owns(AgentPool(json: json).tags)
    case .networkGrant, .grant: names.owns(RoleAssignment(json: json))
    // Nobody else has a setting of that name.
    case .logs: true
    }
  }
}
