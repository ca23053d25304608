internal import Azure
internal import CloudResources

/// The identity of the control plane, and its right to use the network.
extension AzureClusterPlanner {
  mutating func planIdentity() {
    var row = Planner.Row(.identity, id: names.identity)
    row.detail = names.identity.name
    if let identity = seen.identity {
      let found = Sighting(id: names.identity, label: "identity \(names.identity.name)", state: .ready)
      if names.identityIsGiven || names.owns(identity.tags) { row.found = found }
      if !names.identityIsGiven { row.tags = names.retagging(identity.tags, desired.tags) }
      row.foreign = "identity \(names.identity) is there and does not belong to this PrivateCluster: delete it"
    } else if names.identityIsGiven {
      row.missing = "spec.azure.identityID: there is no identity \(names.identity)"
    }
    if !names.identityIsGiven {
      row.content = .body(UserAssignedIdentity(location: desired.region, tags: names.tags(desired.tags)).json)
    }
    planner.plan(row)
    planNetworkGrant()
  }

  /// An assignment of somebody else's is as good, on the network or above it.
  private mutating func planNetworkGrant() {
    let (role, principal) = (AzureGrant.networkContributor, seen.identity?.principal ?? "")
    guard let network = names.network else { return }
    let id = names.assignment(network, role: role, principal: principal)
    var row = Planner.Row(.networkGrant, id: id)
    row.needs = [.identity]
    let found = seen.networkGrants.filter { $0.role == role && $0.principal == principal && !principal.isEmpty }
    if let assignment = found.first(where: { names.owns($0) }) ?? found.first {
      row.found = Sighting(id: assignment.id ?? id, label: AzureClusterRole.networkGrant.summary, state: .ready)
      row.content = names.owns(assignment) ? body(role, principal, "ServicePrincipal") : nil
    } else {
      row.content = body(role, principal, "ServicePrincipal")
    }
    planner.plan(row)
  }

  func body(_ role: String, _ principal: String, _ type: String) -> AzureClusterContent? {
    guard let definition = ResourceID.builtInRole(role, subscription: names.cluster.subscription) else { return nil }
    let assignment = RoleAssignment(
      role: definition,
      principal: principal,
      principalType: type,
      description: names.markText
    )
    return .body(assignment.json)
  }
}
