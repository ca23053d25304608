internal import Azure
internal import CloudNetworks
internal import CloudResources
internal import Foundations

extension AzureClusterPlanner {
  // MARK: The identity, and its right to use the network

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

  // MARK: The cluster

  /// - Returns: false if the cluster failed and is deleted, so that a later pass makes it anew.
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

  /// As the ledger says; and because a ledger can be lost, as its agent pools say: when a creation fails they fail with it.
  private func hasNeverWorked(_ cluster: ManagedCluster) -> Bool {
    desired.ledger.settled["active"] != cluster.uid && !cluster.agentPools.contains { $0.state == .succeeded }
  }

  /// A creation that failed is counted by the uid of what it made.
  /// - Returns: whether the cluster is deleted so that a later pass makes it anew.
  private mutating func planRemake(_ cluster: ManagedCluster) -> Bool {
    guard planner.plan.report.ledger.mayRemake(AzureClusterRole.cluster, birth: cluster.uid) else { return false }
    let reason = cluster.failure.map { "\($0.code): \($0.message)" } ?? "no reason is given"
    let detail = "its creation failed, and it is made again: \(reason)"
    guard !seen.isBusy else {
      planner.plan.wait(.controlPlane, "AKS cluster \(cluster.name) is still being changed: its creation failed")
      return true
    }
    let action = AzureClusterCatalogue.action(.delete, .cluster, names.cluster, detail)
    planner.take(lane: AzureClusterRole.clusterLane)
    planner.plan.act(.controlPlane, action)
    return true
  }

  /// What AKS can never change, and differs.
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
      return (.invalidSpec, "AKS cluster \(cluster.name) is not private, and can never become so: delete it")
    }
    return nil
  }

  /// Settings that are put back: where they stand, what they are to be, and what it means that they are not. AKS leaves out
  /// what is false.
  private static let settings: [(path: [String], wanted: JSONValue, words: String)] = [
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

  /// Says why an upgrade waits, and that a cluster is ahead.
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
      planner.plan.later(.controlPlane, "upgrade to Kubernetes \(version.next), once \(pools) has \(version)")
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

  // MARK: What a cluster is made of

  /// Nil: no pool of the spec can be the first.
  private func request() -> JSONValue? {
    guard let first = AzureAgentPool.all(desired).first, first.isSystem, let pods = podRange,
      let services = serviceRange
    else { return nil }
    var pool = first.properties(names, desired, version: desired.version)
    pool["name"] = .string(first.name)
    let dns = IPv4Address(bits: services.address.bits + 10)
    var properties: JSONValue = [
      "kubernetesVersion": .string(desired.version.description), "dnsPrefix": .string(names.dnsPrefix),
      "nodeResourceGroup": .string(names.nodeGroup), "nodeResourceGroupProfile": ["restrictionLevel": "ReadOnly"],
      "agentPoolProfiles": [pool],
      "networkProfile": [
        "networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium",
        "networkPolicy": "cilium",
        "podCidr": .string(pods.description), "serviceCidr": .string(services.description),
        "dnsServiceIP": .string(dns.description), "outboundType": "userAssignedNATGateway",
        "loadBalancerSku": "standard",
      ],
      "apiServerAccessProfile": ["enablePrivateCluster": true, "privateDNSZone": "system"],
      "aadProfile": ["managed": true],
    ]
    for setting in Self.settings {
      properties = properties.merged(with: setting.path.reversed().reduce(setting.wanted) { .object([$1: $0]) })
    }
    if let key = desired.secretsKey {
      properties["securityProfile", "azureKeyVaultKms"] = ["enabled": true, "keyId": .string(key)]
    }
    var body: JSONValue = [
      "location": .string(desired.region), "sku": ["name": "Base", "tier": "Standard"], "properties": properties,
    ]
    body["tags"] = .object(names.tags(desired.tags).mapValues { .string($0) })
    body["identity"] = [
      "type": "UserAssigned", "userAssignedIdentities": .object([names.identity.description: .object([:])]),
    ]
    return body
  }
}
