internal import AWS
internal import CloudResources

extension AWSClusterPlanner {
  /// Deletes node groups, then the cluster with its add-ons, entries and associations, then everything that these used.
  mutating func planAbsence() {
    planner.plan.obstacle = "the deletion of the EKS cluster"
    planner.removeAll(owned(isTeardown: true))
    if ownCluster == nil {
      planner.plan.report.remarks += seen.leftovers.map { "workloads of the cluster left \($0), which is not deleted" }
    }
    planner.plan.judge()
  }

  mutating func planRelease() {
    for object in owned(isTeardown: true) {
      let description = "take the mark off \(object.found.label)"
      let action = AWSClusterAction(
        call: .release(arn: arn(object)),
        role: object.role,
        id: object.found.id,
        description: description
      )
      planner.plan.act(object.role.part, action)
    }
    planner.plan.isGone = planner.plan.actions.isEmpty
    planner.plan.judge()
  }

  private func arn(_ object: Planner.Owned) -> String? {
    switch object.role {
    case .cluster: seen.cluster?.arn
    case .nodeGroup(let name): seen.nodeGroups[name]?.nodegroupArn
    case .addOn(let name): seen.addOns[name]?.addonArn
    case .entry(let principal): seen.entries[principal]?.entry.accessEntryArn
    case .identity: seen.identity?.associationArn
    case .role, .nodesGroup, .clusterGroup, .template, .scalingTags: nil
    }
  }

  /// Every object with the operator's mark, and its users.
  /// - Parameter isTeardown: whether nothing of the cluster is wanted, so that add-ons, entries and associations are
  ///   deleted with it.
  func owned(isTeardown: Bool) -> [Planner.Owned] {
    let groups = ownNodeGroups
    var owned = groups.map { group in
      let role = AWSClusterRole.nodeGroup(group.nodegroupName)
      return Planner.Owned(
        role,
        sighting(role, group.nodegroupName, group.status, group.health),
        isInUse: !isTeardown && (waitsForSuccessor(group) || waitsForAutoMode)
      )
    }
    let isThere = ownCluster != nil
    for name in seen.addOns.keys.sorted() where desired.owns(seen.addOns[name]?.tags) {
      let role = AWSClusterRole.addOn(name)
      owned.append(
        .init(role, sighting(role, name, seen.addOns[name]?.status, seen.addOns[name]?.health), isInUse: isTeardown)
      )
    }
    for principal in seen.entries.keys.sorted() where desired.owns(seen.entries[principal]?.entry.tags) {
      let role = AWSClusterRole.entry(principal)
      owned.append(.init(role, Sighting(id: principal, label: role.summary, state: .ready)))
    }
    if let identity = seen.identity, desired.owns(identity.tags) {
      let found = Sighting(id: identity.associationId, label: AWSClusterRole.identity.summary, state: .ready)
      owned.append(.init(.identity, found, isInUse: isTeardown))
    }
    if let cluster = ownCluster {
      let others = seen.nodeGroups.values.filter { !desired.owns($0.tags) }.map { "node group \($0.nodegroupName)" }
      owned.append(
        .init(
          .cluster,
          sighting(.cluster, cluster.name, cluster.status),
          strangers: others.sorted(),
          isInUse: !groups.isEmpty
        )
      )
    }
    for template in seen.templates {
      let group = seen.nodeGroups.keys.first { desired.templateName($0) == template.template.name }
      let name = group ?? templateGroup(template.template)
      let role = AWSClusterRole.template(name)
      let found = Sighting(id: template.template.id, label: label(role, template.template.id), state: .ready)
      owned.append(.init(role, found, isInUse: group != nil))
    }
    for group in seen.securityGroups {
      // Interfaces of nodes are deleted with the nodes.
      let isInUse = !groups.isEmpty || isTeardown && isThere
      let users = isInUse ? [] : seen.interfaces.filter { $0.groupIDs.contains(group.id) }
      let strangers = users.map { "network interface \($0.id)" }
      let found = Sighting(id: group.id, label: label(.nodesGroup, group.id), state: .ready)
      owned.append(.init(.nodesGroup, found, strangers: strangers, isInUse: isInUse))
    }
    for service in AWSClusterRole.Service.allCases {
      guard let found = seen.roles[service]?.role, desired.owns(found.tags) else { continue }
      let role = AWSClusterRole.role(service)
      owned.append(
        .init(
          role,
          Sighting(id: found.name, label: label(role, found.name), state: .ready),
          isInUse: isThere && (isTeardown || isInUse(service))
        )
      )
    }
    return owned
  }

  /// Whether something in the cluster has the role.
  private func isInUse(_ service: AWSClusterRole.Service) -> Bool {
    switch service {
    case .cluster: true
    case .node: !ownNodeGroups.isEmpty
    case .autoNode: ownCluster?.isAuto == true
    case .network: desired.owns(seen.addOns[AWSClusterPolicies.networkAddOn.name]?.tags)
    case .autoscaler: desired.owns(seen.identity?.tags)
    }
  }

  /// Whether Auto Mode is to run what node groups run now, and is not on yet.
  private var waitsForAutoMode: Bool { desired.pools.isEmpty && planner.usable(.cluster) == nil }

  /// The group named in the template's tag.
  private func templateGroup(_ template: EC2.LaunchTemplate) -> String {
    let role = template.tags[ClusterTag.role] ?? ""
    return role.hasPrefix("template-") ? String(role.dropFirst("template-".count)) : template.name
  }

  /// Whether the group's pool is still wanted, but the group that replaces it is not ready.
  private func waitsForSuccessor(_ group: EKS.NodeGroup) -> Bool {
    guard let pool = desired.pools.first(where: { $0.name == group.tags?[ClusterTag.pool] }) else { return false }
    let successor = AWSNodePool(pool, of: desired).groupName
    return successor != group.nodegroupName && planner.usable(.nodeGroup(successor)) == nil
  }
}
