internal import CloudResources
internal import Foundations
internal import GoogleCloud

extension GoogleCloudPlanner {
  /// - Returns: the links of existing subnetworks for the NAT; nil while some are missing. The NAT does not wait for a
  ///   subnetwork that needs the range of a stale one, because that can be deleted only after it was removed from the
  ///   NAT.
  mutating func planSubnetworks(_ layout: GoogleCloudLayout) -> [String]? {
    var links: [String] = []
    var isComplete = true
    for subnet in desired.subnets {
      if subnet.existingID == nil, subnetwork(subnet) == nil, let holder = staleHolder(of: subnet.cidr) {
        let words =
          "create subnetwork \(names.subnetwork(subnet.name)) of \(subnet.cidr) once \(holder.name) is deleted"
        later("subnetwork/\(subnet.name)", words)
        continue
      }
      guard let found = subnet.existingID == nil ? planOwn(subnet, layout) : planAdopted(subnet) else {
        isComplete = false
        continue
      }
      links.append(link(.subnetworks, found.name))
      plan.report.subnets.append(
        NetworkReport.Subnet(
          name: subnet.name,
          id: link(.subnetworks, found.name),
          zone: subnet.zone,
          cidr: found.ipCidrRange ?? subnet.cidr.description
        )
      )
    }
    return isComplete ? links : nil
  }

  private mutating func planAdopted(_ subnet: DesiredNetwork.Subnet) -> Subnetwork? {
    if let id = subnet.existingID, let contradiction = contradiction(id, .subnetworks) {
      problem(.subnets, .invalidSpec, "subnetwork \(id) \(contradiction): correct the id of subnet \(subnet.name)")
      return nil
    }
    guard let found = subnetwork(subnet), found.network.map(ComputeLink.name) == observed.network?.name else {
      let words = "subnetwork \(subnet.existingID ?? "") is not in this network and region \(desired.region)"
      problem(.subnets, .existingNotFound, words + ": correct the id of subnet \(subnet.name)")
      return nil
    }
    return found
  }

  private mutating func planOwn(_ subnet: DesiredNetwork.Subnet, _ layout: GoogleCloudLayout) -> Subnetwork? {
    let role = "subnetwork/\(subnet.name)"
    guard let secondary = layout.secondary[subnet.name] ?? nil else {
      let space = desired.hasGivenPodRanges ? "spec.network.podRanges" : "100.64.0.0/10"
      let cure = desired.hasGivenPodRanges ? "add a range" : "name ranges in spec.network.podRanges"
      problem(.subnets, .invalidSpec, "\(space) has no room for pods and services of subnet \(subnet.name): \(cure)")
      return nil
    }
    guard let found = subnetwork(subnet) else {
      var wanted = Subnetwork(
        name: names.subnetwork(subnet.name),
        description: GoogleCloudMark.description(desired.mark, role: role)
      )
      wanted.network = observed.network.map { link(.networks, $0.name) }
      wanted.ipCidrRange = subnet.cidr.description
      wanted.privateIpGoogleAccess = true
      wanted.secondaryIpRanges = secondary
      wanted.logConfig = Subnetwork.LogConfig(enable: desired.hasFlowLogs)
      let repair = deletedOutside(role, "subnetwork \(wanted.name)")
      act(role, .createSubnetwork(wanted), "create subnetwork \(wanted.name) of \(subnet.cidr)", repair: repair)
      return nil
    }
    guard isOurs(found.description, role), found.network.map(ComputeLink.name) == observed.network?.name else {
      foreign(.subnets, "subnetwork", found.name)
      return nil
    }
    plan.report.ids[role] = found.id
    // Others cannot use it before its creation is done.
    if busy.contains(role), observed.operations[role]?.type == "insert" { return nil }
    planChange(of: found, role, subnet, secondary)
    return found
  }

  /// Plans at most one change, because Compute Engine refuses a second operation on a subnetwork while one is under
  /// way.
  private mutating func planChange(
    of found: Subnetwork,
    _ role: String,
    _ subnet: DesiredNetwork.Subnet,
    _ secondary: [Subnetwork.SecondaryRange]
  ) {
    let seen = found.fingerprint ?? ""
    var patch = Subnetwork(name: found.name)
    patch.fingerprint = found.fingerprint
    if let range = found.ipCidrRange, range != subnet.cidr.description {
      guard let old = IPv4Network(range), subnet.cidr.contains(old) else {
        let words = "subnetwork \(found.name) has \(range) and cannot become \(subnet.cidr), only wider"
        return problem(.subnets, .invalidSpec, words + ": set it back, or give the subnet another name")
      }
      let cidr = subnet.cidr.description
      act(role, .expand(subnetwork: found.name, cidr: cidr), "widen subnetwork \(found.name) to \(cidr)", seen: seen)
    } else if found.privateIpGoogleAccess != true {
      act(
        role,
        .setPrivateGoogleAccess(subnetwork: found.name),
        "turn on Private Google Access of subnetwork \(found.name)",
        seen: seen,
        repair: "Private Google Access of subnetwork \(found.name) had been turned off"
      )
    } else if secondary != found.secondaryIpRanges ?? [] {
      patch.secondaryIpRanges = secondary
      act(
        role,
        .patchSubnetwork(patch),
        "add the secondary ranges of subnetwork \(found.name)",
        seen: seen,
        repair: "secondary ranges of subnetwork \(found.name) had been removed"
      )
    } else if found.logConfig?.enable ?? false != desired.hasFlowLogs {
      patch.logConfig = Subnetwork.LogConfig(enable: desired.hasFlowLogs)
      let words = "turn flow logs of subnetwork \(found.name) \(desired.hasFlowLogs ? "on" : "off")"
      act(role, .patchSubnetwork(patch), words, seen: seen)
    }
  }

  /// Owned subnetworks that the spec no longer has.
  private var stale: [(role: String, found: Subnetwork)] {
    observed.subnetworks.compactMap { found in
      guard let role = GoogleCloudMark.role(in: found.description, of: desired.mark),
        !desired.ownSubnetworkRoles.contains(role)
      else { return nil }
      return (role, found)
    }
  }

  /// The stale subnetwork that occupies a part of that range, as after a rename.
  private func staleHolder(of range: IPv4Network) -> Subnetwork? {
    stale.map(\.found).first { found in
      found.network.map(ComputeLink.name) == observed.network?.name
        && (found.ipCidrRange.flatMap { IPv4Network($0) }?.overlaps(range) ?? false)
    }
  }

  /// Stale subnetworks in which something runs keep Cloud NAT and its addresses. Compute Engine deletes a subnetwork
  /// only after it was removed from Cloud NAT, and that would cut the workloads off.
  func stillServed() -> (links: [String], addresses: [String]) {
    let links = stale.map { link(.subnetworks, $0.found.name) }.filter { path in !users(of: path).isEmpty }
    guard !links.isEmpty, let nat = observed.router?.nats?.first else { return ([], []) }
    let served = (nat.subnetworks ?? []).map { ComputeLink.path($0.name) }
    let addresses = staleAddresses.map { link(.addresses, $0.found.name) }
    return (
      links.filter { served.contains($0) },
      addresses.filter { address in
        (nat.natIps ?? []).contains { ComputeLink.same($0, address) }
      }
    )
  }

  /// Everything that runs in the subnetwork with that path, of any owner.
  func users(of path: String) -> [GoogleCloudObserved.User] {
    (observed.users ?? []).filter { ComputeLink.same($0.subnetwork, path) }
  }

  mutating func removeStaleSubnetworks() {
    for (role, found) in stale {
      let words = "delete subnetwork \(found.name)"
      let path = link(.subnetworks, found.name)
      let users = users(of: path)
      guard users.isEmpty else {
        blocked(.subnets, "subnetwork \(found.name)", users)
        continue
      }
      let sources = (observed.router?.nats ?? []).flatMap { $0.subnetworks ?? [] }
      guard !sources.contains(where: { ComputeLink.same($0.name, path) }) else {
        later(role, words)
        continue
      }
      act(role, .delete(.subnetworks, name: found.name), words, seen: found.fingerprint ?? "")
    }
  }
}
