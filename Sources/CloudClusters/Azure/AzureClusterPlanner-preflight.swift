internal import Azure
internal import CloudNetworks
internal import CloudResources
internal import Foundations

/// Refusals before anything is created, and the ranges that follow from the Backbone's.
extension AzureClusterPlanner {
  /// An overlay gives each node a /24 (https://learn.microsoft.com/azure/aks/azure-cni-overlay, "IP address planning").
  static let prefixOfNode = 24

  /// - Returns: whether the cluster can be created, or exists already.
  mutating func preflight() -> Bool {
    guard seen.cluster == nil, let surroundings = seen.surroundings else { return true }
    let refusals = [
      place(), version(surroundings), wayOut(surroundings), pods(), services(), systemPool(), secretsKey(), logging(),
    ].compactMap { $0 }
    for message in refusals { planner.plan.problem(.controlPlane, .invalidSpec, message) }
    planner.plan.obstacle = "the control plane: see ControlPlaneReady"
    return refusals.isEmpty
  }

  private func place() -> String? {
    guard names.network != nil else {
      return "the Backbone's network \(desired.network.id) is not a resource id of Azure"
    }
    guard let text = desired.azure.identityID, !names.identityIsGiven else { return nil }
    return
      "spec.azure.identityID \(text) is not the resource id of a user-assigned identity: copy it from the portal or from "
      + "az identity show --query id"
  }

  private func version(_ surroundings: AzureClusterState.Surroundings) -> String? {
    let offered = surroundings.versions
    guard !offered.isEmpty, !offered.contains(desired.version.description) else { return nil }
    return "AKS does not offer Kubernetes \(desired.version) in \(desired.region): set spec.version to one of "
      + offered.joined(separator: ", ")
  }

  /// Nodes pull images and reach the control plane through the Backbone's egress.
  private func wayOut(_ surroundings: AzureClusterState.Surroundings) -> String? {
    guard let network = surroundings.network else { return "there is no network \(desired.network.id) in Azure" }
    let without = desired.network.subnets.filter { subnet in
      let found = network.subnets.first { $0.id == ResourceID(subnet.id) }
      return found?.natGateway == nil
    }
    guard !without.isEmpty else { return nil }
    return
      "subnet \(without.map(\.name).joined(separator: ", ")) has no NAT gateway, and nodes of AKS need a way out to 443: "
      + "let the Backbone have one (spec.egress), or leave the subnet out of spec.subnets"
  }

  // MARK: Ranges

  /// Ranges of pods in the Backbone: all except the network's own, which holds the subnets.
  private var rangesOfPods: [IPv4Network] {
    desired.network.ranges.filter { range in
      !desired.network.subnets.contains { $0.cidr.map { range.overlaps($0) } ?? false }
        && !seenNetworkRanges.contains { range.overlaps($0) }
    }
  }

  private var seenNetworkRanges: [IPv4Network] { seen.surroundings?.network?.addressSpace ?? [] }

  /// The spec's range, otherwise the Backbone's, whose rules let nodes and pods talk. Pods of clusters in one network
  /// may share a range, because an overlay's addresses never leave their cluster.
  var podRange: IPv4Network? { desired.podRange ?? rangesOfPods.first }

  /// The spec's range, otherwise a free /20 at the end of 100.64.0.0/10.
  var serviceRange: IPv4Network? {
    if let range = desired.serviceRange { return range }
    let taken = desired.network.ranges + desired.takenRanges + [podRange].compactMap { $0 } + seenNetworkRanges
    let parts = IPv4Network("100.112.0.0/12").map { $0.parts(8) } ?? []
    return parts.last { part in !taken.contains { $0.overlaps(part) } }
  }

  private func pods() -> String? {
    let known = rangesOfPods
    guard let range = podRange else {
      return "the Backbone has no range of pods: set spec.network.podRanges of the Backbone"
    }
    guard known.contains(where: { $0.contains(range) }) else {
      return
        "spec.network.pods \(range) is outside of \(known.map(\.description).joined(separator: ", ")), the Backbone's "
        + "ranges of pods, which its rules let through: choose one inside, or add it to spec.network.podRanges of the Backbone"
    }
    let nodes = desired.pools.reduce(0) { $0 + $1.maxSize + $1.maxUnavailable }
    guard range.prefixLength <= Self.prefixOfNode, nodes <= 1 << (Self.prefixOfNode - range.prefixLength) else {
      return
        "the range of pods \(range) has room for \(1 << max(0, Self.prefixOfNode - range.prefixLength)) nodes with a /24 "
        + "each, and the pools may have \(nodes), those of an upgrade with them: lower maxSize, or use a larger range"
    }
    return nil
  }

  /// AKS takes ranges of /12 and smaller, outside the network.
  private func services() -> String? {
    guard let range = serviceRange else { return "no /20 of 100.112.0.0/12 is free: set spec.network.services" }
    guard desired.serviceRange != nil else { return nil }
    let field = "spec.network.services \(range)"
    let taken = desired.network.ranges + desired.takenRanges + [podRange].compactMap { $0 }
    if let other = taken.first(where: { $0.overlaps(range) }) {
      return "\(field) overlaps \(other), which is in use: choose another, or leave it out"
    }
    guard (12...24).contains(range.prefixLength) else {
      return "\(field) is not a /12 to /24: choose another, or leave it out"
    }
    return nil
  }

  // MARK: Pools

  func systemPool() -> String? {
    guard AzureAgentPool.systemPool(desired) == nil else { return nil }
    return "AKS runs its own pods in one of spec.nodePools: let one have minSize 1 or more, no spot and no taints "
      + "NoSchedule or NoExecute"
  }

  private func secretsKey() -> String? {
    guard desired.secretsKey != nil, !names.identityIsGiven else { return nil }
    return "spec.encryption.secretsKey needs an identity that may use the key before the cluster is made: set "
      + "spec.azure.identityID to one with Key Vault Crypto User on it"
  }
}
