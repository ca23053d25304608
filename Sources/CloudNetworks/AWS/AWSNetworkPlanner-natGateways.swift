internal import AWS
internal import CloudResources
internal import Foundations

extension AWSNetworkPlanner {
  /// - Returns: the address and what is known of it; nil if the user-supplied address does not exist.
  private mutating func address(_ zone: String, given: String?) -> (AWSReference, EC2.Address?)? {
    let role = AWSRole.address(zone)
    if let given {
      let found = state.addresses.first { $0.allocationID == given }
      if found != nil || state.isUsedByNATGateway(given) { return (.id(given), found) }
      problem(
        .egress,
        .existingNotFound,
        "elastic IP \(given) is not in \(desired.region): correct spec.egress.existingAddressIDs"
      )
      return nil
    }
    let inUse = { (address: EC2.Address) in
      self.state.natGateways.contains { $0.isLive && $0.allocationIDs.contains(address.allocationID) } ? 1 : 0
    }
    if let found = pick(state.addresses, role: role, id: \.allocationID, tags: \.tags, use: inUse) {
      keep(.egress, role: role, found.allocationID, tags: found.tags)
      return (.id(found.allocationID), found)
    }
    act(.egress, .allocateAddress(role: role, tags: desired.tags(role: role)), repair: repairOfLost(role))
    return (.made(role: role), nil)
  }

  mutating func natGateway(
    _ zone: String,
    _ subnet: AWSReference,
    _ vpc: AWSReference,
    given: String?
  ) -> String? {
    let role = AWSRole.natGateway(zone)
    guard let (address, found) = address(zone, given: given) else { return nil }
    let all = state.natGateways.filter { owns($0.tags) && desired.role($0.id, $0.tags) == role }
    let mine = all.filter { vpc == .id($0.vpcID) }
    // A NAT gateway with another address is surplus. Its successor waits until it is gone.
    let fitting = mine.filter { nat in nat.isLive && nat.allocationIDs.contains { address == .id($0) } }
    let routed = Set(state.routeTables.flatMap { $0.routes.map(\.target) })
    func rank(_ nat: EC2.NATGateway) -> (Int, Int, String) {
      (routed.contains(nat.id) ? 0 : 1, nat.state == "available" ? 0 : 1, nat.id)
    }
    if let nat = fitting.min(by: { rank($0) < rank($1) }) {
      keep(.egress, role: role, nat.id, tags: nat.tags)
      plan.report.egressAddresses += found.map { [$0.publicIP] } ?? nat.publicIPs
      guard nat.state == "available" else {
        wait(.egress, "NAT gateway \(nat.id) in \(zone) is \(nat.state)")
        return nil
      }
      return nat.id
    }
    guard !hasFailedTooOften(mine, zone) else { return nil }
    // A NAT gateway in a duplicate VPC, which is being deleted, holds the address as well.
    if let leaving = all.first(where: \.isThere) {
      replaced.formUnion(all.map(\.id))
      plan.report.ids[role] = leaving.id
      let words = leaving.state == "deleting" ? "is being deleted" : "must be deleted"
      wait(.egress, "NAT gateway \(leaving.id) in \(zone) \(words) before another can be created")
      return nil
    }
    if let found, found.associationID != nil, !mine.contains(where: { $0.state == "failed" }) {
      problem(
        .egress,
        .foreignObject,
        "elastic IP \(found.allocationID) (\(found.publicIP)) is in use by \(found.networkInterfaceID ?? "something else"), "
          + "which is not the NAT gateway of \(zone): disassociate it"
      )
      return nil
    }
    for nat in mine where nat.state == "failed" {
      kept.insert(nat.id)
      plan.report.ids[role] = nat.id
      let words = "NAT gateway \(nat.id) in \(zone) failed (\(nat.failure)): another is made"
      wait(.egress, words)
      act(.egress, .delete(.natGateway, nat.id), repair: words)
    }
    let token = desired.token(role: role, after: mine.map(\.id))
    let repair = mine.contains { $0.state == "failed" } ? nil : repairOfLost(role)
    act(
      .egress,
      .createNATGateway(role: role, subnet: subnet, address: address, token: token, tags: desired.tags(role: role)),
      repair: repair
    )
    return nil
  }

  /// EC2 shows failed NAT gateways for an hour. After three failures no more are created, because what fails at once
  /// will fail again.
  private mutating func hasFailedTooOften(_ mine: [EC2.NATGateway], _ zone: String) -> Bool {
    let failures = mine.filter { $0.failureCode != nil }.sorted { $0.id < $1.id }
    guard failures.count >= 3, let last = failures.max(by: { ($0.created ?? now) < ($1.created ?? now) }) else {
      return false
    }
    for nat in failures { kept.insert(nat.id) }
    // The token of the next NAT gateway is derived from this id.
    plan.report.ids[AWSRole.natGateway(zone)] = last.id
    problem(
      .egress,
      .cloudFailure,
      "\(failures.count) NAT gateways in \(zone) failed within an hour, the last one with \(last.failure): remove the "
        + "cause; another is created when EC2 no longer shows these"
    )
    plan.lookAgain(after: .seconds(600))
    return true
  }
}

extension EC2.NATGateway {
  /// Whether it carries traffic now or soon.
  var isLive: Bool { state == "pending" || state == "available" }
  /// Whether it holds its subnet and its address.
  var isThere: Bool { isLive || state == "deleting" }
  var failure: String { [failureCode, failureMessage].compactMap { $0 }.joined(separator: ": ") }
}
