internal import Azure
internal import CloudResources

extension AzureClusterPlanner {
  mutating func planAccess() {
    for (index, access) in desired.access.enumerated() {
      guard case .entra = access.principal else {
        let words = "spec.access[\(index)].principal is not one of Azure: set objectID and type"
        planner.plan.problem(.access, .invalidSpec, words)
        continue
      }
    }
    for grant in AzureGrant.all(desired, names) { planGrant(grant) }
  }

  private mutating func planGrant(_ grant: AzureGrant) {
    let id = names.assignment(grant.scope, role: grant.role, principal: grant.principal)
    let role = AzureClusterRole.grant(grant.description)
    var row = Planner.Row(role, id: id)
    // It waits for the cluster's creation, but not for its changes.
    row.needs = ownCluster?.privateName == nil ? [.cluster] : []
    row.content = body(grant.role, grant.principal, grant.principalType)
    let found = seen.grants.filter {
      $0.scope == grant.scope && $0.role == grant.role && $0.principal.lowercased() == grant.principal
    }
    // Azure refuses a second equal assignment, so somebody else's is used.
    if let assignment = found.first(where: { names.owns($0) }) ?? found.first {
      row.found = Sighting(id: assignment.id ?? id, label: role.summary, state: .ready)
      if !names.owns(assignment) { row.content = nil }
    }
    planner.plan(row)
  }

  /// Assignments on the cluster and in its namespaces that bear the operator's mark.
  var ownGrants: [(role: AzureClusterRole, id: ResourceID)] {
    seen.grants.filter { names.owns($0) }.compactMap { found in
      let grant = AzureGrant(found, cluster: names.cluster)
      return found.id.map { (.grant(grant.description), $0) }
    }
  }
}
