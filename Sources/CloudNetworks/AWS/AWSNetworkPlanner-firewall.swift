internal import AWS
internal import CloudResources

extension AWSNetworkPlanner {
  mutating func firewall(_ vpc: AWSReference) {
    if desired.existingNetworkID == nil { emptyDefaultGroup(vpc) }
    workloadGroup(vpc)
  }

  /// A workload without a group of its own gets this one; it must not let it talk to anybody.
  private mutating func emptyDefaultGroup(_ vpc: AWSReference) {
    guard case .id(let id) = vpc else {
      return later(.firewall, "empty the default security group of the VPC once it is there")
    }
    guard let group = state.securityGroups.first(where: { $0.vpcID == id && $0.isDefault }) else { return }
    let wasEmpty = desired.ledger.settled[AWSRole.emptyDefaultGroup] == group.id
    if group.ingress.isEmpty && group.egress.isEmpty {
      plan.report.ledger.settled[AWSRole.emptyDefaultGroup] = group.id
    }
    revoke(.ingress, group, group.ingress, isDrift: wasEmpty)
    revoke(.egress, group, group.egress, isDrift: wasEmpty)
  }

  private mutating func workloadGroup(_ vpc: AWSReference) {
    let role = AWSRole.workload
    let ingress = Set(desired.ingressRules.flatMap(\.ec2))
    let egress = Set(desired.egressRules.flatMap(\.ec2))
    let groups = state.securityGroups.filter { vpc == .id($0.vpcID) }
    guard let group = pick(groups, role: role, id: \.id, tags: \.tags, use: { _ in 0 }) else {
      let name = "\(desired.mark.namespace)/\(desired.mark.name) workload"
      act(
        .firewall,
        .createSecurityGroup(name: name, vpc: vpc, tags: desired.groupTags()),
        repair: repairOfLost(role)
      )
      let made = AWSReference.made(role: role)
      if !egress.contains(.allOut) { act(.firewall, .revoke(.egress, group: made, rules: [.allOut])) }
      let rules = sorted(egress.subtracting([.allOut]))
      act(.firewall, .authorize(.egress, group: made, rules: rules, includingMembers: true))
      return act(.firewall, .authorize(.ingress, group: made, rules: sorted(ingress), includingMembers: true))
    }
    keep(.firewall, role: role, group.id, tags: group.tags)
    plan.report.firewallIDs = [group.id]
    // What is too much goes first: what is too little harms nobody's secrets.
    for (direction, wanted, found) in [
      (EC2Client.Direction.ingress, ingress, group.ingress), (.egress, egress, group.egress),
    ] {
      let wanted = wanted.union([.members(of: group.id)])
      revoke(direction, group, found.subtracting(wanted), isDrift: true)
      let missing = sorted(wanted.subtracting(found))
      guard !missing.isEmpty else { continue }
      act(
        .firewall,
        .authorize(direction, group: .id(group.id), rules: missing, includingMembers: false),
        repair: "\(group.id) lacked rules \(direction.words) it: \(missing.map(\.description).joined(separator: ", "))"
      )
    }
  }

  private mutating func revoke(
    _ direction: EC2Client.Direction,
    _ group: EC2.SecurityGroup,
    _ rules: Set<EC2.Rule>,
    isDrift: Bool
  ) {
    guard !rules.isEmpty else { return }
    let list = sorted(rules)
    let words = list.map(\.description).joined(separator: ", ")
    act(
      .firewall,
      .revoke(direction, group: .id(group.id), rules: list),
      repair: isDrift ? "\(group.id) had rules \(direction.words) it that the spec does not have: \(words)" : nil
    )
  }

  private func sorted(_ rules: Set<EC2.Rule>) -> [EC2.Rule] { rules.sorted { $0.description < $1.description } }
}
