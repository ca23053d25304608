internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

extension GatewayChecks {
  /// An older Backbone keeps its range; a younger one is refused instead.
  @Sendable static func isApartFromOlderBackbones(_ facts: GatewayFacts) -> Refusal? {
    let connection = facts.connection
    for backbone in facts.backbones.sorted(by: Precedence.isOlder)
    where backbone.metadata.deletionTimestamp == nil && Precedence.isOlder(backbone, connection) {
      for (index, text) in connection.spec.remoteNetworks.enumerated() {
        guard let remote = IPv4Network(text), let range = backbone.ranges.first(where: remote.overlaps) else {
          continue
        }
        return Refusal(
          condition: .accepted,
          reason: .rangeConflict,
          message:
            "spec.remoteNetworks[\(index)]: \"\(text)\" overlaps \(range) of the older Backbone "
            + "\(backbone.key.name): no traffic could tell them apart; name narrower networks"
        )
      }
    }
    return nil
  }
}
