internal import AWS
internal import CloudResources

extension AWSRole {
  static let flowLog = "flow-log"
}

extension DesiredNetwork {
  /// Set on the workload group before a flow log is created and removed after it is deleted, so that a crash cannot
  /// hide one. Flow logs are listed only if this tag exists.
  static let flowLogTag = "cloudlinker.dev/flow-log"

  var flowLogDestination: String? { hasFlowLogs ? flowLogsBucketARN : nil }

  func groupTags(role: String) -> [String: String] {
    let mark = flowLogDestination == nil || role != AWSRole.workload ? [:] : [Self.flowLogTag: "s3"]
    return tags(role: role).merging(mark) { $1 }
  }
}

extension AWSNetworkPlanner {
  /// A flow log cannot change. For another bucket a second one is created before the first one is deleted, so that no
  /// flow is missed.
  mutating func flowLog(_ vpc: AWSReference) {
    let role = AWSRole.flowLog
    let all = (state.flowLogs ?? []).filter { vpc == .id($0.resourceID) }
    let mine = all.filter { owns($0.tags) }
    guard let destination = desired.flowLogDestination else { return takeFlowLogTag(unless: !mine.isEmpty) }
    if let found = mine.filter({ $0.goes(to: destination) }).min(by: { $0.id < $1.id }) {
      keep(.network, role: role, found.id, tags: found.tags)
      return tellOfDelivery(found)
    }
    if let other = all.first(where: { !owns($0.tags) && $0.traffic == "ALL" && $0.goes(to: destination) }) {
      return problem(
        .network,
        .foreignObject,
        "flow log \(other.id)\(named(other.tags)), which is not this Backbone's, writes the same to \(destination), and "
          + "EC2 allows no second one: delete it, or leave spec.flowLogs out"
      )
    }
    if let group = state.securityGroups.first(where: { $0.id == plan.report.ids[AWSRole.workload] }),
      group.tags[DesiredNetwork.flowLogTag] == nil
    {
      act(.network, .setTags([group.id], [DesiredNetwork.flowLogTag: "s3"]), isCosmetic: true)
    }
    let token = desired.token(role: "\(role) \(destination)", after: mine.map(\.id) + [desired.knownIDs[role] ?? ""])
    act(
      .network,
      .createFlowLog(vpc: vpc, destination: destination, token: token, tags: desired.tags(role: role)),
      repair: mine.isEmpty ? repairOfLost(role) : nil
    )
  }

  private mutating func takeFlowLogTag(unless isNeeded: Bool) {
    guard !isNeeded, state.flowLogs != nil else { return }
    let groups = state.securityGroups.filter { owns($0.tags) && $0.tags[DesiredNetwork.flowLogTag] != nil }
    guard !groups.isEmpty else { return }
    act(.network, .removeTags(groups.map(\.id).sorted(), keys: [DesiredNetwork.flowLogTag]), isCosmetic: true)
  }

  private mutating func tellOfDelivery(_ log: EC2.FlowLog) {
    guard log.deliveryStatus == "FAILED" else { return }
    let error = log.deliveryError ?? "no reason given"
    let isRefused = error.lowercased().contains("access")
    let cure =
      isRefused
      ? "let delivery.logs.amazonaws.com write to the bucket, by the bucket's policy and its key's"
      : "EC2 tries again"
    problem(
      .network,
      isRefused ? .permissionMissing : .cloudFailure,
      "flow log \(log.id) cannot be delivered to \(log.destination) (\(error)): \(cure)"
    )
  }
}

extension EC2.FlowLog {
  func goes(to wanted: String) -> Bool {
    func bare(_ text: String) -> Substring { text.hasSuffix("/") ? text.dropLast() : text[...] }
    return bare(destination) == bare(wanted)
  }
}
