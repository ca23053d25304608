internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// What a Backbone must pass before its cloud is asked anything.
enum BackboneChecks {
  /// Without these nothing is done.
  static let spec = CheckChain<BackboneFacts>(namespaceIsTheTenants, specIsValid, adoptionIsPossible)
  /// What others may have a prior claim to: the older keeps it. Nothing is made then, but a network that exists is
  /// maintained, because otherwise a younger object's mistake would leave its firewalls open.
  static let claims = CheckChain<BackboneFacts>(
    providerIsFree,
    isApartFromOlderBackbones,
    isApartFromOlderConnections,
    isApartFromTheCluster
  )

  @Sendable static func namespaceIsTheTenants(_ facts: BackboneFacts) -> Refusal? {
    Refusal(facts.backbone.key, reserved: facts.reservedNamespaces)
  }

  @Sendable static func specIsValid(_ facts: BackboneFacts) -> Refusal? { Refusal(facts.backbone.validate()) }

  @Sendable static func providerIsFree(_ facts: BackboneFacts) -> Refusal? {
    let provider = facts.backbone.spec.provider
    guard let rival = facts.olderSiblings.first(where: { $0.spec.provider == provider }) else { return nil }
    return Refusal(
      condition: .accepted,
      reason: .providerConflict,
      message:
        "spec.provider: the older Backbone \(rival.key.name) is this namespace's network in \(provider): delete one "
        + "of the two, or use another namespace"
    )
  }

  @Sendable static func isApartFromOlderBackbones(_ facts: BackboneFacts) -> Refusal? {
    guard let range = facts.range else { return nil }
    for rival in facts.olderSiblings {
      guard let other = rival.range, other.overlaps(range) else { continue }
      return overlap(range, "the older Backbone \(rival.key.name) (\(other))")
    }
    return nil
  }

  /// A younger connection is refused itself.
  @Sendable static func isApartFromOlderConnections(_ facts: BackboneFacts) -> Refusal? {
    guard let range = facts.range else { return nil }
    for connection in facts.connections.sorted(by: Precedence.isOlder)
    where connection.metadata.deletionTimestamp == nil && Precedence.isOlder(connection, facts.backbone) {
      guard let other = connection.spec.remoteNetworks.compactMap({ IPv4Network($0) }).first(where: range.overlaps)
      else { continue }
      return overlap(range, "\(other), which the older VPNConnection \(connection.key.name) reaches")
    }
    return nil
  }

  /// Known only while nothing has been made.
  @Sendable static func isApartFromTheCluster(_ facts: BackboneFacts) -> Refusal? {
    guard let range = facts.range, let rival = facts.clusterRanges.first(where: { $0.network.overlaps(range) }) else {
      return nil
    }
    return overlap(range, "\(rival.network) of \(rival.users)")
  }

  private static func overlap(_ range: IPv4Network, _ what: String) -> Refusal {
    Refusal(
      condition: .accepted,
      reason: .rangeConflict,
      message:
        "spec.network.cidr: \"\(range)\" overlaps \(what): no traffic could tell them apart; choose another range"
    )
  }
}

extension BackboneFacts {
  var range: IPv4Network? { backbone.range }

  /// Oldest first.
  var olderSiblings: [Backbone] {
    siblings.filter { $0.metadata.deletionTimestamp == nil && Precedence.isOlder($0, backbone) }
      .sorted(by: Precedence.isOlder)
  }
}

extension Backbone {
  /// Nil where the spec has none that can be read.
  var range: IPv4Network? { IPv4Network(spec.network.cidr) }
}
