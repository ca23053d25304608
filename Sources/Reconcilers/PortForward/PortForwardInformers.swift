internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// The caches of PortForwards, and which change wakes which PortForward.
struct PortForwardInformers: Sendable {
  let forwards: Informer<PortForward>
  let connections: Informer<VPNConnection>

  init(_ set: InformerSet, scope: OperatorScope) {
    forwards = set.portForwards(in: scope)
    connections = set.informer(in: scope)
  }

  func wake(_ controller: Controller) {
    let store = forwards.store
    controller.watch(forwards, awaited: .awaited) { change in
      guard change.old?.spec != change.new?.spec || ObjectMeta.asksForPass(change.old?.metadata, change.new?.metadata)
      else { return [] }
      let claims = Set(change.sides.flatMap(\.claimKeys))
      let rivals = claims.flatMap { store.indexedKeys(ForwardIndex.claim, $0) }
      return Array(Set(rivals + change.sides.map(\.key)))
    }
    controller.watch(connections) { change in
      let before = change.old?.status?.conditions?[.ready]
      let after = change.new?.status?.conditions?[.ready]
      let isNews =
        change.old == nil || change.new == nil || change.old?.spec != change.new?.spec
        || before?.status != after?.status || (after?.status == "False" && before?.message != after?.message)
      guard isNews else { return [] }
      return change.sides.first.map { store.indexedKeys(ForwardIndex.connection, $0.key.description) } ?? []
    }
  }
}

/// Indexes of the cached PortForwards.
enum ForwardIndex {
  /// By the connection that they name.
  static let connection = "connection"
  /// By each port that they ask for: see `PortForward.claimKeys`.
  static let claim = "claim"
  static let namespace = "namespace"
}

extension InformerSet {
  func portForwards(in scope: OperatorScope) -> Informer<PortForward> {
    let strings = SharedStrings()
    return informer(
      scope: Scope(namespace: scope.namespace),
      indexers: [
        ForwardIndex.connection: { [$0.connectionKey.description] },
        ForwardIndex.claim: { $0.claimKeys },
        ForwardIndex.namespace: { [$0.key.namespace] },
      ],
      options: .paged,
      transform: { $0.compacted(strings) }
    )
  }
}

extension Store<PortForward> {
  func naming(_ connection: ObjectKey) -> [PortForward] { indexed(ForwardIndex.connection, connection.description) }

  /// Other PortForwards of the same connection that name one of this one's ports.
  func rivals(of forward: PortForward) -> [PortForward] {
    var rivals: [ObjectKey: PortForward] = [:]
    for claim in forward.claimKeys {
      for rival in indexed(ForwardIndex.claim, claim) where rival.key != forward.key { rivals[rival.key] = rival }
    }
    return Array(rivals.values)
  }
}

extension PortForward {
  var connectionKey: ObjectKey { ObjectKey(namespace: key.namespace, name: spec.vpnConnectionRef.name) }

  /// `namespace/connection/TCP/33000` for each port.
  var claimKeys: [String] {
    PortClaims.ports(of: self).map { "\(connectionKey)/\($0.transport.rawValue)/\($0.port)" }
  }
}
