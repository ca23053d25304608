internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Everything that the plan of a VPNConnection depends on, gathered beforehand.
struct GatewayFacts: Sendable {
  var connection: VPNConnection
  /// Every PortForward that names the connection.
  var forwards: [PortForward] = []
  /// Other connections of the namespace that ask for the same Service name.
  var rivals: [VPNConnection] = []
  /// All other connections of the namespace.
  var neighbours: [VPNConnection] = []
  /// The Backbones of the namespace.
  var backbones: [Backbone] = []
  var limits = NamespaceLimits()
  /// PortForwards beyond the limit of their namespace.
  var forwardsBeyondLimit: Set<ObjectKey> = []
  /// The Service with the connection's Service name in the environment, of any owner.
  var alias: Service?
  /// The connection's own Services in the environment under names that it no longer asks for.
  var formerAliases: [Service] = []
  var credentials = Credentials(secrets: [:])
  /// The gateway class that the connection names.
  var gatewayClass = GatewayClassLookup.found(GatewayClass())
  var live = GatewayLive()
  /// Results of earlier comparisons.
  var compared = ComparedObjects()
  /// Objects of other connections with a name that this connection needs.
  var strangers: [GatewayStranger] = []
  /// The last report of each tunnel's gateway.
  var observations: [String: GatewayObservation] = [:]
  /// The last reports of gateways that are ending.
  var draining: [GatewayObservation] = []
  /// Namespaces that a NetworkPolicy cannot select, because they lack the label `kubernetes.io/metadata.name`.
  var unlabelledNamespaces: [String] = []
  /// Namespaces that the operator may not read.
  var unknownNamespaces: [String] = []
  /// Something that could not be read. Without it no action is taken, but the status still reports what was seen.
  var unread: Obstacle?
  /// How long a gateway may be silent before nothing is known about it.
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

  /// Whether the environment's traffic goes through this gateway now. The kubelet's report counts as well, because an
  /// operator that has just started has not asked the gateways yet.
  func isServing(_ tunnel: String) -> Bool {
    observations[tunnel]?.status?.tunnel.state == .connected
      || live.pod(tunnel: tunnel)?.condition("Ready")?.status == "True"
  }

  /// Whether the status names a gateway that has not yet answered this operator, which has just started. Either it
  /// answers in a moment, or its silence is noticed.
  var awaitsFirstWord: Bool {
    connection.spec.tunnels.contains { tunnel in
      guard let pod = live.pod(tunnel: tunnel.name), pod.status?.podIP != nil,
        let told = connection.status?.tunnels?.first(where: { $0.name == tunnel.name })
      else { return false }
      return told.gateway == pod.key.name && observations[tunnel.name]?.pod.uid != pod.metadata.uid
    }
  }
}
