internal import Azure
internal import CloudResources
internal import Foundations

extension AzurePlanner {
  /// The subnets that we make.
  var ownSubnets: [DesiredNetwork.Subnet] { desired.subnets.filter { $0.existingID == nil } }

  mutating func planPresence() {
    guard checkSpec(), isAdoptedNetworkThere(), planGroup() else { return }
    planNetwork()
    for subnet in ownSubnets { planFirewall(subnet.name) }
    planRoutes()
    planEgress()
    planSubnets()
    planStale()
    plan.judge()
  }

  /// What the schema does not know of Azure.
  private mutating func checkSpec() -> Bool {
    func isName(_ text: String, _ limit: Int) -> Bool {
      (1...limit).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
          default: false
          }
        } && text.first != "." && text.last != "." && text.first != "-" && text.last != "-"
    }
    for subnet in desired.subnets where !isName(subnet.name, 80) || !(subnet.zone.isEmpty || isName(subnet.zone, 12)) {
      let message = "subnet \(subnet.name), zone \(subnet.zone): Azure takes letters, digits, dots and dashes"
      problem(.subnets, .invalidSpec, message)
    }
    for (name, value) in desired.tags {
      let isBad =
        name.isEmpty || name.utf8.count > 512 || value.utf8.count > 256 || name.contains { "<>%&\\?/".contains($0) }
      if isBad {
        problem(.network, .invalidSpec, "tag \(name): Azure takes 512 characters without <>%&\\?/ and a value of 256")
      }
    }
    if desired.tags.count > 47 { problem(.network, .invalidSpec, "Azure takes 50 tags, three of which are ours") }
    if Set(desired.tags.keys.map { $0.lowercased() }).count < desired.tags.count {
      problem(.network, .invalidSpec, "two tags differ in case only, which are one in Azure")
    }
    let texts =
      desired.egress.existingIDs + desired.subnets.compactMap(\.existingID) + [desired.existingNetworkID ?? ""]
    for text in texts where !text.isEmpty && ResourceID(text) == nil {
      problem(.network, .invalidSpec, "\(text) is no resource id: /subscriptions/…/resourceGroups/…/providers/…")
    }
    let limit = AzureRules.last - AzureRules.first
    if max(desired.ingressRules.count, desired.egressRules.count) > limit {
      problem(.firewall, .invalidSpec, "a security group takes \(limit) rules in each direction beside ours")
    }
    let isGood = plan.problems.isEmpty
    if desired.hasFlowLogs {
      problem(
        .network,
        .invalidSpec,
        "Azure flow logs need a Network Watcher and a storage account of the subscription, which the operator does not "
          + "manage: remove spec.flowLogs"
      )
    }
    return isGood
  }

  /// False when nothing can be made in it.
  private mutating func planGroup() -> Bool {
    guard let group = seen.group else {
      guard !names.groupIsGiven else {
        problem(
          .network,
          .existingNotFound,
          "resource group \(names.groupID.name) is not there: make it, or name another"
        )
        return false
      }
      // Made at once: what comes after it can be in the same plan.
      act(.create, .group, nil, ResourceGroup(location: desired.region, tags: names.tags(.group, desired.tags)).json)
      return true
    }
    guard group.state != .deleting else {
      wait(.group, "being deleted")
      return false
    }
    guard !names.groupIsGiven else { return true }
    guard seen.role(of: group) == .group else {
      problem(.network, .foreignObject, notOwned(.group))
      return false
    }
    note(group, .group)
    return true
  }

  /// Before anything is made for it.
  private mutating func isAdoptedNetworkThere() -> Bool {
    guard let id = desired.existingNetworkID, seen.networks.isEmpty else { return true }
    problem(.network, .existingNotFound, "virtual network \(id) is not there: correct the id; it is not created")
    return false
  }

  private mutating func planNetwork() {
    guard desired.existingNetworkID == nil else { return planAdoptedNetwork() }
    guard let network = seen.network(desired) else {
      guard seen.foreign(.network, in: seen.networks) == nil else {
        return problem(.network, .foreignObject, notOwned(.network))
      }
      let tags = names.tags(.network, desired.tags)
      networkIsBusy = true
      return act(.create, .network, nil, VirtualNetwork(location: desired.region, cidr: desired.cidr, tags: tags).json)
    }
    plan.report.networkID = network.id?.description
    note(network, .network)
    guard isAtHome(network, .network), isSettled(network, .network) else { return networkIsBusy = true }
    var changed = network
    var detail: [String] = network.state == .failed ? ["its last change failed"] : []
    var repairs: [String] = []
    if !network.addressSpace.contains(where: { $0.contains(desired.cidr) }) {
      changed.addAddressSpace(desired.cidr)
      detail.append("add \(desired.cidr)")
      repairs.append("virtual network \(network.name): address range \(desired.cidr) was missing")
    }
    guard !detail.isEmpty else { return }
    networkIsBusy = true
    act(
      .update(etag: network.etag),
      .network,
      network.id,
      changed.writable,
      detail: detail.joined(separator: ", "),
      repairs: repairs
    )
  }

  private mutating func planAdoptedNetwork() {
    guard let network = seen.networks.first else { return }
    plan.report.networkID = network.id?.description
    for subnet in desired.subnets where !network.addressSpace.contains(where: { $0.contains(subnet.cidr) }) {
      let message = "subnet \(subnet.name): \(subnet.cidr) lies outside virtual network \(network.name)"
      problem(.subnets, .invalidSpec, message)
      networkIsBusy = true
    }
    if !(isAtHome(network, .network) && isSettled(network, .network)) { networkIsBusy = true }
  }

  /// A resource cannot be moved to another region.
  mutating func isAtHome(_ object: some AzureResource, _ role: AzureRole) -> Bool {
    guard let location = object.location, location != desired.region.lowercased().filter({ $0 != " " }) else {
      return true
    }
    problem(role.part, .invalidSpec, "\(role.words) \(object.name) is in \(location), not in \(desired.region)")
    return false
  }

  func notOwned(_ role: AzureRole) -> String {
    "\(role.words) \(names.id(role)) is there without the mark of this Backbone, and is left alone: "
      + "delete or rename it, or put tag \(AzureNames.markTag)=\(names.value) and \(AzureNames.roleTag)=\(role) on it"
  }
}
