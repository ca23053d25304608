internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// The checks that a PrivateCluster must pass before any request to its cloud.
enum PrivateClusterChecks {
  /// If one of these fails, nothing is done.
  static let spec = CheckChain<PrivateClusterFacts>(
    namespaceIsTheTenants,
    specIsValid,
    backboneIsThere,
    membersAreOfTheProvider,
    principalsAreOfTheProvider
  )
  /// If one of these fails, nothing is created. An existing cluster is maintained.
  static let beginning = CheckChain<PrivateClusterFacts>(subnetsAreThere, hasWayOut, rangesAreFree)
  /// Conditions that the cluster waits for before it is created.
  static let gate = CheckChain<PrivateClusterFacts>(backboneIsReady, connectionIsReady)

  @Sendable static func namespaceIsTheTenants(_ facts: PrivateClusterFacts) -> Refusal? {
    Refusal(facts.cluster.key, reserved: facts.reservedNamespaces)
  }

  @Sendable static func specIsValid(_ facts: PrivateClusterFacts) -> Refusal? { Refusal(facts.cluster.validate()) }

  @Sendable static func backboneIsThere(_ facts: PrivateClusterFacts) -> Refusal? {
    guard facts.backbone == nil else { return nil }
    return Refusal(
      condition: .dependenciesReady,
      reason: .backboneNotFound,
      message:
        "spec.backboneRef.name: there is no Backbone \"\(facts.cluster.spec.backboneRef.name)\" in this namespace: create "
        + "it, or correct the name"
    )
  }

  @Sendable static func membersAreOfTheProvider(_ facts: PrivateClusterFacts) -> Refusal? {
    guard let backbone = facts.backbone else { return nil }
    let (spec, provider) = (facts.cluster.spec, backbone.spec.provider)
    let members: [(field: String, isGiven: Bool, provider: CloudProvider)] = [
      ("aws", spec.aws != nil, .aws), ("gcp", spec.gcp != nil, .gcp), ("azure", spec.azure != nil, .azure),
      ("addons", spec.addons?.isEmpty == false, .aws),
    ]
    if let wrong = members.first(where: { $0.isGiven && $0.provider != provider }) {
      return invalid(
        "spec.\(wrong.field) goes with \(wrong.provider), and Backbone \(backbone.key.name) is in \(provider)"
      )
    }
    if provider == .gcp, spec.gcp == nil {
      return invalid(
        "spec.gcp.nodeServiceAccount is required in GCP: the default service account of nodes often is Editor of the project"
      )
    }
    if provider == .aws, let pods = spec.network?.pods {
      return invalid("spec.network.pods: \"\(pods)\": in AWS pods have addresses of the subnets: leave it out")
    }
    return nil
  }

  @Sendable static func principalsAreOfTheProvider(_ facts: PrivateClusterFacts) -> Refusal? {
    guard let provider = facts.backbone?.spec.provider else { return nil }
    for (index, access) in (facts.cluster.spec.access ?? []).enumerated() where access.principal.provider != provider {
      let wanted =
        switch provider {
        case .aws: "roleARN"
        case .gcp: "group, user or serviceAccount"
        default: "objectID and type"
        }
      return invalid(
        "spec.access[\(index)].principal is one of \(access.principal.provider), and the Backbone is in \(provider): give "
          + wanted
      )
    }
    return nil
  }

  @Sendable static func backboneIsReady(_ facts: PrivateClusterFacts) -> Refusal? {
    guard let backbone = facts.backbone, !backbone.wasReady || backbone.isBeingDeleted else { return nil }
    let cause = backbone.status?.conditions?[.ready]?.message ?? "the operator has not looked at it"
    let words = backbone.isBeingDeleted ? "is being deleted" : "is not Ready: \(cause)"
    return Refusal(
      condition: .dependenciesReady,
      reason: .backboneNotReady,
      message: "Waiting for Backbone \(backbone.key.name), which \(words)"
    )
  }

  @Sendable static func connectionIsReady(_ facts: PrivateClusterFacts) -> Refusal? {
    guard !facts.connections.contains(where: \.isReady) else { return nil }
    let names = facts.connections.map(\.key.name).sorted().joined(separator: ", ")
    let words = names.isEmpty ? "a VPNConnection in this namespace: create one" : "VPNConnection \(names) to be Ready"
    return Refusal(
      condition: .dependenciesReady,
      reason: .noVPNConnection,
      message: "Waiting for \(words); nobody could reach the cluster"
    )
  }

  // MARK: Before anything is made

  @Sendable static func subnetsAreThere(_ facts: PrivateClusterFacts) -> Refusal? {
    let known = (facts.backbone?.status?.subnets ?? []).map(\.name)
    guard let missing = facts.cluster.spec.subnets?.first(where: { !known.contains($0) }) else { return nil }
    return invalid(
      "spec.subnets: Backbone \(facts.cluster.spec.backboneRef.name) has no subnet \"\(missing)\"; it has "
        + known.joined(separator: ", ")
    )
  }

  /// Nodes must pull images and reach the APIs of their cloud.
  @Sendable static func hasWayOut(_ facts: PrivateClusterFacts) -> Refusal? {
    guard let backbone = facts.backbone else { return nil }
    let egress = backbone.spec.egress
    let isOpen =
      backbone.spec.effectiveEgressAddresses != EgressAddresses.none
      || egress?.existingNATGatewayIDs?.isEmpty == false || egress?.existingNextHops?.isEmpty == false
    let rules = egress?.allow ?? []
    guard isOpen, rules.contains(where: \.letsHTTPSOut) else {
      let cause = isOpen ? "no rule of its spec.egress.allow lets TCP 443 out" : "it has no way out"
      return invalid(
        "spec.backboneRef: nodes could not join in Backbone \(backbone.key.name), because \(cause): allow 443 to 0.0.0.0/0, or "
          + "to the registries and APIs that nodes need"
      )
    }
    return nil
  }

  @Sendable static func rangesAreFree(_ facts: PrivateClusterFacts) -> Refusal? {
    let network = facts.cluster.spec.network
    for (field, text) in [("pods", network?.pods), ("services", network?.services)] {
      guard let range = text.flatMap({ IPv4Network($0) }),
        let taken = facts.takenRanges.first(where: { $0.network.overlaps(range) && !$0.isForClusters })
      else { continue }
      return Refusal(
        condition: .accepted,
        reason: .rangeConflict,
        message:
          "spec.network.\(field): \"\(range)\" overlaps \(taken.network) of \(taken.holder): choose another range, or leave it "
          + "out"
      )
    }
    return nil
  }

  static func invalid(_ message: String) -> Refusal {
    Refusal(condition: .accepted, reason: .invalidSpec, message: message)
  }
}

extension PrivateClusterSpec.Principal {
  var provider: CloudProvider { roleARN != nil ? .aws : objectID != nil ? .azure : .gcp }
}

extension BackboneSpec.Rule {
  fileprivate var letsHTTPSOut: Bool {
    guard [.tcp, .all].contains(`protocol` ?? .tcp) else { return false }
    let ranges = (portRanges ?? []).compactMap { Self.range($0) }
    let isOpenForAll = (ports ?? []).isEmpty && ranges.isEmpty
    return isOpenForAll || ports?.contains(443) == true || ranges.contains { $0.contains(443) }
  }
}
