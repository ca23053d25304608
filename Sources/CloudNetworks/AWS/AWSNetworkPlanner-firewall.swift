internal import AWS
internal import CloudResources
internal import Foundations

extension AWSNetworkPlanner {
  /// - Returns: the security group of interface endpoints; nil if the spec asks for no endpoints.
  mutating func firewall(_ vpc: AWSReference) -> AWSReference? {
    if desired.existingNetworkID == nil { emptyDefaultGroup(vpc) }
    let workload = AWSGroupRules(workloadsOf: desired)
    var endpoints = AWSGroupRules(includesMembers: false)
    for range in [desired.cidr] + desired.givenPodRanges {
      endpoints.add(DesiredNetwork.Rule(cidr: range, transport: .tcp, ports: [443...443]), .ingress)
    }
    _ = group(AWSRole.workload, "workload", workload, vpc)
    remarkOpenings(beyond: workload, vpc)
    guard !desired.privateServices.isEmpty else { return nil }
    return group(AWSRole.endpointsGroup, "endpoints", endpoints, vpc)
  }

  /// A workload without a group of its own gets this group, which must not allow it to talk to anybody.
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

  /// - Parameter suffix: the end of the group's name. The name contains a part of the uid, because another Backbone of
  ///   the same name may have left its group in an adopted VPC. It begins with `cloudlinker`, because EC2 refuses names
  ///   that begin with `sg-`.
  private mutating func group(
    _ role: String,
    _ suffix: String,
    _ rules: AWSGroupRules,
    _ vpc: AWSReference
  ) -> AWSReference {
    let groups = state.securityGroups.filter { vpc == .id($0.vpcID) }
    guard let group = pick(groups, role: role, id: \.id, tags: \.tags, use: { _ in 0 }) else {
      return createGroup(role, suffix, rules, vpc)
    }
    keep(.firewall, role: role, group.id, tags: group.tags)
    plan.report.firewallIDs.append(group.id)
    // Surplus rules are removed before missing ones are added: a rule too few exposes nothing.
    for direction in [EC2Client.Direction.ingress, .egress] {
      let found = direction == .ingress ? group.ingress : group.egress
      let members: Set<EC2.Rule> = rules.includesMembers ? [.members(of: group.id)] : []
      let wanted = rules.all(direction).union(members)
      revoke(direction, group, found.subtracting(wanted), isDrift: true)
      let missing = sorted(wanted.subtracting(found))
      if !missing.isEmpty {
        act(
          .firewall,
          .authorize(
            direction,
            group: .id(group.id),
            rules: missing,
            notes: rules.notes(direction),
            includingMembers: false
          ),
          repair:
            "\(group.id) lacked rules \(direction.words) it: \(missing.map(\.description).joined(separator: ", "))"
        )
      }
      describe(direction, group, rules.notes(direction).filter { found.contains($0.key) })
    }
    return .id(group.id)
  }

  private mutating func createGroup(
    _ role: String,
    _ suffix: String,
    _ rules: AWSGroupRules,
    _ vpc: AWSReference
  ) -> AWSReference {
    let mark = desired.mark
    let name = "cloudlinker \(mark.namespace)/\(mark.name) \(suffix) \(mark.uid.prefix(8))"
    act(
      .firewall,
      .createSecurityGroup(role: role, name: name, vpc: vpc, tags: desired.groupTags(role: role)),
      repair: repairOfLost(role)
    )
    let made = AWSReference.made(role: role)
    for direction in [EC2Client.Direction.egress, .ingress] {
      var wanted = rules.all(direction)
      if direction == .egress, wanted.remove(.allOut) == nil {
        act(.firewall, .revoke(.egress, group: made, rules: [.allOut]))
      }
      guard !wanted.isEmpty || rules.includesMembers else { continue }
      act(
        .firewall,
        .authorize(
          direction,
          group: made,
          rules: sorted(wanted),
          notes: rules.notes(direction),
          includingMembers: rules.includesMembers
        )
      )
    }
    return made
  }

  /// A rule without a description in the spec keeps the description that it has.
  private mutating func describe(
    _ direction: EC2Client.Direction,
    _ group: EC2.SecurityGroup,
    _ notes: [EC2.Rule: String]
  ) {
    let found = direction == .ingress ? group.ingressNotes : group.egressNotes
    let differing = notes.filter { found[$0.key] != $0.value }
    guard !differing.isEmpty else { return }
    let words = differing.keys.map(\.description).sorted().joined(separator: ", ")
    act(
      .firewall,
      .describeRules(direction, group: group.id, notes: differing),
      repair: "rules \(direction.words) \(group.id) had other descriptions than the spec says: \(words)",
      isCosmetic: true
    )
  }

  /// EKS and load balancers bring groups that are open by design. So groups of others that allow more than the spec are
  /// named, and not changed.
  private mutating func remarkOpenings(beyond rules: AWSGroupRules, _ vpc: AWSReference) {
    let inside = [desired.cidr] + desired.podRanges
    func allowsMore(_ rule: EC2.Rule, _ direction: EC2Client.Direction) -> Bool {
      switch rule.peer {
      case .ipv4(let cidr):
        let isInside = IPv4Network(cidr).map { peer in inside.contains { $0.contains(peer) } } ?? false
        return !isInside && !rules.all(direction).contains(rule)
      case .ipv6: return true
      case .group, .prefixList: return false
      }
    }
    let others = state.securityGroups.filter { group in
      // The groups of connectors are the operator's own.
      let isKnown = owns(group.tags) || group.tags[OwnershipMark.connectionKey] != nil
      let isEmptied = group.isDefault && desired.existingNetworkID == nil
      return vpc == .id(group.vpcID) && !isKnown && !isEmptied
        && (group.ingress.contains { allowsMore($0, .ingress) } || group.egress.contains { allowsMore($0, .egress) })
    }
    guard !others.isEmpty else { return }
    let names = others.map { "\($0.id) (\($0.name))" }.sorted()
    plan.report.remarks[.firewall] =
      "The operator's security groups allow exactly the configured rules. Groups of others in the VPC allow more: "
      + names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
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
