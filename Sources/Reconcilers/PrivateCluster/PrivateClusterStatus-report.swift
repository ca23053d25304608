internal import CloudClusters
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Kubernetes

extension PrivateClusterStatus {
  /// The status of a cluster that waits for its dependencies before anything is created.
  init(_ facts: PrivateClusterFacts, waitingFor gate: Refusal) {
    self = facts.cluster.status ?? PrivateClusterStatus()
    let generation = facts.cluster.metadata.generation
    observedGeneration = generation
    plan = nil
    var set = ConditionWriter(before: conditions ?? [], generation: generation, now: facts.now)
    set(.accepted, true, .asExpected, "The spec is valid")
    set(.dependenciesReady, false, gate.reason, gate.message)
    set(.ready, false, gate.reason, gate.message)
    set(.reconciling, true, gate.reason, gate.message)
    conditions = set.conditions
  }

  /// The status after a pass.
  /// - Parameters:
  ///   - ledger: the ledger after the plan was carried out; nil: the cloud was not read.
  ///   - foreignSecret: the refusal if the kubeconfig could not be written.
  init(
    _ facts: PrivateClusterFacts,
    _ outcome: PrivateClusterOutcome,
    ledger: Ledger?,
    foreignSecret: Refusal? = nil
  ) {
    // Whatever this pass did not read stays as it was reported before.
    self = facts.cluster.status ?? PrivateClusterStatus()
    if case .obstructed = outcome {
      // The operator has not looked at this spec yet, so tools that wait for it go on waiting.
    } else {
      observedGeneration = facts.cluster.metadata.generation
    }
    plan = nil
    if case .planned(let cluster, let failures) = outcome {
      report(cluster.report, facts)
      if let ledger { store(ledger) }
      if location == nil, objects?.isEmpty == false, !facts.isDeleted { location = Location(facts) }
      if facts.isPlanOnly { plan = facts.planned(cluster) }
      if cluster.isReady, failures.isEmpty, !facts.isDeleted { reachedGeneration = facts.cluster.metadata.generation }
      let hasKubeconfig = cluster.report.credential != nil && foreignSecret == nil && !facts.isPlanOnly
      kubeconfigSecret = hasKubeconfig ? Kubeconfig.key(of: facts.cluster).name : kubeconfigSecret
    }
    conditions = PrivateClusterConditions(facts: facts, outcome: outcome, foreignSecret: foreignSecret).conditions()
  }

  private mutating func report(_ report: ClusterReport, _ facts: PrivateClusterFacts) {
    id = report.id
    name = report.id == nil ? nil : ClusterLayout.desired(facts).cloudName
    version = report.version?.description
    endpoint = report.endpoint
    let chosen = Ranges(pods: report.podRange, services: report.serviceRange)
    ranges = chosen == Ranges(pods: nil, services: nil) ? nil : chosen
    pools = report.pools.isEmpty ? nil : report.pools.map { Pool($0) }
    // In Azure a pool is several agent pools, and Azure does not report how many nodes are in service. While a pool is
    // replaced there are two of them.
    let nodes = Dictionary(report.pools.map { ($0.name, $0.ready ?? $0.size ?? 0) }, uniquingKeysWith: +)
    let wanted = facts.cluster.spec.nodePools
    poolsReady = "\(wanted.count { pool in nodes[pool.name].map { $0 >= pool.minSize } ?? false })/\(wanted.count)"
    exposures = report.exposures.isEmpty ? nil : report.exposures
  }
}

extension PrivateClusterStatus.Location {
  /// Nil if there is no Backbone with a network, so that nothing can exist.
  init?(_ facts: PrivateClusterFacts) {
    guard let backbone = facts.backbone, let networkID = backbone.status?.networkID else { return nil }
    let subnets = ClusterLayout.desired(facts).network.subnets.map(\.name)
    self.init(
      provider: backbone.spec.provider,
      region: backbone.spec.region,
      networkID: networkID,
      account: backbone.status?.location?.account ?? backbone.spec.account,
      subnets: subnets
    )
  }
}

extension PrivateClusterStatus.Pool {
  init(_ pool: ClusterReport.Pool) {
    self.init(
      name: pool.name,
      cloudName: pool.cloudName,
      version: pool.version,
      state: pool.state,
      minSize: pool.minSize,
      maxSize: pool.maxSize
    )
    (size, ready) = (pool.size, pool.ready)
  }
}
