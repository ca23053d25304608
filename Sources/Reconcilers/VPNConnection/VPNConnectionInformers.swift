internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The caches of VPNConnections, and which change wakes which VPNConnection.
struct VPNConnectionInformers: Sendable {
  let connections: Informer<VPNConnection>
  let forwards: Informer<PortForward>
  let backbones: Informer<Backbone>
  let secretMetadata: Informer<PartialMetadata<Secret>>
  let gateways: GatewayInformers
  let exposed: ExposeInformers

  init(_ set: InformerSet, settings: OperatorAssembly.Settings) {
    connections = set.informer(
      in: settings.scope,
      indexers: [
        // A connection that only leads inwards has no Service.
        ConnectionIndex.serviceName: { $0.spec.type == .twingate ? [] : [$0.serviceKey.description] },
        ConnectionIndex.remoteNetwork: { $0.twingateRemoteNetwork.map { [$0] } ?? [] },
        ConnectionIndex.twingateNetwork: { $0.spec.twingate.map { [$0.network] } ?? [] },
        ConnectionIndex.namespace: { [$0.key.namespace] },
        ConnectionIndex.gatewayClass: { [$0.spec.gatewayClassName] },
        ConnectionIndex.secret: { connection in
          (GatewayContent.secretNames(of: connection)
            + (connection.spec.twingate?.serviceAccounts ?? []).map(\.keySecret))
            .map { "\(connection.key.namespace)/\($0)" }
        },
      ]
    )
    forwards = set.portForwards(in: settings.scope)
    backbones = set.informer(in: settings.scope, indexers: BackboneCaches.indexers)
    secretMetadata = set.secretMetadata(in: settings.scope)
    secretMetadata.store.addIndex(KeySecrets.index) { $0.metadata.labels?[KeySecrets.ownerLabel].map { [$0] } ?? [] }
    gateways = GatewayInformers(set, settings: settings)
    exposed = ExposeInformers(set, scope: settings.scope)
  }

  func wake(_ controller: Controller) {
    let store = connections.store
    controller.watch(connections, awaited: .awaited) { Self.asksForPass($0) ? $0.sides.map(\.key) : [] }
    // A change of a connection may cause others with the same Service name to be admitted or refused.
    controller.watch(connections) { change in
      guard change.old == nil || change.new == nil || change.old?.spec.serviceName != change.new?.spec.serviceName
      else { return [] }
      return change.sides.flatMap { store.indexedKeys(ConnectionIndex.serviceName, $0.serviceKey.description) }
    }
    // The same for the remote network at Twingate, which a connection without a token that works is not in the way of.
    controller.watch(connections) { change in
      guard
        change.old?.twingateRemoteNetwork != change.new?.twingateRemoteNetwork
          || change.old?.isStrangerAtTwingate != change.new?.isStrangerAtTwingate
      else { return [] }
      return change.sides.flatMap { side in
        side.twingateRemoteNetwork.map { store.indexedKeys(ConnectionIndex.remoteNetwork, $0) } ?? []
      }
    }
    // When a connection within the limit is deleted or changes its size, others of its namespace may be admitted or
    // refused.
    controller.watch(connections) { change in
      guard let old = change.old, old.status?.conditions?[.accepted]?.status == "True",
        old.spec.podCount != change.new?.spec.podCount
      else { return [] }
      return store.indexedKeys(ConnectionIndex.namespace, old.key.namespace)
    }
    controller.watch(forwards, awaited: .awaited, after: GatewayPace.collection) { change in
      let isNews =
        change.old?.spec != change.new?.spec
        || change.old?.metadata.deletionTimestamp != change.new?.metadata.deletionTimestamp
      return isNews ? change.sides.map(\.connectionKey) : []
    }
    // When a Backbone is created, deleted or changes its range, younger connections of its namespace may be admitted or
    // refused.
    controller.watch(backbones) { change in
      guard let key = change.sides.first?.key,
        change.old?.ranges != change.new?.ranges
          || change.old?.metadata.deletionTimestamp != change.new?.metadata.deletionTimestamp
      else { return [] }
      return store.indexedKeys(ConnectionIndex.namespace, key.namespace)
    }
    controller.watch(secretMetadata) { change in
      change.sides.flatMap { store.indexedKeys(ConnectionIndex.secret, $0.key.description) }
    }
    controller.watch(gateways.classes) { change in
      GatewayClasses.changedNames(change).flatMap { store.indexedKeys(ConnectionIndex.gatewayClass, $0) }
    }
    gateways.wake(controller)
    exposed.wake(controller)
  }

  /// The operator's own status writes are no reason for a pass.
  private static func asksForPass(_ change: Change<VPNConnection>) -> Bool {
    change.old?.spec != change.new?.spec || ObjectMeta.asksForPass(change.old?.metadata, change.new?.metadata)
  }
}

/// Indexes of the cached VPNConnections.
enum ConnectionIndex {
  static let serviceName = "serviceName"
  static let remoteNetwork = "remoteNetwork"
  static let twingateNetwork = "twingateNetwork"
  static let secret = "secret"
  static let namespace = "namespace"
  static let gatewayClass = "gatewayClass"
}

extension Store<VPNConnection> {
  /// Other connections of the namespace with the same Service name.
  func rivals(of connection: VPNConnection) -> [VPNConnection] {
    indexed(ConnectionIndex.serviceName, connection.serviceKey.description).filter { $0.key != connection.key }
  }

  /// Other connections, of any namespace, that ask for the same remote network at Twingate.
  func twingateRivals(of connection: VPNConnection) -> [VPNConnection] {
    guard let place = connection.twingateRemoteNetwork else { return [] }
    return indexed(ConnectionIndex.remoteNetwork, place).filter { $0.key != connection.key }
  }

  /// Other connections, of any namespace, with the same network at Twingate.
  func tenantMates(of connection: VPNConnection) -> [VPNConnection] {
    guard let network = connection.spec.twingate?.network else { return [] }
    return indexed(ConnectionIndex.twingateNetwork, network).filter { $0.key != connection.key }
  }

  /// The other connections of the namespace.
  func neighbours(of connection: VPNConnection) -> [VPNConnection] {
    indexed(ConnectionIndex.namespace, connection.key.namespace).filter { $0.key != connection.key }
  }
}

extension VPNConnection {
  /// `NETWORK/NAME` of its remote network at Twingate.
  var twingateRemoteNetwork: String? { spec.twingate.map { "\($0.network)/\(twingateRemoteNetworkName)" } }

  /// Its Service in the environment.
  var serviceKey: ObjectKey { ObjectKey(namespace: key.namespace, name: spec.serviceName) }
}
