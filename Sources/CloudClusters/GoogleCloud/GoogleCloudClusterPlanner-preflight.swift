internal import CloudResources
internal import Foundations

/// Refusals before anything is created.
extension GoogleCloudClusterPlanner {
  /// - Returns: whether the cluster can be created, or exists already.
  mutating func preflight() -> Bool {
    guard seen.cluster == nil, let surroundings = seen.surroundings else { return true }
    let refusals = [
      subnets(), nodeServiceAccount(), nodePools(), version(surroundings), ranges(surroundings),
    ].compactMap { $0 }
    for message in refusals { planner.plan.problem(.controlPlane, .invalidSpec, message) }
    planner.plan.obstacle = "the control plane: see ControlPlaneReady"
    return refusals.isEmpty
  }

  private func subnets() -> String? {
    let names = desired.network.subnets.map(\.name)
    guard names.count != 1 else { return nil }
    return "a GKE cluster has one subnetwork, and spec.subnets are \(names.joined(separator: ", ")): name one"
  }

  private func nodeServiceAccount() -> String? {
    guard desired.googleCloud.nodeServiceAccount?.isEmpty != false else { return nil }
    return "spec.gcp.nodeServiceAccount is missing: give nodes a service account with "
      + "roles/container.defaultNodeServiceAccount, because the default one often may change the whole project"
  }

  private func nodePools() -> String? {
    guard desired.pools.isEmpty else { return nil }
    return "spec.nodePools is empty, and GKE makes no cluster without nodes: name a pool"
  }

  private func version(_ surroundings: GoogleCloudClusterState.Surroundings) -> String? {
    let offered = Set(surroundings.versions.compactMap { KubernetesMinor(gke: $0) })
    guard !offered.isEmpty, !offered.contains(desired.version) else { return nil }
    let minors = offered.sorted().map(\.description).joined(separator: ", ")
    return "GKE does not offer Kubernetes \(desired.version) in channel \(desired.googleCloud.channel.rawValue) in "
      + "\(desired.region): set spec.version to one of \(minors), or spec.gcp.channel to another one"
  }

  /// Pods and Services use the Backbone's secondary ranges.
  private func ranges(_ surroundings: GoogleCloudClusterState.Surroundings) -> String? {
    let subnet = desired.network.subnets.first?.name ?? ""
    for (field, name, wanted) in [
      ("pods", DesiredCluster.podsRangeName, desired.podRange),
      ("services", DesiredCluster.servicesRangeName, desired.serviceRange),
    ] {
      guard let found = surroundings.secondaryRanges[name] else {
        return
          "the subnetwork of subnet \(subnet) has no secondary range called \(name): add one, or let the Backbone make "
          + "the subnet"
      }
      if let wanted, wanted.description != found {
        return
          "spec.network.\(field) is \(wanted), and in Google Cloud it is range \(name) of the subnetwork, \(found): leave "
          + "it out"
      }
    }
    let pods = surroundings.secondaryRanges[DesiredCluster.podsRangeName].flatMap { IPv4Network($0) }
    let room = pods.map { (1 << (32 - $0.prefixLength)) / GoogleCloudNodePool.addressesOfNode } ?? .max
    let nodes = desired.pools.reduce(0) { $0 + $1.maxSize }
    guard nodes > room else { return nil }
    return
      "the range of pods \(pods?.description ?? "") is enough for \(room) nodes, and the pools may have \(nodes): lower "
      + "maxSize"
  }
}
