internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// The objects of a connection in the gateways' namespace, from the caches.
struct GatewayLive: Sendable {
  var deployments: [Deployment] = []
  var services: [Service] = []
  /// Contents are replaced by their digests: see `SecretDigest`.
  var secrets: [Secret] = []
  var networkPolicies: [NetworkPolicy] = []
  var budgets: [PodDisruptionBudgetV1beta1] = []
  var pods: [Pod] = []

  var isEmpty: Bool {
    deployments.isEmpty && services.isEmpty && secrets.isEmpty && networkPolicies.isEmpty && budgets.isEmpty
      && pods.isEmpty
  }
  /// Name and tunnel of everything except pods, whose names the ReplicaSets choose.
  var names: [(name: String, tunnel: String?)] {
    func all<Object: Resource>(_ objects: [Object]) -> [(name: String, tunnel: String?)] {
      objects.map { ($0.key.name, $0.metadata.labels?[GatewayLabels.tunnel]) }
    }
    return all(deployments) + all(services) + all(secrets) + all(networkPolicies) + all(budgets)
  }
  /// The pod that represents the tunnel: the newest ready one, else the newest. Pods that are ending are left out.
  func pod(tunnel: String) -> Pod? {
    let running = running(tunnel: tunnel)
    return running.last(where: \.isReady) ?? running.last
  }
  func deployment(tunnel: String) -> Deployment? {
    deployments.first { $0.metadata.labels?[GatewayLabels.tunnel] == tunnel }
  }
  /// The pod that is to replace `pod(tunnel:)` and is not ready yet.
  func successor(tunnel: String) -> Pod? {
    let newest = running(tunnel: tunnel).last
    return newest?.key == pod(tunnel: tunnel)?.key ? nil : newest
  }
  /// Oldest first.
  private func running(tunnel: String) -> [Pod] {
    pods.filter { $0.metadata.labels?[GatewayLabels.tunnel] == tunnel && $0.metadata.deletionTimestamp == nil }
      .sorted { ($0.metadata.creationTimestamp ?? zero, $0.key) < ($1.metadata.creationTimestamp ?? zero, $1.key) }
  }
  private var zero: Timestamp { Timestamp(seconds: 0) }
}

/// An object of another connection with a name that this connection needs.
struct GatewayStranger: Sendable, Hashable {
  var kind: String
  var key: ObjectKey
  /// `namespace/name` of its connection; nil: it belongs to none.
  var owner: String?
}
