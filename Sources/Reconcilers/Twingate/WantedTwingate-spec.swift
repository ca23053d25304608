internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

extension WantedTwingate {
  /// The objects that a valid spec requests.
  /// - Parameters:
  ///   - connectors: those that their host wants.
  ///   - resources: from every object that requests some.
  ///   - cluster: the mark of this cluster.
  init(
    _ connection: VPNConnection,
    _ spec: TwingateSpec,
    connectors: [Connector],
    resources: [ResourceRequest],
    cluster: String
  ) {
    self.init(
      owner: TwingateOwner(clusterUID: cluster, connectionUID: connection.metadata.uid ?? ""),
      remoteNetwork: RemoteNetwork(
        connection.twingateRemoteNetworkName,
        adopts: spec.remoteNetwork?.adopt ?? false
      ),
      connectors: connectors,
      resources: resources
    )
    foreignAccess = spec.foreignAccess == .keep ? .keep : .remove
    groups = (spec.groups ?? []).map { Group($0.name, members: $0.members) }
    serviceAccounts = (spec.serviceAccounts ?? []).map {
      ServiceAccount($0.name, rotatesEvery: $0.rotationHours.map { .seconds($0 * 3600) })
    }
    tokenRotation = connection.metadata.annotations?[CloudLinker.Annotation.rotateTokens] ?? ""
  }
}

extension ConnectorSlot {
  /// As many slots as the spec requests, by number.
  static func numbered(_ connection: VPNConnection, _ spec: TwingateSpec, cluster: String) -> [ConnectorSlot] {
    let owner = TwingateOwner(clusterUID: cluster, connectionUID: connection.metadata.uid ?? "")
    let notifies = spec.connectors?.notifyWhenOffline ?? true
    return (1...max(1, spec.connectorCount)).map { number in
      let name = owner.connectorName(connection.key.name, "\(number)")
      return ConnectorSlot(key: "\(number)", connector: .init(name, notifiesWhenOffline: notifies))
    }
  }
}

extension ResourceRequest {
  init(_ resource: TwingateSpec.Resource) {
    self.init(
      origin: "spec/\(resource.name)",
      name: resource.name,
      address: resource.address,
      alias: resource.alias,
      protocols: Protocols(
        tcp: Ports(resource.ports.tcp),
        udp: Ports(resource.ports.udp),
        allowsICMP: resource.ports.icmp ?? false
      ),
      securityPolicy: resource.securityPolicy,
      accessPolicy: resource.accessPolicy.map(AccessPolicy.init),
      approvalMode: resource.accessPolicy?.approval.map { $0 == .automatic ? .automatic : .manual },
      tags: resource.tags ?? [:],
      access: (resource.access ?? []).compactMap(AccessRequest.init)
    )
  }
}

extension Ports {
  /// A list that `validate()` accepts; nil: no port.
  fileprivate init(_ list: [String]?) { self = (try? Ports(parsing: list ?? [])) ?? Ports.none }
}

extension AccessPolicy {
  init(_ policy: TwingateSpec.AccessPolicy) {
    let mode: Mode =
      switch policy.mode {
      case .autoLock: .autoLock
      case .accessRequest: .accessRequest
      default: .manual
      }
    self.init(mode, durationSeconds: policy.durationHours.map { $0 * 3600 })
  }
}

extension AccessRequest {
  /// Nil: the entry names nobody, which `validate()` refuses.
  init?(_ access: TwingateSpec.Access) {
    let principal: Principal
    if let name = access.group {
      principal = .group(name)
    } else if let name = access.serviceAccount {
      principal = .serviceAccount(name)
    } else {
      return nil
    }
    self.init(
      principal,
      expiresAt: access.expiresAt.flatMap { Timestamp($0) },
      securityPolicy: access.securityPolicy
    )
  }
}
