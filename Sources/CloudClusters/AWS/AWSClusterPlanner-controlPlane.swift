internal import AWS
internal import CloudResources
internal import Foundations

extension AWSClusterPlanner {
  mutating func planControlPlane() {
    let role = AWSClusterRole.cluster
    if let cluster = ownCluster, cluster.status == "FAILED" {
      return planFailedCluster(cluster)
    }
    var row = Planner.Row(role, id: desired.cloudName)
    row.needs = needs(.cluster) + (desired.aws.autoMode ? needs(.autoNode) : [])
    row.detail = "\(desired.cloudName), Kubernetes \(desired.version)"
    row.content = .cluster(request(roleARN: usableARN(.cluster) ?? ""))
    if let cluster = ownCluster {
      row.found = sighting(role, desired.cloudName, cluster.status)
      if cluster.status == "ACTIVE" {
        noteReady(role)
        planner.plan.report.ledger.settled[wasActive] = cluster.arn
      }
      row.refusal = fixedDifference(cluster)
      row.change = change(cluster)
      row.tags = desired.retagging(role, cluster.tags)
    } else if seen.cluster != nil {
      row.foreign =
        "EKS cluster \(desired.cloudName) is there and does not belong to this PrivateCluster: delete it, or rename the "
        + "PrivateCluster"
    }
    _ = planner.plan(row)
  }

  /// In `Ledger.settled`: the cluster's ARN, once it was active.
  private var wasActive: String { "active" }

  private mutating func planFailedCluster(_ cluster: EKS.Cluster) {
    let role = AWSClusterRole.cluster
    let reason = cluster.health?.sentence ?? "no explanation"
    let isNew = desired.ledger.settled[wasActive] != cluster.arn
    let failure = noteFailure(role, desired.cloudName, createdAt: cluster.createdAt)
    if isNew, failure == .remake {
      return act(.delete, role, desired.cloudName, "its creation failed, and it is made again: \(reason)")
    }
    let advice = isNew ? "mend the cause and delete the EKS cluster, which is then made again" : "see EKS's console"
    planner.plan.problem(.controlPlane, .cloudFailure, "EKS cluster \(desired.cloudName) failed: \(reason): \(advice)")
  }

  private func request(roleARN: String) -> EKSClient.ClusterRequest {
    var request = EKSClient.ClusterRequest(
      name: desired.cloudName,
      version: desired.version.description,
      roleARN: roleARN,
      subnetIDs: desired.network.subnets.map(\.id),
      groupIDs: [desired.network.workloadGroupID],
      tags: desired.tags(.cluster)
    )
    request.serviceRange = desired.serviceRange?.description
    request.secretsKeyARN = desired.secretsKey
    request.logging = desired.logging
    request.autoMode = autoMode
    return request
  }

  /// A difference in something that EKS can never change.
  private func fixedDifference(_ cluster: EKS.Cluster) -> (ProblemKind, String)? {
    let range = cluster.kubernetesNetworkConfig?.serviceIpv4Cidr
    if let wanted = desired.serviceRange?.description, let range, range != wanted {
      return (
        .invalidSpec,
        "EKS cluster \(cluster.name) has services in \(range), and the spec says \(wanted): that cannot change"
      )
    }
    if let refusal = fixedNodeRole(cluster) { return refusal }
    let groups = cluster.resourcesVpcConfig?.securityGroupIds ?? []
    if cluster.resourcesVpcConfig?.vpcId != nil, !groups.contains(desired.network.workloadGroupID) {
      return (
        .invalidSpec,
        "EKS cluster \(cluster.name) is not in security group \(desired.network.workloadGroupID) of the Backbone: it was made "
          + "for another network"
      )
    }
    return nil
  }

  /// EKS takes one kind of change at a time, so this is the first that differs.
  private mutating func change(_ cluster: EKS.Cluster) -> Planner.Row.Change? {
    let network = cluster.resourcesVpcConfig
    var open: [String] = []
    if network?.endpointPublicAccess != false { open.append("the endpoint was public") }
    if network?.endpointPrivateAccess != true { open.append("the endpoint could not be reached from inside") }
    if !open.isEmpty {
      return .init(.privateEndpoint, details: open, repairs: open.map { "EKS cluster \(cluster.name): \($0)" })
    }
    let setups = cluster.logging?.clusterLogging ?? []
    let logged = Set(setups.filter { $0.enabled == true }.flatMap { $0.types ?? [] })
    let wanted = desired.logging.sorted().joined(separator: ",")
    let isDrift = isDrift(
      .cluster,
      from: wanted + (desired.aws.autoMode ? " auto" : ""),
      isThere: logged == desired.logging && autoModeDifference(cluster) == nil
    )
    if let change = autoModeChange(cluster, isDrift: isDrift) { return change }
    if logged != desired.logging {
      let words = "logs were \(logged.isEmpty ? "none" : logged.sorted().joined(separator: ", "))"
      return .init(
        .logging(desired.logging),
        details: [words],
        repairs: isDrift ? ["EKS cluster \(cluster.name): \(words)"] : []
      )
    }
    return upgrade(cluster)
  }

  private mutating func upgrade(_ cluster: EKS.Cluster) -> Planner.Row.Change? {
    guard let version = seen.version, cluster.status == "ACTIVE" else { return nil }
    if version > desired.version {
      let words =
        "EKS cluster \(cluster.name) is at Kubernetes \(version), ahead of spec.version \(desired.version), and never goes "
        + "back: set spec.version to \(version)"
      planner.plan.report.remarks.append(words)
    }
    guard version < desired.version else { return nil }
    let next = version.next
    guard seen.blockers.isEmpty else {
      let named = seen.blockers.prefix(5).map { "\($0.name ?? "a check"): \($0.insightStatus?.reason ?? "no reason")" }
      let words =
        "EKS's upgrade check for Kubernetes \(next) has found \(named.joined(separator: "; ")): mend these first"
      planner.plan.problem(.controlPlane, .refusedByCloud, words)
      return nil
    }
    let behind = ownNodeGroups.filter { $0.version != version.description }.map(\.nodegroupName)
    guard behind.isEmpty else {
      planner.plan.later(
        .controlPlane,
        "upgrade to Kubernetes \(next), once \(behind.joined(separator: ", ")) has \(version)"
      )
      return nil
    }
    return .init(.upgrade(to: next), details: ["Kubernetes \(version) to \(next)"])
  }

  /// Sorted by name.
  var ownNodeGroups: [EKS.NodeGroup] {
    seen.nodeGroups.values.filter { desired.owns($0.tags) }.sorted { $0.nodegroupName < $1.nodegroupName }
  }
}
