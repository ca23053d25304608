internal import AWS
internal import CloudResources

/// Auto Mode: EKS makes and deletes nodes as pods need them.
///
///     seen                          wanted   done
///     off, or without a pool        on       switch it on, once the roles have what it needs
///     on                            off      switch it off, once every node pool is ready
///     on, with another node role    on       problem InvalidSpec: EKS does not change it
///     on                            any      its nodes' group lets out what the Backbone lets out
///     on, no entry for its nodes    any      create one; nodes could not join
extension AWSClusterPlanner {
  /// Whether nodes of Auto Mode are there or are to be.
  var usesAutoMode: Bool { desired.aws.autoMode || ownCluster?.isAuto == true }

  /// Whether there are node groups, or are to be. Without them nobody needs their add-ons, roles and security group, nor
  /// an autoscaler.
  var hasNodeGroups: Bool { !desired.pools.isEmpty || !ownNodeGroups.isEmpty }

  /// As the spec has it.
  var autoMode: EKSClient.AutoMode? {
    guard desired.aws.autoMode else { return nil }
    return EKSClient.AutoMode(nodeRoleARN: usableARN(.autoNode) ?? "", nodePools: AWSClusterPolicies.autoModePools)
  }

  /// Nil: it is as asked.
  func autoModeDifference(_ cluster: EKS.Cluster) -> String? {
    guard desired.aws.autoMode else { return cluster.isAuto ? "Auto Mode was on" : nil }
    guard cluster.isAuto else { return "Auto Mode was off" }
    let pools = Set(cluster.computeConfig?.nodePools ?? [])
    let missing = AWSClusterPolicies.autoModePools.filter { !pools.contains($0) }
    return missing.isEmpty ? nil : "Auto Mode lacked \(missing.joined(separator: ", "))"
  }

  mutating func autoModeChange(_ cluster: EKS.Cluster, isDrift: Bool) -> Planner.Row.Change? {
    guard let difference = autoModeDifference(cluster) else { return nil }
    // Its nodes are terminated at once when it is switched off.
    let missing = desired.pools.filter { pool in
      seen.nodeGroups[AWSNodePool(pool, of: desired).groupName]?.status != "ACTIVE"
    }
    guard desired.aws.autoMode || missing.isEmpty else {
      let names = missing.map(\.name).joined(separator: ", ")
      planner.plan.later(.nodePools, "switch Auto Mode off, once node pool \(names) is ready")
      return nil
    }
    return .init(
      .autoMode(autoMode),
      details: [difference],
      repairs: isDrift ? ["EKS cluster \(cluster.name): \(difference)"] : [],
      names: desired.aws.autoMode ? needs(.cluster) + needs(.autoNode) : []
    )
  }

  /// - Returns: the refusal if Auto Mode has another role for its nodes than the spec.
  func fixedNodeRole(_ cluster: EKS.Cluster) -> (ProblemKind, String)? {
    guard desired.aws.autoMode, cluster.isAuto, let found = cluster.computeConfig?.nodeRoleArn,
      let wanted = desired.aws.autoModeNodeRoleARN ?? seen.roles[.autoNode]?.role.arn, found != wanted
    else { return nil }
    return (
      .invalidSpec,
      "the nodes of Auto Mode in EKS cluster \(cluster.name) have role \(found), and the spec says \(wanted): EKS does not "
        + "change it: set spec.aws.autoModeNodeRoleARN to \(found), or switch spec.aws.autoMode off and on again"
    )
  }

  /// EKS makes the group with a rule that lets everything out, and does not bring that rule back.
  mutating func planClusterGroup() {
    let role = AWSClusterRole.clusterGroup
    guard let cluster = ownCluster, cluster.isAuto else { return planner.plan.report.ledger.forget(role) }
    guard cluster.status == "ACTIVE", let group = seen.clusterGroup, let workload = seen.workloadGroup else { return }
    let members = [group.id, workload.id].map { EC2.Rule(transport: "-1", peer: .group($0)) }
    let wanted = workload.egress.union(members)
    func sorted(_ rules: Set<EC2.Rule>) -> [EC2.Rule] { rules.sorted { $0.description < $1.description } }
    let (missing, surplus) = (sorted(wanted.subtracting(group.egress)), sorted(group.egress.subtracting(wanted)))
    func words(_ rules: [EC2.Rule]) -> String { rules.prefix(3).map(\.description).joined(separator: ", ") }
    var details: [String] = []
    if !missing.isEmpty { details.append("did not let out \(words(missing))") }
    if !surplus.isEmpty { details.append("let out \(words(surplus))") }
    let isDrift = isDrift(role, from: sorted(wanted).description, isThere: details.isEmpty)
    var row = Planner.Row(role, id: group.id)
    row.found = Sighting(id: group.id, label: label(role, group.id), state: .ready)
    row.change = .init(
      .egress(allow: missing, revoke: surplus),
      details: details,
      repairs: isDrift ? details.map { "\(role.summary) \($0)" } : []
    )
    _ = planner.plan(row)
  }

  /// EKS makes the entry itself when Auto Mode is switched on, so it is mostly not ours.
  mutating func planAutoModeEntry() {
    guard let cluster = ownCluster, cluster.isAuto, cluster.status == "ACTIVE",
      let principal = cluster.computeConfig?.nodeRoleArn
    else { return }
    let type = AWSClusterPolicies.autoModeEntryType
    let policy = AWSClusterPolicies.access(named: AWSClusterPolicies.autoModeEntryPolicy, partition: partition)
    let found = seen.entries[principal]
    guard found == nil || found?.entry.type != type || desired.owns(found?.entry.tags) else { return }
    if let found, found.entry.type != type {
      planner.plan.problem(
        .nodePools,
        .foreignObject,
        "\(AWSClusterRole.entry(principal).summary) is of type \(found.entry.type ?? ""), with which nodes of Auto Mode cannot "
          + "join: delete it, or give them a role of their own in spec.aws.autoModeNodeRoleARN"
      )
    } else {
      planEntry(principal, type: type, [policy: []])
    }
  }
}
