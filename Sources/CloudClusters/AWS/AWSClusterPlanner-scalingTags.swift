internal import AWS
internal import CloudResources

/// While a node group has no nodes, Cluster Autoscaler knows what a new one would be like from tags of its Auto Scaling
/// group (Cluster Autoscaler, "AWS": auto-discovery). Tags of node groups do not get there.
extension AWSClusterPlanner {
  private static let labelPrefix = "k8s.io/cluster-autoscaler/node-template/label/"
  private static let taintPrefix = "k8s.io/cluster-autoscaler/node-template/taint/"
  /// Longer keys are refused. The autoscaler then reads labels and taints from EKS.
  private static let maximumKeyLength = 128

  private func wantedTags(_ pool: AWSNodePool) -> [String: String] {
    var tags: [String: String] = [:]
    for (key, value) in pool.labels { tags[Self.labelPrefix + key] = value }
    for taint in pool.pool.taints { tags[Self.taintPrefix + taint.key] = "\(taint.value ?? ""):\(taint.effect)" }
    return tags.filter { $0.key.utf8.count <= Self.maximumKeyLength }
  }

  mutating func planScalingTags() {
    for pool in desired.pools {
      let wanted = AWSNodePool(pool, of: desired)
      guard let group = seen.nodeGroups[wanted.groupName], desired.owns(group.tags),
        let name = group.resources?.autoScalingGroups?.first?.name,
        let found = seen.scaling.first(where: { $0.name == name })
      else { continue }
      planScalingTags(wanted, found)
    }
  }

  private mutating func planScalingTags(_ pool: AWSNodePool, _ group: AutoScalingClient.Group) {
    let role = AWSClusterRole.scalingTags(pool.groupName)
    let wanted = wantedTags(pool)
    let missing = wanted.filter { group.tags[$0.key] != $0.value }
    let surplus = group.tags.keys.filter { key in
      wanted[key] == nil && (key.hasPrefix(Self.labelPrefix) || key.hasPrefix(Self.taintPrefix))
    }
    let keys = (missing.keys + surplus).map { $0.split(separator: "/", maxSplits: 4).last.map(String.init) ?? $0 }
    let named = Set(keys).sorted().joined(separator: ", ")
    let details = keys.isEmpty ? [] : ["tags for labels and taints \(named) differed"]
    let settings = wanted.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    let isDrift = isDrift(role, from: settings, isThere: keys.isEmpty)
    var row = Planner.Row(role, id: group.name)
    row.found = Sighting(id: group.name, label: role.summary, state: .ready)
    row.change = .init(
      .scalingTags(set: missing, remove: surplus.sorted()),
      details: details,
      repairs: isDrift ? details.map { "\(role.summary): \($0)" } : []
    )
    _ = planner.plan(row)
  }
}
