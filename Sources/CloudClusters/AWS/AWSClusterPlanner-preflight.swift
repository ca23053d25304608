internal import AWS
internal import CloudResources
internal import Foundations

/// Refusals before anything is created.
extension AWSClusterPlanner {
  /// EKS puts its own network interfaces into each subnet (EKS User Guide, "Subnet requirements": at least six
  /// addresses).
  static let controlPlaneAddresses = 6
  /// Pods use addresses of the VPC, so a node takes more than its own. This counts ten pods, which is few.
  static let addressesOfNode = 11

  /// - Returns: whether the cluster can be created, or exists already.
  mutating func preflight() -> Bool {
    guard seen.cluster == nil, let surroundings = seen.surroundings else { return true }
    let refusals = [zones(), version(surroundings), freeAddresses(surroundings), serviceRange()].compactMap { $0 }
    for message in refusals { planner.plan.problem(.controlPlane, .invalidSpec, message) }
    planner.plan.obstacle = "what stands under ControlPlaneReady"
    return refusals.isEmpty
  }

  private func zones() -> String? {
    let zones = Set(desired.network.subnets.map(\.zone))
    guard zones.count < 2 else { return nil }
    let named = zones.isEmpty ? "none" : zones.joined()
    return
      "EKS needs subnets in two zones, and spec.subnets are in \(named): name more, or give the Backbone more zones"
  }

  private func version(_ surroundings: AWSClusterState.Surroundings) -> String? {
    let offered = surroundings.versions
    guard !offered.isEmpty, !offered.contains(desired.version.description) else { return nil }
    return "EKS does not offer Kubernetes \(desired.version) in \(desired.region): set spec.version to one of "
      + offered.joined(separator: ", ")
  }

  private func freeAddresses(_ surroundings: AWSClusterState.Surroundings) -> String? {
    let subnets = desired.network.subnets.compactMap { subnet in
      surroundings.freeAddresses[subnet.id].map { (subnet.name, $0) }
    }
    if let (name, free) = subnets.first(where: { $0.1 < Self.controlPlaneAddresses }) {
      return
        "subnet \(name) has \(free) free addresses, and the control plane of EKS needs \(Self.controlPlaneAddresses) "
        + "in each subnet"
    }
    let free = subnets.reduce(0) { $0 + $1.1 }
    let nodes = desired.pools.reduce(0) { $0 + $1.maxSize }
    let needed = nodes * Self.addressesOfNode + subnets.count * Self.controlPlaneAddresses
    guard !subnets.isEmpty, free < needed else { return nil }
    return
      "the subnets have \(free) free addresses, and \(nodes) nodes with ten pods each need \(needed): lower maxSize, or "
      + "give the Backbone larger subnets"
  }

  /// EKS takes /24 to /12 of the private ranges, outside the network (EKS API, KubernetesNetworkConfigRequest).
  private func serviceRange() -> String? {
    guard let range = desired.serviceRange else { return nil }
    let field = "spec.network.services \(range)"
    if let taken = desired.network.ranges.first(where: { $0.overlaps(range) }) {
      return "\(field) overlaps \(taken) of the Backbone: choose another, or leave it out"
    }
    let isPrivate = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { IPv4Network($0) }
      .contains { $0.contains(range) }
    guard isPrivate, (12...24).contains(range.prefixLength) else {
      return "\(field) is not a /12 to /24 of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, which EKS demands"
    }
    return nil
  }
}
