internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Everything that the plan of one VPNConnection looks at, gathered before it decides.
struct VPNConnectionFacts: Sendable {
  var connection: VPNConnection
  /// Every PortForward that names the connection.
  var forwards: [PortForward] = []
  /// The other connections of the namespace that ask for the same Service name.
  var rivals: [VPNConnection] = []
  /// Every other connection of the namespace.
  var neighbours: [VPNConnection] = []
  var limits = NamespaceLimits()
  /// PortForwards that have no place in their namespace.
  var forwardsBeyondLimit: Set<ObjectKey> = []
  /// What stands under the Service's name in the environment, ours or not.
  var alias: Service?
  /// Services of ours in the environment under a name that the connection no longer asks for.
  var formerAliases: [Service] = []
  var credentials = Credentials(secrets: [:])
  /// The gateway class that the connection names.
  var gatewayClass = GatewayClassLookup.found(GatewayClass())
  var live = GatewayLive()
  /// Objects of others that have a name which this connection's objects would get.
  var strangers: [GatewayStranger] = []
  /// What each tunnel's gateway said last.
  var observations: [String: GatewayObservation] = [:]
  /// What the gateways said last that are on their way out.
  var draining: [GatewayObservation] = []
  /// Namespaces that a NetworkPolicy cannot select because they lack the label `kubernetes.io/metadata.name`.
  var unlabelledNamespaces: [String] = []
  /// Namespaces of which the operator cannot tell, for want of rights.
  var unknownNamespaces: [String] = []
  /// Something that could not be read. Without it nothing can be decided, but what was seen is still told.
  var unread: Obstacle?
  /// For how long a gateway may be silent until nothing is known about it any more.
  var patience: Duration = GatewaySilence.patience
  var defaults: GatewayDefaults
  var now: Timestamp

  var objects: GatewayObjects { GatewayObjects(connection: connection, defaults: defaults, live: live) }

  func podSettings() throws(Refusal) -> GatewayPodSettings {
    try GatewayPodSettings(
      connection.spec.gateway,
      gatewayClass,
      configMap: ObjectKey(namespace: defaults.operatorNamespace, name: defaults.classesName)
    )
  }

  /// Whether the environment's traffic goes through this gateway now. The kubelet's word counts too: an operator that
  /// has just started has not asked the gateways yet.
  func isServing(_ tunnel: String) -> Bool {
    observations[tunnel]?.status?.tunnel.state == .connected
      || live.pod(tunnel: tunnel)?.condition("Ready")?.status == "True"
  }

  /// Whether the status tells of a gateway that this operator, just started, has not heard yet. It is being asked: it
  /// answers in a moment, or that it does not is observed.
  var awaitsFirstWord: Bool {
    connection.spec.tunnels.contains { tunnel in
      guard let pod = live.pod(tunnel: tunnel.name), pod.status?.podIP != nil,
        let told = connection.status?.tunnels?.first(where: { $0.name == tunnel.name })
      else { return false }
      return told.gateway == pod.key.name && observations[tunnel.name]?.pod.uid != pod.metadata.uid
    }
  }
}

/// What stands in the gateways' namespace for one connection, from the caches.
struct GatewayLive: Sendable {
  var deployments: [Deployment] = []
  var services: [Service] = []
  /// Content replaced by its digest: see `SecretDigest`.
  var secrets: [Secret] = []
  var networkPolicies: [NetworkPolicy] = []
  var budgets: [PodDisruptionBudgetV1beta1] = []
  var pods: [Pod] = []

  var isEmpty: Bool {
    deployments.isEmpty && services.isEmpty && secrets.isEmpty && networkPolicies.isEmpty && budgets.isEmpty
      && pods.isEmpty
  }
  /// Name and tunnel of everything but pods, whose names the ReplicaSets choose.
  var names: [(name: String, tunnel: String?)] {
    func all<Object: Resource>(_ objects: [Object]) -> [(name: String, tunnel: String?)] {
      objects.map { ($0.key.name, $0.metadata.labels?[GatewayLabels.tunnel]) }
    }
    return all(deployments) + all(services) + all(secrets) + all(networkPolicies) + all(budgets)
  }
  /// The pod whose tunnel counts: the newest that is ready, else the newest. Those on their way out are left out.
  func pod(tunnel: String) -> Pod? {
    let running = running(tunnel: tunnel)
    return running.last(where: \.isReady) ?? running.last
  }
  /// The pod that is to take the place of `pod(tunnel:)` and is not ready yet.
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

/// An object that stands where one of a connection's would be made, and is not the connection's.
struct GatewayStranger: Sendable, Hashable {
  var kind: String
  var key: ObjectKey
  /// `namespace/name` of the connection that it belongs to; nil: no connection.
  var owner: String?
}

/// One thing to do. Each is safe to repeat, and safe to lose the answer of.
enum GatewayAction: Sendable, Equatable {
  case applySecret(Secret)
  case applyDeployment(Deployment)
  case applyService(Service)
  case applyNetworkPolicy(NetworkPolicy)
  case applyBudget(PodDisruptionBudgetV1beta1)
  case delete(kind: String, ObjectKey, uid: String?)
  /// Annotates a pod with the revision its Secret has, which makes the kubelet refresh the mount at once.
  case refresh(pod: ObjectKey, uid: String?, revision: String)
  /// Annotates a pod so that its gateway ends at once when it is told to, whatever connections it has.
  case disconnect(pod: ObjectKey, uid: String?, at: Timestamp)
}

extension GatewayAction: CustomStringConvertible {
  /// In words, for plan mode and events.
  var description: String {
    switch self {
    case .applySecret(let object): "apply Secret \(object.key) (configuration of one gateway)"
    case .applyDeployment(let object): "apply Deployment \(object.key)"
    case .applyService(let object): "apply Service \(object.key)"
    case .applyNetworkPolicy(let object): "apply NetworkPolicy \(object.key)"
    case .applyBudget(let object): "apply PodDisruptionBudget \(object.key)"
    case .delete(let kind, let key, _): "delete \(kind) \(key)"
    case .disconnect(let pod, _, _): "tell pod \(pod) not to wait for its connections when it ends"
    case .refresh(let pod, _, let revision): "refresh the configuration of pod \(pod) to \(revision)"
    }
  }
}
