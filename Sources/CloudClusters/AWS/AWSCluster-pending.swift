internal import AWS
internal import Cloud
internal import CloudResources

/// While EKS is at work for minutes, only what it works on is read, one object a pass.
extension AWSCluster {
  package static func waitsCheaply(_ observed: AWSClusterState) -> Bool { !observed.pending.isEmpty }

  /// - Returns: what was seen before, if the pending object whose turn it is is still as it was; nil: everything must be
  ///   read.
  func stillPending(_ desired: DesiredCluster, after previous: AWSClusterState) async throws(CloudError)
    -> AWSClusterState?
  {
    let pending = previous.pending
    guard previous.turn < Self.patience, !pending.isEmpty,
      try await isUnchanged(pending[previous.turn % pending.count], desired, previous)
    else { return nil }
    var seen = previous
    seen.turn += 1
    return seen
  }

  private func isUnchanged(
    _ pending: AWSClusterState.Pending,
    _ desired: DesiredCluster,
    _ previous: AWSClusterState
  ) async throws(CloudError) -> Bool {
    let cluster = desired.cloudName
    switch pending {
    case .cluster: return try await eks.cluster(cluster) == previous.cluster
    case .nodeGroup(let name): return try await eks.nodeGroup(name, of: cluster) == previous.nodeGroups[name]
    case .addOn(let name): return try await eks.addOn(name, of: cluster) == previous.addOns[name]
    case .update(let role):
      guard let id = desired.ledger.operations[role] else { return false }
      return try await update(id, of: role, desired) == previous.updates[role]
    }
  }
}

extension AWSClusterState {
  enum Pending: Sendable, Hashable {
    case cluster
    case nodeGroup(String)
    case addOn(String)
    /// Of that role.
    case update(String)
  }

  /// What EKS works on. An update stands for the object that it is of.
  var pending: [Pending] {
    let updates = updates.filter { $0.value.status == "InProgress" }.keys.sorted()
    func isBusy(_ status: String?, _ role: AWSClusterRole) -> Bool {
      ["CREATING", "PENDING", "UPDATING", "DELETING"].contains(status) && !updates.contains(role.description)
    }
    var pending = updates.map { Pending.update($0) }
    if isBusy(cluster?.status, .cluster) { pending.append(.cluster) }
    for (name, group) in nodeGroups.sorted(by: { $0.key < $1.key }) where isBusy(group.status, .nodeGroup(name)) {
      pending.append(.nodeGroup(name))
    }
    for (name, addOn) in addOns.sorted(by: { $0.key < $1.key }) where isBusy(addOn.status, .addOn(name)) {
      pending.append(.addOn(name))
    }
    return pending
  }
}
