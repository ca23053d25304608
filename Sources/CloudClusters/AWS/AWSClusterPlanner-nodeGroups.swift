internal import AWS
internal import CloudResources

extension AWSClusterPlanner {
  mutating func planNodeGroups() {
    // Nodes of only one group at a time are replaced.
    var isRolling = ownNodeGroups.contains { group in
      group.status == "UPDATING"
        || seen.updates[AWSClusterRole.nodeGroup(group.nodegroupName).description]?.status == "InProgress"
    }
    for pool in desired.pools {
      let wanted = AWSNodePool(pool, of: desired)
      planTemplate(wanted)
      planNodeGroup(wanted, &isRolling)
    }
  }

  // MARK: Launch templates

  private func template(_ wanted: AWSNodePool) -> AWSClusterState.Template? {
    seen.templates.first { $0.template.name == desired.templateName(wanted.groupName) }
  }

  private func content(_ wanted: AWSNodePool) -> EC2.NodeTemplate {
    wanted.template(nodesGroupID: planner.usable(.nodesGroup) ?? planner.found(.nodesGroup) ?? "")
  }

  /// The version of its template with the wanted content; nil: there is none yet.
  private func version(_ wanted: AWSNodePool) -> Int? {
    let digest = AWSNodePool.digest(content(wanted))
    return template(wanted)?.versions.filter { $0.description == digest }.map(\.number).max()
  }

  private mutating func planTemplate(_ wanted: AWSNodePool) {
    let role = AWSClusterRole.template(wanted.groupName)
    let name = desired.templateName(wanted.groupName)
    var row = Planner.Row(role, id: name)
    row.needs = [.nodesGroup]
    row.content = .template(content(wanted), tags: desired.tags(role))
    row.detail = "\(wanted.pool.machineType), \(wanted.pool.diskGiB) GiB"
    if let found = template(wanted) {
      row.found = Sighting(id: found.template.id, label: label(role, found.template.id), state: .ready)
      // Versions never change, so a missing one means that the spec changed.
      let details = version(wanted) == nil ? ["\(wanted.pool.machineType), \(wanted.pool.diskGiB) GiB"] : []
      row.change = .init(.templateVersion(content(wanted)), details: details, names: [.nodesGroup])
      row.tags = desired.retagging(role, found.template.tags)
    }
    _ = planner.plan(row)
  }

  // MARK: Node groups

  private mutating func planNodeGroup(_ wanted: AWSNodePool, _ isRolling: inout Bool) {
    let name = wanted.groupName
    let role = AWSClusterRole.nodeGroup(name)
    let found = seen.nodeGroups[name]
    if let found, desired.owns(found.tags), found.status == "CREATE_FAILED" {
      return planFailedGroup(found)
    }
    var row = Planner.Row(role, id: name)
    row.needs =
      [.cluster, .template(name)] + needs(.node) + AWSClusterPolicies.addOnsBeforeNodes.map { .addOn($0) }
    row.content = .nodeGroup(request(wanted))
    let pool = wanted.pool
    row.detail = "\(pool.minSize) to \(pool.maxSize) nodes \(pool.machineType)"
    if wanted.subnets.isEmpty {
      let zones = Set(desired.network.subnets.map(\.zone)).sorted().joined(separator: ", ")
      let words = "pool \(pool.name) is to be in \(pool.zones.joined(separator: ", ")), where the cluster has no subnet"
      row.refusal = (.invalidSpec, "\(words): its zones are \(zones)")
    }
    if let found {
      if desired.owns(found.tags) {
        row.found = sighting(role, name, found.status, found.health)
        row.change = change(found, wanted, &isRolling)
        row.tags = desired.retagging(role, found.tags, [ClusterTag.pool: pool.name])
        if found.status == "ACTIVE" { noteReady(role) }
        if found.status == "DEGRADED" {
          let words = "node group \(name) is degraded: \(found.health?.sentence ?? "no explanation")"
          planner.plan.problem(.nodePools, .cloudFailure, words)
        }
      } else {
        row.foreign = "node group \(name) is there and does not belong to this PrivateCluster: delete it"
      }
    }
    _ = planner.plan(row)
  }

  private mutating func planFailedGroup(_ group: EKS.NodeGroup) {
    let role = AWSClusterRole.nodeGroup(group.nodegroupName)
    let reason = group.health?.sentence ?? "no explanation"
    if noteFailure(role, group.nodegroupName, createdAt: group.createdAt) == .remake {
      return act(.delete, role, group.nodegroupName, "its creation failed, and it is made again: \(reason)")
    }
    let words =
      "node group \(group.nodegroupName) failed: \(reason): mend the cause and delete it, and it is made again"
    planner.plan.problem(.nodePools, .cloudFailure, words)
  }

  private func request(_ wanted: AWSNodePool) -> EKSClient.NodeGroupRequest {
    let pool = wanted.pool
    var request = EKSClient.NodeGroupRequest(
      name: wanted.groupName,
      cluster: desired.cloudName,
      version: (seen.version ?? desired.version).description,
      roleARN: usableARN(.node) ?? "",
      imageType: wanted.imageType
    )
    request.subnetIDs = wanted.subnets.map(\.id)
    request.templateID = planner.usable(.template(wanted.groupName)) ?? ""
    request.templateVersion = version(wanted).map { String($0) } ?? ""
    request.isSpot = pool.isSpot
    (request.minSize, request.maxSize, request.maxUnavailable) = (pool.minSize, pool.maxSize, pool.maxUnavailable)
    (request.labels, request.taints) = (wanted.labels, wanted.taints)
    request.tags = desired.tags(.nodeGroup(wanted.groupName), [ClusterTag.pool: pool.name])
    return request
  }

  /// Changes in place come first, because they replace no nodes.
  private mutating func change(
    _ found: EKS.NodeGroup,
    _ wanted: AWSNodePool,
    _ isRolling: inout Bool
  ) -> Planner.Row.Change? {
    let (configuration, details) = difference(found, wanted)
    let (pool, role) = (wanted.pool, AWSClusterRole.nodeGroup(found.nodegroupName))
    let labels = wanted.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let settings = "\(pool.minSize) \(pool.maxSize) \(pool.maxUnavailable) \(labels) \(wanted.taints)"
    let isDrift = isDrift(role, from: settings, isThere: configuration.isNothing)
    if !configuration.isNothing {
      let repairs = isDrift ? details.map { "\(role.summary): \($0)" } : []
      return .init(.nodeGroupChange(configuration), details: details, repairs: repairs, names: [.cluster])
    }
    guard let number = version(wanted), let template = template(wanted)?.template.id else { return nil }
    if let used = found.launchTemplate?.id, used != template {
      let words =
        "node group \(found.nodegroupName) was made with launch template \(used), which someone deleted, and EKS lets it use no "
        + "other: delete the node group, and it is made again"
      planner.plan.problem(.nodePools, .refusedByCloud, words)
      return nil
    }
    var words: [String] = []
    if found.launchTemplate?.version != String(number) {
      words.append("\(wanted.pool.machineType), \(wanted.pool.diskGiB) GiB")
    }
    var minor: String?
    if let cluster = seen.version, let own = found.version.flatMap({ KubernetesMinor($0) }) {
      let target = min(cluster, desired.version)
      if own < target {
        minor = target.description
        words.append("Kubernetes \(own) to \(target)")
      }
    }
    guard !words.isEmpty else { return nil }
    guard !isRolling else {
      planner.plan.later(.nodePools, "replace the nodes of \(found.nodegroupName): \(words.joined(separator: ", "))")
      return nil
    }
    isRolling = true
    return .init(
      .nodes(
        version: minor,
        templateID: template,
        templateVersion: String(number),
        force: wanted.pool.forcesEviction
      ),
      details: words,
      names: [.cluster, .template(found.nodegroupName)]
    )
  }

  /// The differences that can be changed in place, with a description.
  private func difference(_ found: EKS.NodeGroup, _ wanted: AWSNodePool) -> (EKSClient.NodeGroupChange, [String]) {
    let (pool, size) = (wanted.pool, found.scalingConfig)
    var change = EKSClient.NodeGroupChange()
    var details: [String] = []
    if size?.minSize != pool.minSize || size?.maxSize != pool.maxSize {
      (change.minSize, change.maxSize) = (pool.minSize, pool.maxSize)
      details.append("bounds were \(size?.minSize ?? 0) to \(size?.maxSize ?? 0)")
      if let now = size?.desiredSize, !(pool.minSize...max(pool.minSize, pool.maxSize)).contains(now) {
        change.desiredSize = min(max(now, pool.minSize), pool.maxSize)
      }
    }
    let labels = found.labels ?? [:]
    change.setLabels = wanted.labels.filter { labels[$0.key] != $0.value }
    change.removeLabels = labels.keys.filter { wanted.labels[$0] == nil }.sorted()
    let named = (change.setLabels.keys + change.removeLabels).sorted()
    if !named.isEmpty { details.append("labels \(named.joined(separator: ", ")) differed") }
    let taints = found.taints ?? []
    change.setTaints = wanted.taints.filter { !taints.contains($0) }
    change.removeTaints = taints.filter { taint in
      !wanted.taints.contains { $0.key == taint.key && $0.effect == taint.effect }
    }
    let keys = (change.setTaints + change.removeTaints).map(\.key)
    if !keys.isEmpty { details.append("taints \(Set(keys).sorted().joined(separator: ", ")) differed") }
    if found.updateConfig?.maxUnavailable != pool.maxUnavailable {
      change.maxUnavailable = pool.maxUnavailable
      details.append("\(found.updateConfig?.maxUnavailable ?? 0) nodes were replaced at a time")
    }
    return (change, details)
  }
}
