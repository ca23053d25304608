internal import Cloud
internal import CloudResources
internal import Foundations
internal import GoogleCloud

/// Compares a PrivateCluster with what was seen of it in Google Cloud. GKE takes one operation at a time. While
/// an operation runs, even somebody else's, only role bindings are written. Of several differences, the first in this table
/// is changed:
///
///     of the control plane                            done
///     endpoint open to the internet, or to too few    close it, list the Backbone's ranges
///     new nodes would have public addresses           make them private
///     no exclusion of minors                          add it, so that `version` decides
///     another channel, other logs, groups, key        set them
///     not in the fleet                                register it
///     older, all node pools follow                    upgrade by one minor
///     older, a node pool is behind                    later
///     newer                                           left as it is, and told
///     ERROR, up to twice, and it never ran            delete it, and make it again
///     ERROR otherwise                                 problem CloudFailure with GKE's reason
///
///     of a node pool                                  done
///     bounds or management differ                     change them in place
///     labels, taints, pace, private nodes, zones      change them; GKE replaces the nodes where it must
///     machine type, disk or minor differs             replace its nodes
///     what cannot be changed differs                  make its successor; delete it once that is ready
///     ERROR, up to twice, and it never ran            delete it, and make it again
///     ERROR otherwise                                 problem CloudFailure with GKE's reason
///     RUNNING_WITH_ERROR                              problem CloudFailure with GKE's reason, and as above
struct GoogleCloudClusterPlanner: ClusterPlanner {
  typealias Planner = ResourcePlanner<GoogleCloudClusterCatalogue>

  let desired: DesiredCluster
  let seen: GoogleCloudClusterState
  let now: Timestamp
  var planner: Planner
  /// Objects that are wanted but have no row, because their creation failed.
  private var failed: Set<String> = []

  init(_ desired: DesiredCluster, _ seen: GoogleCloudClusterState, now: Timestamp) {
    self.desired = desired
    self.seen = seen
    self.now = now
    let plan = ClusterPlan<GoogleCloudClusterAction>(report: ClusterReport(), obstacle: "the GKE cluster")
    planner = Planner(plan, ledger: desired.ledger)
    planner.plan.report.ledger.settled = desired.ledger.settled
    if seen.cluster != nil {
      planner.plan.report.ledger.operations = desired.ledger.operations.filter { isOfInterest($0.key) }
    }
    let isUnderWay = seen.operations.values.contains { !$0.isDone }
    if isUnderWay || seen.cluster?.isBusy == true { planner.take(lane: GoogleCloudClusterRole.clusterLane) }
  }

  /// The cluster, if it bears the operator's mark.
  var ownCluster: GKE.Cluster? { seen.cluster.flatMap { desired.marks($0.resourceLabels) ? $0 : nil } }

  /// Sorted by name.
  var ownPools: [GKE.NodePool] {
    (ownCluster?.nodePools ?? []).filter { owns($0) }.sorted { $0.name < $1.name }
  }

  func owns(_ pool: GKE.NodePool) -> Bool {
    desired.marks(pool.config?.resourceLabels) && pool.config?.resourceLabels?[GoogleCloudClusterLabel.pool] != nil
  }

  mutating func planPresence() {
    guard preflight() else { return }
    planControlPlane()
    // The content of a failed cluster is deleted with it.
    if ownCluster?.status != "ERROR" {
      planNodePools()
      planAccess()
      planner.removeSurplus(owned(isTeardown: false).filter { !failed.contains($0.found.id) })
      planner.plan.judge()
    }
    report()
  }

  // MARK: Sightings

  func sighting(_ role: GoogleCloudClusterRole, _ id: String, _ status: String?) -> Sighting<String> {
    let state: Sighting<String>.State =
      switch status {
      case "PROVISIONING", "CREATING": .busy("being created")
      case "RECONCILING", "UPDATING": .busy("being updated")
      case "STOPPING", "DELETING": .busy("being deleted")
      case "ERROR": .failed
      default: .ready
      }
    return Sighting(id: id, label: label(role, id), state: state, write: write(role))
  }

  /// While one of its node pools changes, GKE calls the cluster RECONCILING; that concerns only the pool.
  func clusterSighting(_ cluster: GKE.Cluster) -> Sighting<String> {
    let isForPool = cluster.status == "RECONCILING" && (cluster.nodePools ?? []).contains { $0.isBusy }
    return sighting(.cluster, cluster.name, isForPool ? "RUNNING" : cluster.status)
  }

  func label(_ role: GoogleCloudClusterRole, _ id: String) -> String {
    role == .cluster ? "\(role.summary) \(id)" : role.summary
  }

  /// An operation that an earlier pass began.
  private func write(_ role: GoogleCloudClusterRole) -> UnfinishedWrite? {
    guard let operation = seen.operations[role.description] else { return nil }
    guard operation.isDone else { return UnfinishedWrite(isUnderWay: true, mayRetry: false) }
    guard let failure = operation.failure else { return nil }
    return UnfinishedWrite(error: failure, isUnderWay: false, mayRetry: age(operation) > .seconds(60))
  }

  private func age(_ operation: GKE.Operation) -> Duration { operation.endedAt.map { now.since($0) } ?? .seconds(0) }

  /// An operation that was not read is taken to be under way. A failed one is reported as long as it is repeated, each
  /// time as a new operation, and for a while after that.
  private func isOfInterest(_ role: String) -> Bool {
    guard let operation = seen.operations[role] else { return seen.cluster?.isBusy == true }
    return !operation.isDone || operation.failure != nil && age(operation) < .seconds(1800)
  }

  /// GKE's reasons.
  static func sentence(_ conditions: [GKE.Condition]?) -> String {
    let words = (conditions ?? []).compactMap { condition in
      let code = condition.code ?? condition.canonicalCode
      return [code, condition.message].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
    }
    return words.isEmpty ? "no explanation" : words.joined(separator: "; ").printable(replacement: " ", limit: 500)
  }

  /// Whether a difference is someone else's change and not the spec's: the object once matched what is wanted now.
  /// - Parameters:
  ///   - wanted: everything of the spec that was compared.
  ///   - isThere: whether nothing differs, which is remembered.
  mutating func isDrift(_ role: GoogleCloudClusterRole, from wanted: String, isThere: Bool) -> Bool {
    planner.plan.report.ledger.isDrift(role, from: wanted, isThere: isThere, since: desired.ledger)
  }

  // MARK: Creations that fail

  /// Whether an object whose creation failed is to be created again.
  /// - Parameter birth: identifies the creation.
  mutating func isToBeRemade(_ role: GoogleCloudClusterRole, _ id: String, birth: String) -> Bool {
    failed.insert(id)
    guard desired.ledger.settled["ran-\(role)"] == nil else { return false }
    return planner.plan.report.ledger.mayRemake(role, birth: birth)
  }

  mutating func noteReady(_ role: GoogleCloudClusterRole) {
    planner.plan.report.ledger.noteReady(role)
    planner.plan.report.ledger.settled["ran-\(role)"] = "yes"
  }

  /// A cluster that is created again has not run yet.
  mutating func noteAbsence(_ role: GoogleCloudClusterRole) {
    planner.plan.report.ledger.settled["ran-\(role)"] = nil
  }

  /// Deletes an object that failed, unless an operation is under way.
  mutating func remake(_ role: GoogleCloudClusterRole, _ id: String, because reason: String) {
    let detail = "its creation failed (\(reason)), so it is created again"
    let action = GoogleCloudClusterCatalogue.action(.delete, role, id, detail)
    let isTaken = planner.plan.actions.contains { $0.role.lane == role.lane }
    guard !isTaken, seen.cluster?.isBusy != true, seen.operations.values.allSatisfy(\.isDone) else {
      return planner.plan.later(role.part, action.description)
    }
    planner.take(lane: GoogleCloudClusterRole.clusterLane)
    planner.plan.act(role.part, action)
  }
}
