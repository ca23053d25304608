internal import AWS
internal import CloudResources

extension AWSClusterPlanner {
  /// Those that node groups need, with what the spec says of them, and then the spec's own.
  var wantedAddOns: [DesiredCluster.AddOn] {
    guard hasNodeGroups else { return desired.addOns }
    let needed = AWSClusterPolicies.neededAddOns.map { name in
      desired.addOns.first { $0.name == name } ?? DesiredCluster.AddOn(name)
    }
    return needed + desired.addOns.filter { !AWSClusterPolicies.neededAddOns.contains($0.name) }
  }

  mutating func planAddOns() {
    for addOn in wantedAddOns { planAddOn(addOn) }
  }

  private mutating func planAddOn(_ wanted: DesiredCluster.AddOn) {
    let role = AWSClusterRole.addOn(wanted.name)
    let found = seen.addOns[wanted.name]
    if let found, desired.owns(found.tags), found.status == "CREATE_FAILED" {
      let reason = found.health?.sentence ?? "no explanation"
      if noteFailure(role, wanted.name, createdAt: found.createdAt) == .remake {
        return act(.delete, role, wanted.name, "its creation failed, and it is made again: \(reason)")
      }
      return planner.plan.problem(.addOns, .cloudFailure, "add-on \(wanted.name) failed: \(reason)")
    }
    let isNetwork = wanted.name == AWSClusterPolicies.networkAddOn.name
    var request = EKSClient.AddOnRequest(name: wanted.name, tags: desired.tags(role))
    (request.version, request.configuration) = (wanted.version, wanted.configuration)
    if isNetwork {
      (request.serviceAccount, request.roleARN) = (AWSClusterPolicies.networkAddOn.account, usableARN(.network))
    }
    var row = Planner.Row(role, id: wanted.name)
    row.needs = [.cluster] + (isNetwork ? [.role(.network)] : [])
    row.content = .addOn(request)
    row.detail = wanted.version ?? "EKS's default version"
    if let found {
      if desired.owns(found.tags) {
        row.found = sighting(role, wanted.name, found.status, found.health)
        row.change = change(found, wanted)
        row.tags = desired.retagging(role, found.tags)
        noteHealth(found)
      } else {
        row.foreign =
          "add-on \(wanted.name) is there and does not belong to this PrivateCluster: delete it, keeping what it installed"
      }
    }
    _ = planner.plan(row)
  }

  /// coredns is degraded as long as no node can run it, which is no fault.
  private mutating func noteHealth(_ found: EKS.AddOn) {
    switch found.status {
    case "ACTIVE": noteReady(.addOn(found.addonName))
    case "DEGRADED" where !ownNodeGroups.contains { $0.status == "ACTIVE" }:
      planner.plan.wait(.addOns, "add-on \(found.addonName) waits for nodes")
    case "DEGRADED":
      let words = "add-on \(found.addonName) is degraded: \(found.health?.sentence ?? "no explanation")"
      planner.plan.problem(.addOns, .cloudFailure, words)
    default: break
    }
  }

  private func change(_ found: EKS.AddOn, _ wanted: DesiredCluster.AddOn) -> Planner.Row.Change {
    let followed = found.addonName == AWSClusterPolicies.versionedAddOn ? seen.newerAddOnVersion : nil
    let version = (wanted.version ?? followed).flatMap { $0 == found.addonVersion ? nil : $0 }
    let configuration = wanted.configuration.flatMap { $0 == found.configurationValues ? nil : $0 }
    var details: [String] = []
    if let version { details.append("version \(found.addonVersion ?? "") to \(version)") }
    if configuration != nil { details.append("configuration differed") }
    return .init(.addOnChange(version: version, configuration: configuration), details: details, names: [.cluster])
  }

  mutating func planAutoscaling() {
    guard hasNodeGroups else { return }
    let role = AWSClusterRole.identity
    let account = AWSClusterPolicies.autoscalerAccount
    let name = "\(account.namespace)/\(account.name)"
    var row = Planner.Row(role, id: name)
    row.needs = [.cluster, .role(.autoscaler)]
    row.content = .identity(roleARN: usableARN(.autoscaler) ?? "", tags: desired.tags(role))
    row.detail = "service account \(name)"
    if let found = seen.identity {
      if desired.owns(found.tags) {
        row.found = Sighting(id: found.associationId, label: role.summary, state: .ready)
      } else {
        row.foreign =
          "service account \(name) has role \(found.roleArn ?? "") by somebody else's Pod Identity association "
          + "\(found.associationId): delete it"
      }
    }
    _ = planner.plan(row)
  }
}
