internal import Azure
internal import CloudNetworks
internal import CloudResources
internal import Foundations

extension AzureClusterPlanner {
  /// - Returns: false if the cluster failed and is deleted, so that a later pass creates it again.
  mutating func planControlPlane() -> Bool {
    let role = AzureClusterRole.cluster
    var row = Planner.Row(role, id: names.cluster)
    row.needs = [.identity, .networkGrant]
    row.detail = "\(desired.cloudName), Kubernetes \(desired.version)"
    row.content = request().map { .body($0) }
    if let cluster = ownCluster {
      if cluster.state == .failed, hasNeverWorked(cluster), planRemake(cluster) { return false }
      row.found = sighting(
        role,
        names.cluster,
        cluster.state,
        word: cluster.stateName,
        failure: cluster.failure
      )
      if cluster.state == .succeeded {
        planner.plan.report.ledger.settled["active"] = cluster.uid
        planner.plan.report.ledger.noteReady(role)
      }
      row.refusal = fixedDifference(cluster)
      row.change = change(cluster)
      row.tags = names.retagging(cluster.tags, desired.tags)
    } else if seen.cluster != nil {
      row.foreign =
        "AKS cluster \(desired.cloudName) is there and does not belong to this PrivateCluster: delete it, or rename the "
        + "PrivateCluster"
    }
    planner.plan(row)
    return true
  }

  /// According to the ledger. Because a ledger can be lost, also according to the agent pools, which fail with the
  /// cluster's creation.
  private func hasNeverWorked(_ cluster: ManagedCluster) -> Bool {
    desired.ledger.settled["active"] != cluster.uid && !cluster.agentPools.contains { $0.state == .succeeded }
  }

  /// Counts a failed creation by the uid of the object that it created.
  /// - Returns: whether the cluster is deleted, so that a later pass creates it again.
  private mutating func planRemake(_ cluster: ManagedCluster) -> Bool {
    guard planner.plan.report.ledger.mayRemake(AzureClusterRole.cluster, birth: cluster.uid) else { return false }
    let reason = cluster.failure.map { "\($0.code): \($0.message)" } ?? "no reason is given"
    let detail = "its creation failed (\(reason)), so it is created again"
    guard !seen.isBusy else {
      planner.plan.wait(.controlPlane, "AKS cluster \(cluster.name) is still being changed after its creation failed")
      return true
    }
    let action = AzureClusterCatalogue.action(.delete, .cluster, names.cluster, detail)
    planner.take(lane: AzureClusterRole.clusterLane)
    planner.plan.act(.controlPlane, action)
    return true
  }

  /// A difference in something that AKS can never change.
  private func fixedDifference(_ cluster: ManagedCluster) -> (ProblemKind, String)? {
    for (field, wanted, key) in [
      ("services", desired.serviceRange, "serviceCidr"), ("pods", desired.podRange, "podCidr"),
    ] {
      let found = cluster.json["properties", "networkProfile", key]?.string
      guard let wanted, let found, found != wanted.description else { continue }
      let words = "AKS cluster \(cluster.name) has \(field) in \(found), and spec.network.\(field) says \(wanted)"
      return (.invalidSpec, "\(words): that cannot change")
    }
    guard cluster.json["properties", "apiServerAccessProfile", "enablePrivateCluster"]?.bool == true else {
      return (
        .invalidSpec,
        "AKS cluster \(cluster.name) has a public endpoint, which AKS cannot make private: delete the cluster"
      )
    }
    return nil
  }

  /// Settings that are put back: their path, their wanted value, and the meaning of a difference. AKS leaves out what
  /// is false.
  static let settings: [(path: [String], wanted: JSONValue, words: String)] = [
    (["apiServerAccessProfile", "enablePrivateClusterPublicFQDN"], false, "the endpoint had a public name"),
    (["apiServerAccessProfile", "disableRunCommand"], true, "commands could be run through Azure's API"),
    (["disableLocalAccounts"], true, "local accounts were on"),
    (["aadProfile", "enableAzureRBAC"], true, "Azure RBAC was off"),
    (["oidcIssuerProfile", "enabled"], true, "the issuer of workload identities was off"),
    (["securityProfile", "workloadIdentity", "enabled"], true, "workload identities were off"),
    (["autoUpgradeProfile", "upgradeChannel"], "patch", "the upgrade channel was another than patch"),
    (
      ["autoUpgradeProfile", "nodeOSUpgradeChannel"], "NodeImage",
      "the upgrade channel of nodes was another than NodeImage"
    ),
  ]

  private func change(_ cluster: ManagedCluster) -> Planner.Row.Change {
    let properties = cluster.json["properties"] ?? .object([:])
    var edit = JSONValue.object([:])
    var details: [String] = []
    for setting in Self.settings {
      let found = setting.path.reduce(properties) { $0[$1] ?? .null }
      guard found != setting.wanted, !(found == .null && setting.wanted == .bool(false)) else { continue }
      let nested = setting.path.reversed().reduce(setting.wanted) { .object([$1: $0]) }
      edit = edit.merged(with: nested)
      details.append(setting.words)
    }
    let repairs = details.map { "AKS cluster \(cluster.name): \($0)" }
    guard details.isEmpty, let version = nextVersion(cluster) else {
      return .init(.edit(["properties": edit]), details: details, repairs: repairs)
    }
    return .init(
      .edit(["properties": ["kubernetesVersion": .string(version.description)]]),
      details: ["Kubernetes \(seen.version ?? version) to \(version)"]
    )
  }

  /// The minor to upgrade the control plane to now.
  private func nextVersion(_ cluster: ManagedCluster) -> KubernetesMinor? {
    guard let version = seen.version, version < desired.version, cluster.state == .succeeded,
      seen.upgrades.contains(where: { AzureClusterState.minor($0) == version.next }), poolsBehind(version).isEmpty
    else { return nil }
    return version.next
  }

  func poolsBehind(_ version: KubernetesMinor) -> [String] {
    ownPools.filter { (AzureClusterState.minor($0.version) ?? version) < version }.map(\.name).sorted()
  }

  /// Reports why an upgrade waits, or that a cluster is ahead.
  mutating func explainVersion() {
    guard let cluster = ownCluster, let version = seen.version else { return }
    if version > desired.version {
      planner.plan.report.remarks.append(
        "AKS cluster \(cluster.name) is at Kubernetes \(version), ahead of spec.version \(desired.version), and never goes "
          + "back: set spec.version to \(version)"
      )
    }
    guard version < desired.version, cluster.state == .succeeded else { return }
    let behind = poolsBehind(version)
    if !behind.isEmpty {
      let pools = behind.joined(separator: ", ")
      planner.plan.later(.controlPlane, "upgrade to Kubernetes \(version.next) after \(pools) has \(version)")
    } else if !seen.isBusy, !seen.upgrades.contains(where: { AzureClusterState.minor($0) == version.next }) {
      let offered = seen.upgrades.isEmpty ? "none" : seen.upgrades.joined(separator: ", ")
      planner.plan.problem(
        .controlPlane,
        .refusedByCloud,
        "AKS offers no upgrade of cluster \(cluster.name) from \(version) to \(version.next); it offers \(offered): see "
          + "az aks get-upgrades"
      )
    }
  }
}
