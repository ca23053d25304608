internal import AWS
internal import CloudResources
internal import Foundations

extension AWSNetworkPlanner {
  /// The owned VPC to keep: the one with most of our subnets, else the one that is remembered, else the one with the
  /// lowest id.
  var keptVPC: EC2.VPC? {
    func rank(_ vpc: EC2.VPC) -> (Int, Int, String) {
      let subnets = state.subnets.filter { $0.vpcID == vpc.id && owns($0.tags) }.count
      return (-subnets, desired.knownIDs[AWSRole.vpc] == vpc.id ? 0 : 1, vpc.id)
    }
    return state.vpcs.filter { owns($0.tags) }.min { rank($0) < rank($1) }
  }

  /// - Returns: nil if nothing else can be done without the network.
  mutating func network() -> AWSReference? {
    if let id = desired.existingNetworkID { return adoptedNetwork(id) }
    guard let vpc = keptVPC else {
      act(
        .network,
        .createVPC(cidr: desired.cidr.description, tags: desired.tags(role: AWSRole.vpc)),
        repair: repairOfLost(AWSRole.vpc)
      )
      let made = AWSReference.made(role: AWSRole.vpc)
      // A new VPC has DNS support turned on.
      act(.network, .enableDNS(.hostnames, vpc: made))
      return made
    }
    keep(.network, role: AWSRole.vpc, vpc.id, tags: vpc.tags)
    plan.report.networkID = vpc.id
    plan.report.account = vpc.ownerID
    guard vpc.cidr == desired.cidr.description else {
      problem(
        .network,
        .invalidSpec,
        "VPC \(vpc.id) has the range \(vpc.cidr), the spec says \(desired.cidr): a VPC's range cannot change, so restore "
          + "the spec, or delete the Backbone and create it again"
      )
      return nil
    }
    if vpc.state == "pending" { wait(.network, "VPC \(vpc.id) is pending", seconds: 5) }
    if !state.hasDNSHostnames {
      let repair = plan.report.networkID.flatMap { id in
        desired.knownIDs[AWSRole.vpc] == id ? "DNS host names were off in \(id): on again" : nil
      }
      if !state.hasDNSSupport { act(.network, .enableDNS(.support, vpc: .id(vpc.id))) }
      act(.network, .enableDNS(.hostnames, vpc: .id(vpc.id)), repair: repair)
    }
    return .id(vpc.id)
  }

  private mutating func adoptedNetwork(_ id: String) -> AWSReference? {
    guard let vpc = state.vpcs.first(where: { $0.id == id }) else {
      problem(
        .network,
        .existingNotFound,
        "VPC \(id) is not in \(desired.region): correct the id or the region"
      )
      return nil
    }
    plan.report.networkID = vpc.id
    let ranges = vpc.cidrs.compactMap { IPv4Network($0) }
    for subnet in desired.subnets where !ranges.contains(where: { $0.contains(subnet.cidr) }) {
      problem(
        .subnets,
        .invalidSpec,
        "subnet \(subnet.name) \(subnet.cidr) lies outside the ranges of VPC \(id) (\(vpc.cidrs.joined(separator: ", "))): "
          + "choose a range inside, or add one to the VPC"
      )
    }
    return .id(vpc.id)
  }

  /// The ranges of the VPC in use, or of the one that is being created.
  func ranges(of vpc: AWSReference) -> [IPv4Network] {
    guard case .id(let id) = vpc, let found = state.vpcs.first(where: { $0.id == id }) else { return [desired.cidr] }
    return found.cidrs.compactMap { IPv4Network($0) }
  }

  func subnets(in vpc: AWSReference) -> [EC2.Subnet] { state.subnets.filter { vpc == .id($0.vpcID) } }

  // MARK: Subnets

  /// Private subnets that exist or are being created, by name.
  mutating func privateSubnets(_ vpc: AWSReference) -> [String: AWSReference] {
    var result: [String: AWSReference] = [:]
    for wanted in desired.subnets { result[wanted.name] = privateSubnet(wanted, vpc) }
    return result
  }

  private mutating func privateSubnet(_ wanted: DesiredNetwork.Subnet, _ vpc: AWSReference) -> AWSReference? {
    let role = AWSRole.subnet(wanted.name)
    if let id = wanted.existingID {
      guard let found = subnets(in: vpc).first(where: { $0.id == id }) else {
        problem(.subnets, .existingNotFound, "subnet \(id) is not in VPC \(vpc): correct its id")
        return nil
      }
      return shown(found, wanted.name)
    }
    if let zone = desired.routedZones.first(where: { AWSRole.publicSubnet($0) == role }) {
      problem(
        .subnets,
        .invalidSpec,
        "subnet \(wanted.name): the public subnet of the NAT gateway in \(zone) has this name: choose another"
      )
      return nil
    }
    if let found = pick(subnets(in: vpc), role: role, id: \.id, tags: \.tags, use: { _ in 0 }) {
      let extra = [DesiredNetwork.internalLoadBalancerTag: "1"]
      keep(.subnets, role: role, found.id, tags: found.tags, own: wanted.tags, extra: extra)
      guard found.cidr == wanted.cidr.description, found.zone == wanted.zone else {
        problem(
          .subnets,
          .invalidSpec,
          "subnet \(found.id) is \(found.cidr) in \(found.zone), the spec says \(wanted.name) is \(wanted.cidr) in "
            + "\(wanted.zone): subnets do not move, so restore the spec or give the new one another name"
        )
        return shown(found, wanted.name)
      }
      if found.state == "pending" { wait(.subnets, "subnet \(found.id) is pending", seconds: 5) }
      return shown(found, wanted.name)
    }
    let others = subnets(in: vpc).filter { overlaps($0, wanted.cidr) }
    if !others.isEmpty, others.allSatisfy(isUnwanted) {
      let ids = others.map(\.id).sorted().joined(separator: ", ")
      later(.subnets, "create \(role) \(wanted.cidr) in \(wanted.zone) once \(ids) is deleted")
      return nil
    }
    if let other = others.first(where: { !isUnwanted($0) }) {
      problem(
        .subnets,
        .foreignObject,
        "subnet \(other.id)\(named(other.tags)) has \(other.cidr), where the spec wants \(wanted.name) \(wanted.cidr), and "
          + "is not \(wanted.name) by its tags: delete it, or change the spec"
      )
      return nil
    }
    let tags = desired.with(wanted.tags).tags(role: role).merging([DesiredNetwork.internalLoadBalancerTag: "1"]) { $1 }
    act(
      .subnets,
      .createSubnet(role: role, vpc: vpc, cidr: wanted.cidr.description, zone: wanted.zone, tags: tags),
      repair: repairOfLost(role)
    )
    return .made(role: role)
  }

  /// Whether it is a private subnet that the spec no longer names, so that this plan deletes it.
  private func isUnwanted(_ subnet: EC2.Subnet) -> Bool {
    guard state.isPrivate(subnet, desired), let role = desired.role(subnet.id, subnet.tags) else { return false }
    return role.hasPrefix(AWSRole.subnet("")) && !desired.subnets.contains { AWSRole.subnet($0.name) == role }
  }

  private mutating func shown(_ subnet: EC2.Subnet, _ name: String) -> AWSReference {
    plan.report.subnets.append(reported(subnet, name))
    return .id(subnet.id)
  }

  func reported(_ subnet: EC2.Subnet, _ name: String) -> NetworkReport.Subnet {
    NetworkReport.Subnet(
      name: name,
      id: subnet.id,
      zone: subnet.zone,
      cidr: subnet.cidr,
      freeAddresses: subnet.freeAddresses
    )
  }

  func overlaps(_ subnet: EC2.Subnet, _ cidr: IPv4Network) -> Bool {
    IPv4Network(subnet.cidr).map { $0.overlaps(cidr) } ?? false
  }

  func named(_ tags: [String: String]) -> String { tags["Name"].map { " (\($0))" } ?? "" }
}
