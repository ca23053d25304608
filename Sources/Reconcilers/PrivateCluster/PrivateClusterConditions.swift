internal import CloudClusters
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The conditions of a PrivateCluster: those of its parts and Ready are as `CloudConditions` says.
///
///     condition            True                                     False
///     DependenciesReady    Backbone and a VPNConnection are Ready   one is not; the cluster is maintained
///     Reachable            see `ClusterReach`
///     Private              nothing seen is public                   names what is
///     Upgrading            on its way to another version            does not exist
struct PrivateClusterConditions {
  let facts: PrivateClusterFacts
  let outcome: PrivateClusterOutcome
  let foreignSecret: Refusal?

  func conditions() -> [Condition] {
    let (cluster, before) = (facts.cluster, facts.cluster.status?.conditions ?? [])
    var set = ConditionWriter(before: before, generation: cluster.metadata.generation, now: facts.now)
    let kept: [ConditionType] = [.private, .reachable].filter { before[$0] != nil }
    for type in kept { set.keep(type) }
    switch outcome {
    case .refused: break
    case .planned(let plan, _):
      setDependencies(&set)
      if !facts.isDeleted {
        setReachable(plan.report, &set)
        if plan.report.id != nil { setPrivate(plan.report, &set) }
      }
      if let upgrade = plan.report.upgrade { set(.upgrading, true, .upgrading, upgrade) }
    default: setDependencies(&set)
    }
    let status = cluster.status
    CloudConditions(
      noun: "cluster",
      before: before,
      isDeleted: facts.isDeleted,
      isPlanOnly: facts.isPlanOnly,
      isReady: cluster.wasReady,
      summary: Self.summary(status?.version, status?.endpoint, status?.poolsReady),
      newSummary: { Self.summary($0.version?.description, $0.endpoint, "\($0.pools.count)") },
      words: { $0.words($1) },
      planned: facts.planned
    ).write(outcome, to: &set)
    if let foreignSecret { set.refuse(foreignSecret) }
    return set.conditions
  }

  private static func summary(_ version: String?, _ endpoint: String?, _ pools: String?) -> String {
    "Kubernetes \(version ?? "of an unknown version") at \(endpoint ?? "no endpoint"), node pools: \(pools ?? "none")"
  }

  private func setDependencies(_ set: inout ConditionWriter) {
    set(.accepted, true, .asExpected, "The spec is valid")
    if !facts.isDeleted, let gate = PrivateClusterChecks.gate.refusal(facts) {
      set(.dependenciesReady, false, gate.reason, "\(gate.message). The cluster is maintained meanwhile")
    } else {
      set(
        .dependenciesReady,
        true,
        .asExpected,
        "The Backbone \(facts.cluster.spec.backboneRef.name) has the network, and its credentials lead there"
      )
    }
  }

  private func setReachable(_ report: ClusterReport, _ set: inout ConditionWriter) {
    let reach = ClusterReach(facts, endpoint: report.endpoint)
    set(.reachable, reach.isReachable, reach.reason, reach.message)
  }

  private func setPrivate(_ report: ClusterReport, _ set: inout ConditionWriter) {
    guard report.exposures.isEmpty else {
      let words = report.exposures.joined(separator: "; ")
      return set(.private, false, .reachableFromInternet, "Reachable from the internet: \(words)")
    }
    set(.private, true, .asExpected, "No endpoint, node or load balancer of it was seen that the internet can reach")
  }
}

extension ClusterPart: ConditionedPart {
  var condition: ConditionType {
    switch self {
    case .controlPlane: .controlPlaneReady
    case .nodePools: .nodePoolsReady
    case .addOns: .addonsReady
    case .access: .accessReady
    case .autoscaling: .autoscaling
    }
  }

  /// The message of a part that is ready.
  func words(_ report: ClusterReport) -> String {
    switch self {
    case .controlPlane: (["The control plane is as specified"] + report.remarks).joined(separator: ". ")
    case .nodePools: "Every node pool is as specified"
    case .addOns: "Every add-on is as specified"
    case .access: "Everyone in spec.access has their role"
    case .autoscaling: report.autoscaling ?? "The provider changes the number of nodes"
    }
  }
}
