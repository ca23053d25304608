internal import Azure
package import Cloud
package import CloudNetworks
internal import CloudResources
package import Foundations

/// Runs the connectors of one connection as container groups in Azure. Everything is found by a name that follows from the
/// connection's UID, or by a tag with the UID, so that nothing needs to be remembered.
package struct AzureConnectors: ConnectorCloud {
  package typealias Planner = AzureConnectorPlanner
  private let network: AzureNetwork
  private let recent = RecentOperations<LongOperation>()
  private var client: AzureClient { network.client }

  /// - Parameter network: the Backbone's.
  package init(_ network: AzureNetwork) { self.network = network }

  private func names(_ desired: DesiredConnectors) -> AzureConnectorNames {
    let made = network.networkID(of: desired.place.mark ?? desired.mark)
    return AzureConnectorNames(desired.mark, networkID: ResourceID(desired.place.networkID) ?? made)
  }

  /// Sends three reads, one for each container group, and one for each operation that this process has under way.
  package func gather(_ desired: DesiredConnectors, now: Timestamp) async throws(CloudError) -> AzureConnectorState {
    let names = names(desired)
    var state = AzureConnectorState(names: names)
    // First, so that the objects include everything that a finished operation has made.
    (state.busy, state.failures) = try await recent.look(at: now, where: { $0.contains(names.base) }) {
      (operation) async throws(CloudError) in try await outcome(of: operation)
    }
    state.network = try await client.get(names.networkID).map(VirtualNetwork.init)
    state.firewall = try await client.get(names.firewallID).map(NetworkSecurityGroup.init)
    for group in try await client.containerGroups(in: names.groupID) where names.key(of: group) != nil {
      if let shown = try await client.containerGroup(names.machineID(group.name)) { state.machines.append(shown) }
    }
    return state
  }

  private func outcome(of operation: LongOperation) async throws(CloudError) -> OperationOutcome {
    do throws(CloudError) {
      switch try await client.state(of: operation) {
      case .underWay: return .underWay
      case .succeeded: return .done
      case .failed(let error): return .failed(error)
      }
    } catch {
      // Azure forgets an operation a while after its end.
      guard error.kind == .notFound else { throw error }
      return .done
    }
  }

  package func perform(
    _ action: AzureConnectorAction,
    _ desired: DesiredConnectors,
    now: Timestamp
  ) async throws(CloudError) {
    let names = names(desired)
    switch action.verb {
    case .create(let content), .update(let content):
      recent.remember(try await write(content, action.id, names, now: now), of: action.id)
    case .delete:
      let id =
        switch action.role {
        case .firewall: names.firewallID
        case .subnet: names.subnetID(action.id)
        case .machine: names.machineID(action.id)
        }
      recent.remember(try await client.delete(id), of: action.id)
    case .tag: break
    }
  }

  /// An etag makes it fail if somebody else has changed the object since.
  private func write(
    _ content: AzureConnectorContent,
    _ name: String,
    _ names: AzureConnectorNames,
    now: Timestamp
  ) async throws(CloudError) -> LongOperation? {
    switch content {
    case .firewall(let group):
      return try await client.put(names.firewallID, group.writable, ifMatch: group.etag).operation
    case .subnet(let subnet):
      return try await client.put(names.subnetID(name), subnet.writable, ifMatch: subnet.etag).operation
    case .machine(var request):
      request.tags[AzureConnectorTag.started] = now.description
      do throws(CloudError) { return try await client.create(names.machineID(name), request).operation } catch {
        throw Self.explained(error, hasLogin: request.login != nil)
      }
    }
  }

  /// Docker Hub refuses some pulls without a login, and Azure does not say why.
  private static func explained(_ error: CloudError, hasLogin: Bool) -> CloudError {
    guard error.code == "RegistryErrorResponse", !hasLogin else { return error }
    var explained = error
    explained.message +=
      " Docker Hub throttles pulls without a login: name a Secret in spec.twingate.connectors.azure.registrySecretRef"
    return explained
  }
}
