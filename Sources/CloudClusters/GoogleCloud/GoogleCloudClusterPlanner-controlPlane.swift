internal import CloudResources
internal import Foundations
internal import GoogleCloud

extension GoogleCloudClusterPlanner {
  mutating func planControlPlane() {
    if let cluster = ownCluster, cluster.status == "ERROR" { return planFailedCluster(cluster) }
    let name = desired.googleCloudName
    var row = Planner.Row(.cluster, id: name)
    row.detail = "\(name), Kubernetes \(desired.version)"
    row.content = .cluster(desired.googleCloudRequest(project: seen.project, now: now))
    if let cluster = ownCluster {
      row.found = clusterSighting(cluster)
      if cluster.status == "RUNNING" { noteReady(.cluster) }
      if cluster.status == "DEGRADED" {
        let words = "GKE cluster \(name) is degraded: \(Self.sentence(cluster.conditions))"
        planner.plan.problem(.controlPlane, .cloudFailure, words)
      }
      row.refusal = fixedDifference(cluster)
      row.change = change(cluster)
      let wrong = desired.clusterLabels.filter { cluster.resourceLabels?[$0.key] != $0.value }
      row.tags = wrong.isEmpty ? nil : wrong
    } else if seen.cluster != nil {
      row.foreign =
        "GKE cluster \(name) is there and does not belong to this PrivateCluster: delete it, or rename the PrivateCluster"
    } else {
      noteAbsence(.cluster)
    }
    _ = planner.plan(row)
  }

  private mutating func planFailedCluster(_ cluster: GKE.Cluster) {
    let reason = Self.sentence(cluster.conditions)
    if isToBeRemade(.cluster, cluster.name, birth: cluster.createTime ?? "") {
      return remake(.cluster, cluster.name, because: reason)
    }
    let isNew = desired.ledger.settled["ran-\(GoogleCloudClusterRole.cluster)"] == nil
    let advice =
      isNew ? "fix the cause, then delete the GKE cluster: the operator creates it again" : "see Google Cloud's console"
    planner.plan.problem(.controlPlane, .cloudFailure, "GKE cluster \(cluster.name) failed: \(reason): \(advice)")
  }

  /// A difference in something that never changes.
  private func fixedDifference(_ cluster: GKE.Cluster) -> (ProblemKind, String)? {
    let name = "GKE cluster \(cluster.name)"
    if let subnet = cluster.subnetwork, let wanted = desired.network.subnets.first,
      ComputeLink.name(subnet) != ComputeLink.name(wanted.id)
    {
      return (
        .invalidSpec,
        "\(name) is in subnetwork \(ComputeLink.name(subnet)), and not in subnet \(wanted.name): that cannot change"
      )
    }
    for (field, wanted, found) in [
      ("pods", desired.podRange, cluster.clusterIpv4Cidr), ("services", desired.serviceRange, cluster.servicesIpv4Cidr),
    ] {
      guard let wanted = wanted?.description, let found, wanted != found else { continue }
      return (
        .invalidSpec, "\(name) has \(field) in \(found), and spec.network.\(field) says \(wanted): that cannot change"
      )
    }
    return nil
  }

  /// GKE takes one field at a time, so this is the first that differs.
  private mutating func change(_ cluster: GKE.Cluster) -> Planner.Row.Change? {
    let name = "GKE cluster \(cluster.name)"
    if let change = openness(cluster) { return change }
    if let policy = desired.maintenancePolicy(instead: cluster.maintenancePolicy, now: now) {
      let words = "nothing kept GKE from upgrading minors"
      return .init(.maintenance(policy), details: [words], repairs: ["\(name): \(words)"])
    }
    var update = GKE.ClusterUpdate()
    let details = configuration(cluster, &update)
    let wanted = "\(desired.googleCloud.channel) \(desired.controlPlaneLogs.sorted()) \(desired.securityGroup ?? "")"
    let isDrift = isDrift(.cluster, from: wanted, isThere: details == nil)
    if let details {
      update.etag = cluster.etag
      return .init(.clusterChange(update), details: [details], repairs: isDrift ? ["\(name): \(details)"] : [])
    }
    return upgrade(cluster)
  }

  /// A difference that opens the cluster to the internet, or closes it to the Backbone.
  private func openness(_ cluster: GKE.Cluster) -> Planner.Row.Change? {
    let name = "GKE cluster \(cluster.name)"
    var update = GKE.ClusterUpdate()
    update.etag = cluster.etag
    let details = desired.endpointDifferences(cluster.controlPlaneEndpointsConfig)
    if !details.isEmpty {
      update.desiredControlPlaneEndpointsConfig = desired.privateEndpoints
      return .init(.clusterChange(update), details: details, repairs: details.map { "\(name): \($0)" })
    }
    guard cluster.networkConfig?.defaultEnablePrivateNodes != true else { return nil }
    update.desiredDefaultEnablePrivateNodes = true
    let words = "new nodes would have had public addresses"
    return .init(.clusterChange(update), details: [words], repairs: ["\(name): \(words)"])
  }

  /// Sets the one field that should change.
  /// - Returns: the difference; nil: nothing differs.
  private func configuration(_ cluster: GKE.Cluster, _ update: inout GKE.ClusterUpdate) -> String? {
    let channel = desired.googleCloud.channel.gke
    if let found = cluster.releaseChannel?.channel, found != channel {
      update.desiredReleaseChannel = .init(channel)
      return "its channel was \(found)"
    }
    let components = Set(cluster.loggingConfig?.componentConfig?.enableComponents ?? [])
    let wanted = Set(desired.controlPlaneLogs)
    if components.intersection(DesiredCluster.controlPlaneComponents.values) != wanted {
      let all = components.subtracting(DesiredCluster.controlPlaneComponents.values).union(wanted)
      update.desiredLoggingConfig = .init(components: all.sorted())
      return "logs were of \(components.isEmpty ? "nothing" : components.sorted().joined(separator: ", "))"
    }
    if let group = desired.securityGroup, cluster.authenticatorGroupsConfig?.securityGroup != group {
      update.desiredAuthenticatorGroupsConfig = .init(securityGroup: group)
      return "groups of \(group) were not known"
    }
    if let key = desired.secretsKey, cluster.databaseEncryption?.keyName != key {
      update.desiredDatabaseEncryption = .init(keyName: key)
      return "Secrets were not encrypted with \(key)"
    }
    if let project = desired.googleCloud.fleetProject, cluster.fleet?.membership == nil {
      update.desiredFleet = .init(project: project)
      return "it was not in the fleet of \(project)"
    }
    return nil
  }

  private mutating func upgrade(_ cluster: GKE.Cluster) -> Planner.Row.Change? {
    guard let version = seen.version else { return nil }
    if version > desired.version {
      planner.plan.report.remarks.append(
        "GKE cluster \(cluster.name) is at Kubernetes \(version), ahead of spec.version \(desired.version), and never goes "
          + "back: set spec.version to \(version)"
      )
    }
    guard version < desired.version else { return nil }
    let behind = ownPools.filter { $0.minor.map { $0 < version } ?? false }.map(\.name)
    guard behind.isEmpty else {
      let words = "upgrade to Kubernetes \(version.next) after \(behind.joined(separator: ", ")) has \(version)"
      planner.plan.later(.controlPlane, words)
      return nil
    }
    var update = GKE.ClusterUpdate()
    update.desiredMasterVersion = version.next.description
    update.etag = cluster.etag
    return .init(.clusterChange(update), details: ["Kubernetes \(version) to \(version.next)"])
  }
}

extension GKE.NodePool {
  var minor: KubernetesMinor? { version.flatMap { KubernetesMinor(gke: $0) } }
}
