internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// The checks that a Backbone must pass before any request to its cloud.
enum BackboneChecks {
  /// If one of these fails, nothing is done.
  static let spec = CheckChain<BackboneFacts>(namespaceIsTheTenants, specIsValid, adoptionIsPossible)
  /// Checks of claims in which the older object takes precedence. If one fails, no network is created, but an existing
  /// one is maintained. Otherwise a mistake in a younger object would leave its firewalls open.
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
    for rival in facts.olderSiblings {
      let taken = rival.ranges + (rival.status?.podRanges ?? []).compactMap { IPv4Network($0) }
      if let refusal = overlap(facts, taken, { "\($0) of the older Backbone \(rival.key.name)" }) { return refusal }
    }
    return nil
  }

  /// A younger connection is refused instead.
  @Sendable static func isApartFromOlderConnections(_ facts: BackboneFacts) -> Refusal? {
    for connection in facts.connections.sorted(by: Precedence.isOlder)
    where connection.metadata.deletionTimestamp == nil && Precedence.isOlder(connection, facts.backbone) {
      let taken = connection.spec.remoteNetworks.compactMap { IPv4Network($0) }
      let refusal = overlap(facts, taken) { "\($0), which the older VPNConnection \(connection.key.name) reaches" }
      if let refusal { return refusal }
    }
    return nil
  }

  /// Cluster ranges are read only while no network exists.
  @Sendable static func isApartFromTheCluster(_ facts: BackboneFacts) -> Refusal? {
    for rival in facts.clusterRanges {
      if let refusal = overlap(facts, [rival.network], { "\($0) of \(rival.users)" }) { return refusal }
    }
    return nil
  }

  /// Connectors and clusters reach their cloud through the Backbone, so they are deleted first.
  static func nothingRunsInside(_ facts: BackboneFacts) -> Refusal? {
    let name = facts.backbone.key.name
    let connections = facts.connections.filter { connection in
      connection.spec.twingate?.connectors?.backboneRef?.name == name
        && connection.metadata.finalizers?.contains(TwingateBackend.finalizer) == true
    }
    let clusters = facts.clusters.filter { cluster in
      cluster.spec.backboneRef.name == name
        && cluster.metadata.finalizers?.contains(PrivateClusterKind.finalizer) == true
    }
    let users =
      (clusters.isEmpty ? [] : ["PrivateCluster \(names(clusters))"])
      + (connections.isEmpty ? [] : ["connectors of VPNConnection \(names(connections))"])
    guard !users.isEmpty else { return nil }
    return Refusal(
      condition: .subnetsReady,
      reason: .inUse,
      message:
        "Deleting: this Backbone still holds \(users.joined(separator: " and ")): delete that, or let its deletion finish; "
        + "nothing is deleted before"
    )
  }

  private static func names(_ objects: [some Resource]) -> String {
    objects.map(\.key.name).sorted().joined(separator: ", ")
  }

  private static func overlap(
    _ facts: BackboneFacts,
    _ taken: [IPv4Network],
    _ what: (IPv4Network) -> String
  ) -> Refusal? {
    for (field, range) in facts.backbone.namedRanges {
      guard let other = taken.first(where: range.overlaps) else { continue }
      return Refusal(
        condition: .accepted,
        reason: .rangeConflict,
        message:
          "\(field): \"\(range)\" overlaps \(what(other)): no traffic could tell them apart; choose another range"
      )
    }
    return nil
  }
}

extension BackboneFacts {
  /// Oldest first.
  var olderSiblings: [Backbone] {
    siblings.filter { $0.metadata.deletionTimestamp == nil && Precedence.isOlder($0, backbone) }
      .sorted(by: Precedence.isOlder)
  }
}

extension Backbone {
  /// Ranges that the spec names, with their fields, without those that cannot be parsed.
  var namedRanges: [(field: String, range: IPv4Network)] {
    var texts = [("spec.network.cidr", spec.network.cidr)]
    for (index, range) in (spec.network.podRanges ?? []).enumerated() {
      texts.append(("spec.network.podRanges[\(index)]", range))
    }
    return texts.compactMap { field, text in IPv4Network(text).map { (field, $0) } }
  }
  var ranges: [IPv4Network] { namedRanges.map(\.range) }
}
