internal import AWS
internal import CloudResources
internal import Foundations

extension AWSNetworkPlanner {
  /// The targets of 0.0.0.0/0 for zones with private subnets. A zone whose NAT gateway does not carry traffic yet is
  /// missing.
  mutating func egress(_ vpc: AWSReference) -> [String: String] {
    guard desired.egress.isMade else { return givenTargets(vpc) }
    let gateways = natGateways(vpc)
    let unused = desired.egress.existingIDs.dropFirst(desired.natZones.count)
    if !unused.isEmpty, !desired.natZones.isEmpty {
      plan.report.remarks[.egress] =
        "There are fewer NAT gateways than spec.egress.existingAddressIDs; not used: "
        + unused.joined(separator: ", ")
    }
    var targets: [String: String] = [:]
    for zone in desired.routedZones { targets[zone] = desired.natZone(for: zone).flatMap { gateways[$0] } }
    return targets
  }

  /// User-supplied next hops and NAT gateways.
  private mutating func givenTargets(_ vpc: AWSReference) -> [String: String] {
    var targets: [String: String] = [:]
    for (index, zone) in desired.routedZones.enumerated() {
      targets[zone] =
        DesiredNetwork.Egress.choice(of: desired.egress.existingNextHops, forZone: index)
        ?? DesiredNetwork.Egress.choice(of: desired.egress.existingNATGatewayIDs, forZone: index)
    }
    for id in desired.egress.existingNATGatewayIDs {
      let found = state.natGateways.first { $0.id == id && vpc == .id($0.vpcID) }
      if let found, found.state == "available" {
        plan.report.egressAddresses += found.publicIPs
        continue
      }
      targets = targets.filter { $0.value != id }
      if let found, found.state == "pending" {
        wait(.egress, "NAT gateway \(id) is pending")
      } else {
        let words = found.map { "is \($0.state)" } ?? "is not in VPC \(vpc)"
        problem(.egress, .existingNotFound, "NAT gateway \(id) \(words): correct spec.egress.existingNATGatewayIDs")
      }
    }
    return targets
  }

  /// NAT gateways that carry traffic, by zone.
  private mutating func natGateways(_ vpc: AWSReference) -> [String: String] {
    guard !desired.natZones.isEmpty else { return [:] }
    let gateway = internetGateway(vpc)
    let table = routeTable(.egress, role: AWSRole.publicRoutes, vpc)
    defaultRoute(.egress, in: table, to: gateway, role: AWSRole.publicRoutes)
    var result: [String: String] = [:]
    // Includes the ranges that this plan hands out, so that no two subnets get the same one.
    var taken = subnets(in: vpc).compactMap { IPv4Network($0.cidr) } + desired.subnets.map(\.cidr)
    for (index, zone) in desired.natZones.enumerated() {
      guard let subnet = publicSubnet(zone, vpc, &taken) else { continue }
      associate(.egress, table, with: subnet)
      let given = index < desired.egress.existingIDs.count ? desired.egress.existingIDs[index] : nil
      result[zone] = natGateway(zone, subnet, vpc, given: given)
    }
    return result
  }

  /// The VPC's internet gateway, no matter who attached it, because EC2 allows only one.
  private mutating func internetGateway(_ vpc: AWSReference) -> AWSReference {
    let role = AWSRole.internetGateway
    if let found = state.internetGateways.first(where: { $0.vpcID.map { vpc == .id($0) } ?? false }) {
      if owns(found.tags) { keep(.egress, role: role, found.id, tags: found.tags) }
      return .id(found.id)
    }
    if let found = state.internetGateways.filter({ owns($0.tags) && $0.vpcID == nil }).min(by: { $0.id < $1.id }) {
      keep(.egress, role: role, found.id, tags: found.tags)
      act(
        .egress,
        .attachInternetGateway(.id(found.id), vpc: vpc),
        repair: "internet gateway \(found.id) was not attached to \(vpc): attached"
      )
      return .id(found.id)
    }
    act(.egress, .createInternetGateway(tags: desired.tags(role: role)), repair: repairOfLost(role))
    act(.egress, .attachInternetGateway(.made(role: role), vpc: vpc))
    return .made(role: role)
  }

  private mutating func publicSubnet(_ zone: String, _ vpc: AWSReference, _ taken: inout [IPv4Network]) -> AWSReference?
  {
    let role = AWSRole.publicSubnet(zone)
    let inUse = { (subnet: EC2.Subnet) in self.state.natGateways.filter { $0.subnetID == subnet.id && $0.isLive }.count
    }
    if let found = pick(subnets(in: vpc), role: role, id: \.id, tags: \.tags, use: inUse) {
      keep(.egress, role: role, found.id, tags: found.tags)
      return .id(found.id)
    }
    // Even in an adopted VPC, only within the range that the spec gives to this Backbone.
    let own = ranges(of: vpc).filter { $0.overlaps(desired.cidr) }.map { $0.contains(desired.cidr) ? desired.cidr : $0 }
    let free = own.compactMap { AWSPublicSubnets.carve(from: $0, avoiding: taken) }
    guard let cidr = free.first else {
      problem(
        .egress,
        .invalidSpec,
        "\(desired.cidr) has no free /28 in \(vpc) for the public subnet of \(zone), which its NAT gateway needs: leave "
          + "16 addresses a zone free at the end of the range"
      )
      return nil
    }
    taken.append(cidr)
    act(
      .egress,
      .createSubnet(role: role, vpc: vpc, cidr: cidr.description, zone: zone, tags: desired.tags(role: role)),
      repair: repairOfLost(role)
    )
    return .made(role: role)
  }
}
