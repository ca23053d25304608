internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Everything that the plan of one VPNConnection looks at, gathered before it decides.
struct GatewayFacts: Sendable {
  var connection: VPNConnection
  /// Every PortForward that names the connection.
  var forwards: [PortForward] = []
  /// The other connections of the namespace that ask for the same Service name.
  var rivals: [VPNConnection] = []
  /// Every other connection of the namespace.
  var neighbours: [VPNConnection] = []
  /// The Backbones of the namespace.
  var backbones: [Backbone] = []
  var limits = NamespaceLimits()
  /// PortForwards that have no place in their namespace.
  var forwardsBeyondLimit: Set<ObjectKey> = []
  /// The Service that has the connection's Service name in the environment, whoever made it.
  var alias: Service?
  /// The connection's own Services in the environment under names that it no longer asks for.
  var formerAliases: [Service] = []
  var credentials = Credentials(secrets: [:])
  /// The gateway class that the connection names.
  var gatewayClass = GatewayClassLookup.found(GatewayClass())
  var live = GatewayLive()
  /// What earlier passes have compared.
  var compared = ComparedObjects()
  /// Objects of other connections that have a name which this connection needs.
  var strangers: [GatewayStranger] = []
  /// What each tunnel's gateway said last.
  var observations: [String: GatewayObservation] = [:]
  /// What the gateways said last that are on their way out.
  var draining: [GatewayObservation] = []
  /// Namespaces that a NetworkPolicy cannot select because they lack the label `kubernetes.io/metadata.name`.
  var unlabelledNamespaces: [String] = []
  /// Namespaces that the operator may not read.
  var unknownNamespaces: [String] = []
  /// Something that could not be read. Nothing is decided without it, but the status still reports what was seen.
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
