internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

extension GatewayChecks {
  /// An older Backbone keeps its range. A younger one is refused itself.
  @Sendable static func isApartFromOlderBackbones(_ facts: GatewayFacts) -> Refusal? {
    let connection = facts.connection
    for backbone in facts.backbones.sorted(by: Precedence.isOlder)
    where backbone.metadata.deletionTimestamp == nil && Precedence.isOlder(backbone, connection) {
      guard let range = backbone.range,
        let index = connection.spec.remoteNetworks.firstIndex(where: { IPv4Network($0)?.overlaps(range) == true })
      else { continue }
      return Refusal(
        condition: .accepted,
        reason: .rangeConflict,
        message:
          "spec.remoteNetworks[\(index)]: \"\(connection.spec.remoteNetworks[index])\" overlaps \(range) of the older "
          + "Backbone \(backbone.key.name): no traffic could tell them apart; name narrower networks"
      )
    }
    return nil
  }
}
