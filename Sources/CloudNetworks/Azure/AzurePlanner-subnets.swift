internal import Azure
internal import CloudResources
internal import Foundations

extension AzurePlanner {
  mutating func planSubnets() {
    let network = seen.network(desired)
    let subnets = network?.subnets ?? []
    for subnet in subnets where [.underWay, .deleting].contains(subnet.state) {
      networkIsBusy = true
      let isWanted = desired.subnets.contains { $0.name.lowercased() == subnet.name.lowercased() }
      if !isWanted { plan.wait(.subnets, "subnet \(subnet.name), which the spec does not have, is being changed") }
    }
    for wanted in desired.subnets {
      if wanted.existingID != nil {
        planAdopted(wanted, subnets)
      } else if let subnet = subnets.first(where: { $0.name.lowercased() == wanted.name.lowercased() }) {
        planExisting(wanted, subnet)
      } else {
        planMissing(wanted, network)
      }
    }
  }

  private mutating func report(_ wanted: DesiredNetwork.Subnet, _ subnet: Subnet) {
    guard let id = subnet.id?.description else { return }
    // Azure keeps five addresses of every subnet for itself.
    let free = subnet.cidr.map { max(0, (1 << (32 - $0.prefixLength)) - 5 - subnet.usedAddresses) }
    let cidr = subnet.cidr?.description ?? wanted.cidr.description
    plan.report.subnets.append(.init(name: wanted.name, id: id, zone: wanted.zone, cidr: cidr, freeAddresses: free))
  }

  private mutating func planAdopted(_ wanted: DesiredNetwork.Subnet, _ subnets: [Subnet]) {
    let id = wanted.existingID.flatMap { ResourceID($0) }
    guard let subnet = subnets.first(where: { $0.id == id }) else {
      return problem(.subnets, .existingNotFound, "subnet \(wanted.existingID ?? "") is not there")
    }
    report(wanted, subnet)
  }

  /// What a subnet of ours names, as far as that can be named now; nil: it is not ready.
  private func parts(_ wanted: DesiredNetwork.Subnet) -> (firewall: ResourceID?, routes: ResourceID?, nat: ResourceID?)
  {
    func ready(_ object: (some AzureResource)?) -> ResourceID? { isUsable(object) ? object?.id : nil }
    let gateway = natKey(wanted).flatMap { seen.natGateway($0) }
    return (ready(seen.firewall(wanted.name)), ready(seen.routeTable), ready(gateway))
  }

  private mutating func planMissing(_ wanted: DesiredNetwork.Subnet, _ network: VirtualNetwork?) {
    let role = AzureRole.subnet(wanted.name)
    let words = "create \(role.words) (\(wanted.cidr))"
    let parts = parts(wanted)
    guard let id = network?.id, let firewall = parts.firewall, let routes = parts.routes,
      parts.nat != nil || natKey(wanted) == nil, !networkIsBusy
    else { return later(.subnets, words) }
    if let other = network?.subnets.first(where: { $0.cidr?.overlaps(wanted.cidr) ?? false }) {
      let message = "subnet \(wanted.name): \(wanted.cidr) overlaps subnet \(other.name) of \(id.name)"
      return problem(.subnets, .foreignObject, message)
    }
    var subnet = Subnet(cidr: wanted.cidr)
    subnet.networkSecurityGroup = firewall
    subnet.routeTable = routes
    subnet.natGateway = parts.nat
    networkIsBusy = true
    act(.create, role, id.child("subnets", wanted.name), subnet.json, detail: wanted.cidr.description)
  }

  private mutating func planExisting(_ wanted: DesiredNetwork.Subnet, _ subnet: Subnet) {
    let role = AzureRole.subnet(wanted.name)
    guard foreignSubnet(wanted.name) == nil else {
      let message = "subnet \(wanted.name) was there before this Backbone, and is left alone: name another, or adopt it"
      return problem(.subnets, .foreignObject, message)
    }
    report(wanted, subnet)
    note(subnet, role)
    guard subnet.cidr == wanted.cidr else {
      let range = subnet.cidr?.description ?? "other ranges"
      return problem(
        .subnets,
        .invalidSpec,
        "subnet \(wanted.name) is \(range) but the spec says \(wanted.cidr): ranges cannot change, so restore the spec or "
          + "give the new subnet another name"
      )
    }
    guard isSettled(subnet, role) else { return }
    let (changed, found) = corrected(wanted, subnet)
    guard !found.isEmpty || subnet.state == .failed else { return }
    let detail = found.isEmpty ? "its last change failed" : found.joined(separator: ", ")
    guard !networkIsBusy, namesOnlyUsable(changed) else {
      return later(.subnets, "update \(role.words): \(detail)")
    }
    networkIsBusy = true
    let repairs = found.map { "subnet \(wanted.name): \($0)" }
    act(.update(etag: subnet.etag), role, subnet.id, changed.writable, detail: detail, repairs: repairs)
  }

  /// The subnet as it should be, and in words what was wrong. A part that is not ready yet is left for later.
  private func corrected(_ wanted: DesiredNetwork.Subnet, _ subnet: Subnet) -> (Subnet, [String]) {
    var changed = subnet
    var found: [String] = []
    let parts = parts(wanted)
    if subnet.defaultOutboundAccess {
      changed.defaultOutboundAccess = false
      found.append("default outbound access was on")
    }
    if let firewall = parts.firewall, subnet.networkSecurityGroup != firewall {
      changed.networkSecurityGroup = firewall
      found.append("network security group was \(subnet.networkSecurityGroup?.name ?? "missing")")
    }
    if let routes = parts.routes, subnet.routeTable != routes {
      changed.routeTable = routes
      found.append("route table was \(subnet.routeTable?.name ?? "missing")")
    }
    if natKey(wanted) == nil || parts.nat != nil, subnet.natGateway != parts.nat {
      changed.natGateway = parts.nat
      found.append("NAT gateway was \(subnet.natGateway?.name ?? "missing")")
    }
    return (changed, found)
  }

  private func namesOnlyUsable(_ subnet: Subnet) -> Bool {
    func isFine(_ id: ResourceID?, _ objects: [some AzureResource]) -> Bool {
      // What is elsewhere is not seen, and Azure's to judge.
      objects.first { $0.id != nil && $0.id == id }.map { isUsable($0) } ?? true
    }
    return isFine(subnet.networkSecurityGroup, seen.firewalls) && isFine(subnet.routeTable, seen.routeTables)
      && isFine(subnet.natGateway, seen.natGateways)
  }
}
