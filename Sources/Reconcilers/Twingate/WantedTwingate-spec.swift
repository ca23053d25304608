internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

extension WantedTwingate {
  /// What a valid spec asks for.
  /// - Parameter cluster: the mark of this cluster.
  init(_ connection: VPNConnection, _ spec: TwingateSpec, cluster: String) {
    let owner = TwingateOwner(clusterUID: cluster, connectionUID: connection.metadata.uid ?? "")
    let notifies = spec.connectors?.notifyWhenOffline ?? true
    self.init(
      owner: owner,
      remoteNetwork: RemoteNetwork(
        connection.twingateRemoteNetworkName,
        adopts: spec.remoteNetwork?.adopt ?? false
      ),
      connectors: (1...max(1, spec.connectorCount)).map {
        Connector(owner.connectorName(connection.key.name, "\($0)"), notifiesWhenOffline: notifies)
      },
      resources: (spec.resources ?? []).map(ResourceRequest.init)
    )
    foreignAccess = spec.foreignAccess == .keep ? .keep : .remove
    groups = (spec.groups ?? []).map { Group($0.name, members: $0.members) }
    tokenRotation = connection.metadata.annotations?[CloudLinker.Annotation.rotateTokens] ?? ""
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
