package import Cloud
package import CloudResources
internal import GoogleCloud

extension GoogleCloudNetwork {
  /// Starts the operation and stores its handle in the ledger without waiting for it. If the object exists already, or
  /// is gone already, the next `gather` finds out.
  package func perform(
    _ action: GoogleCloudAction,
    _ desired: DesiredNetwork,
    _ ledger: inout Ledger
  ) async throws(CloudError) {
    guard let operation = try await start(action, desired) else {
      ledger.operations[action.role] = nil
      return
    }
    guard operation.isDone else {
      ledger.operations[action.role] = operation.handle.description
      return
    }
    ledger.operations[action.role] = nil
    if let error = operation.error { throw await explained(error, action, desired) }
    if case .delete = action.change {
      ledger.ids[action.role] = nil
    } else {
      ledger.ids[action.role] = operation.targetID
    }
  }

  /// - Returns: nil if nothing is left to do.
  private func start(_ action: GoogleCloudAction, _ desired: DesiredNetwork) async throws(CloudError)
    -> ComputeOperation?
  {
    do throws(CloudError) {
      return try await send(action, desired)
    } catch {
      switch (action.change, error.kind) {
      case (.delete, .notFound), (.zone, .notFound), (.zone, .alreadyExists): return nil
      case (.createNetwork, .alreadyExists), (.createSubnetwork, .alreadyExists), (.createAddress, .alreadyExists),
        (.createRouter, .alreadyExists), (.createFirewall, .alreadyExists):
        return nil
      default: throw await explained(error, action, desired)
      }
    }
  }

  /// Adds the names of objects that keep this one from being deleted.
  private func explained(_ error: CloudError, _ action: GoogleCloudAction, _ desired: DesiredNetwork)
    async -> CloudError
  {
    guard error.kind == .inUse, case .delete(let collection, let name) = action.change else { return error }
    let network = desired.existingNetworkID.map(ComputeLink.name) ?? GoogleCloudNames(desired.mark).network
    let path = "projects/\(desired.networkProject(of: compute.project))/global/networks/\(network)"
    var users = (try? await users(of: path)) ?? []
    if collection == .subnetworks { users.removeAll { $0.subnetwork.map(ComputeLink.name) != name } }
    guard !users.isEmpty else { return error }
    var error = error
    error.message += " (in use by \(users.prefix(10).map(\.words).joined(separator: ", ")))"
    return error
  }

  /// - Returns: nil if it is done already.
  private func send(_ action: GoogleCloudAction, _ desired: DesiredNetwork) async throws(CloudError)
    -> ComputeOperation?
  {
    let (id, region, compute) = (action.requestID, desired.region, host(of: desired))
    switch action.change {
    case .createNetwork(let network): return try await compute.insert(network, region: region, requestID: id)
    case .createSubnetwork(let subnetwork): return try await compute.insert(subnetwork, region: region, requestID: id)
    case .patchSubnetwork(let subnetwork): return try await compute.patch(subnetwork, region: region, requestID: id)
    case .setPrivateGoogleAccess(let name):
      return try await compute.setPrivateGoogleAccess(true, of: name, region: region, requestID: id)
    case .expand(let name, let cidr): return try await compute.expand(name, to: cidr, region: region, requestID: id)
    case .createAddress(let address): return try await compute.insert(address, region: region, requestID: id)
    case .setLabels(let name, let labels, let fingerprint):
      return try await compute.setLabels(
        Dictionary(labels.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last }),
        fingerprint: fingerprint,
        ofAddress: name,
        region: region,
        requestID: id
      )
    case .createRouter(let router): return try await compute.insert(router, region: region, requestID: id)
    case .patchRouter(let router): return try await compute.patch(router, region: region, requestID: id)
    case .createFirewall(let firewall): return try await compute.insert(firewall, region: region, requestID: id)
    case .updateFirewall(let firewall): return try await compute.update(firewall, region: region, requestID: id)
    case .delete(let collection, let name):
      return try await compute.delete(collection, name, region: region, requestID: id)
    case .zone(let change):
      try await carryOut(change, dns.inProject(compute.project))
      return nil
    }
  }

  private func carryOut(_ change: GoogleCloudAction.ZoneChange, _ dns: DNSClient) async throws(CloudError) {
    switch change {
    case .create(let zone): _ = try await dns.create(zone)
    case .patch(let zone): try await dns.patch(zone)
    case .setRecords(let zone, let adding, let removing):
      try await dns.change(zone: zone, adding: adding, removing: removing)
    case .delete(let zone): try await dns.deleteZone(zone)
    }
  }
}
