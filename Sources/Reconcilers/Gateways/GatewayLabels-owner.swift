internal import CloudLinkerAPI
internal import Kubernetes

extension GatewayLabels {
  /// The connection of an object in the gateways' namespace, from its annotation.
  static func connectionKey(of metadata: ObjectMeta) -> ObjectKey? {
    guard metadata.labels?[managedBy] == manager, let owner = metadata.annotations?[Self.owner] else { return nil }
    return ObjectKey(owner: owner)
  }
}

extension ObjectKey {
  /// Parses `namespace/name`.
  init?(owner: String) {
    let parts = owner.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    self.init(namespace: String(parts[0]), name: String(parts[1]))
  }
}
