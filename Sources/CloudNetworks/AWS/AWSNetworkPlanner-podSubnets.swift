internal import AWS
internal import CloudResources
internal import Foundations

extension AWSRole {
  static func podRange(_ range: IPv4Network) -> String { "\(podRangePrefix)\(range)" }
  static let podRangePrefix = "pod-range-"
  static func podSubnet(_ zone: String, _ range: IPv4Network) -> String { "pods-\(zone)-\(range)" }
}

/// Ranges of pods: secondary ranges of the VPC, each with a subnet in every zone that has an owned private subnet.
///
/// A zone gets the first free eighth of a range, just as private subnets do when the spec only counts zones. An
/// existing subnet keeps its range.
extension AWSNetworkPlanner {
  /// - Returns: subnets that exist or are being created, by zone.
  mutating func podSubnets(_ vpc: AWSReference) -> [String: [AWSReference]] {
    guard desired.hasGivenPodRanges else { return [:] }
    var result: [String: [AWSReference]] = [:]
    var taken = subnets(in: vpc).compactMap { IPv4Network($0.cidr) }
    for range in desired.podRanges {
      plan.report.podRanges.append(range.description)
      guard isUsable(range, vpc) else { continue }
      for zone in desired.routedZones {
        guard let subnet = podSubnet(zone, range, vpc, &taken) else { continue }
        result[zone, default: []].append(subnet)
      }
    }
    return result
  }

  /// Whether subnets can be created in the range; if not, the plan says why or adds the range.
  private mutating func isUsable(_ range: IPv4Network, _ vpc: AWSReference) -> Bool {
    let role = AWSRole.podRange(range)
    let found = state.vpcs.first { vpc == .id($0.id) }
    let afterwards = "create the pod subnets of \(range) once it belongs to the VPC"
    if let found, found.pendingRanges.contains(range.description) {
      plan.report.ids[role] = found.associations[range.description]
      wait(.subnets, "range \(range) is being added to VPC \(found.id)", seconds: 5)
      later(.subnets, afterwards)
      return false
    }
    if desired.existingNetworkID != nil {
      if ranges(of: vpc).contains(where: { $0.contains(range) }) { return true }
      problem(
        .subnets,
        .existingNotFound,
        "\(range) of spec.network.podRanges is no range of VPC \(vpc), which is not this Backbone's: add it there"
      )
      return false
    }
    if let association = found?.associations[range.description] {
      plan.report.ids[role] = association
      return true
    }
    // Noted in every pass until the range belongs to the VPC; see `intendedRanges`.
    plan.report.ledger.settled[role] = Self.intended
    if desired.ledger.settled[role] == Self.intended {
      act(.subnets, .addRange(role: role, vpc: vpc, cidr: range.description), repair: repairOfLost(role))
    } else {
      plan.report.ids[role] = desired.knownIDs[role]
      later(.subnets, "add range \(range) to VPC \(vpc)")
      plan.lookAgain(after: .seconds(1))
    }
    later(.subnets, afterwards)
    return false
  }

  private mutating func podSubnet(
    _ zone: String,
    _ range: IPv4Network,
    _ vpc: AWSReference,
    _ taken: inout [IPv4Network]
  ) -> AWSReference? {
    let role = AWSRole.podSubnet(zone, range)
    if let found = pick(subnets(in: vpc), role: role, id: \.id, tags: \.tags, use: { _ in 0 }) {
      keep(.subnets, role: role, found.id, tags: found.tags)
      if found.state == "pending" { wait(.subnets, "subnet \(found.id) is pending", seconds: 5) }
      plan.report.podSubnets.append(reported(found, role))
      return .id(found.id)
    }
    guard let free = range.parts(3).first(where: { part in !taken.contains { $0.overlaps(part) } }) else {
      problem(
        .subnets,
        .invalidSpec,
        "\(range) of spec.network.podRanges has no eighth left for \(zone): add another range"
      )
      return nil
    }
    taken.append(free)
    act(
      .subnets,
      .createSubnet(role: role, vpc: vpc, cidr: free.description, zone: zone, tags: desired.tags(role: role)),
      repair: repairOfLost(role)
    )
    return .made(role: role)
  }

  /// The note in `Ledger.settled`, under the role of a range that is to be added.
  private static let intended = "to be added"

  /// Ranges, by role, that an earlier pass intended to add and that the VPC does not show yet.
  ///
  /// EC2 keeps no tags for a range of a VPC, so only the ledger knows that a range is ours. A range is added only after
  /// a status holds the intention. If the process crashes right after the request and the spec drops the range, the
  /// next pass still knows whose it is. The intention is dropped when EC2 has not shown the range for as long as it may
  /// lag.
  private var intendedRanges: [String: String] {
    desired.ledger.settled.filter { $0.key.hasPrefix(AWSRole.podRangePrefix) }
  }

  /// Owned ranges that the spec no longer names, with the ids of their associations with the VPC.
  private func surplusRanges() -> [(range: IPv4Network, association: String)] {
    guard desired.existingNetworkID == nil, let vpc = keptVPC, kept.contains(vpc.id) else { return [] }
    let wanted = desired.hasGivenPodRanges ? Set(desired.podRanges) : []
    return vpc.associations.compactMap { text, association in
      guard let range = IPv4Network(text), !wanted.contains(range),
        desired.knownIDs[AWSRole.podRange(range)] == association || intendedRanges[AWSRole.podRange(range)] != nil
      else { return nil }
      return (range, association)
    }.sorted { $0.association < $1.association }
  }

  /// Called in every pass, no matter what else has to wait, because a range that is forgotten here is never removed.
  mutating func rememberSurplusRanges() {
    let surplus = surplusRanges()
    for (range, association) in surplus { plan.report.ids[AWSRole.podRange(range)] = association }
    let shown = Set(surplus.map { AWSRole.podRange($0.range) })
    for (role, note) in intendedRanges where plan.report.ledger.settled[role] == nil && !shown.contains(role) {
      let until = Timestamp(note) ?? now.advanced(by: RecentlyMade.window)
      if now < until { plan.report.ledger.settled[role] = until.description }
    }
  }

  mutating func tearDownRanges(after served: Set<String>) {
    for (range, association) in surplusRanges() {
      let users = state.subnets.filter { subnet in
        subnet.vpcID == keptVPC?.id && overlaps(subnet, range) && !served.contains(subnet.id)
      }
      if let user = users.first {
        problem(
          .subnets,
          .inUse,
          "range \(range) cannot be taken from its VPC while subnet \(user.id)\(named(user.tags)) lies in it, which is not "
            + "this Backbone's: delete it"
        )
      } else {
        act(.subnets, .delete(.range, association, after: served))
      }
    }
  }
}
