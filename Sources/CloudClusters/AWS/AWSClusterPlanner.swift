internal import AWS
internal import Cloud
internal import CloudResources
internal import Foundations

/// Compares a PrivateCluster with what was seen of it in AWS. The order follows from what the rows need:
///
///     roles ─► cluster ─┬─► network add-on, kube-proxy, identity agent ─┐
///                       ├─► coredns, other add-ons, entries, identity   ├─► node groups
///     security group ───┴─► launch templates ──────────────────────────┘
///
/// For a node group (`planNodeGroups`):
///
///     seen                                              done
///     bounds, labels, taints or pace differ             change them in place, one update at a time
///     template or minor differs, no other group rolls   replace its nodes
///     template or minor differs, another one rolls      later
///     what cannot be changed differs                    make its successor; delete it once that is ready
///     its template was deleted                          problem RefusedByCloud: EKS lets it use no other
///     CREATE_FAILED, up to twice                        delete it, and make it again
///     CREATE_FAILED the third time                      problem CloudFailure with EKS's reason
///
/// For the control plane:
///
///     seen                                              done
///     endpoint public or not private                    make it private
///     other logs than wanted                            set them
///     older, all node groups follow, nothing blocks     upgrade by one minor
///     older, a node group is behind                     later: EKS would refuse
///     older, EKS's upgrade check has found errors       problem RefusedByCloud that names them
///     newer                                             left as it is, and told
///     Auto Mode is not as wanted                        see `autoModeChange`
///     FAILED, up to twice, and it never was active      delete it, and make it again
///     FAILED otherwise                                  problem CloudFailure with EKS's reason
struct AWSClusterPlanner: ClusterPlanner {
  typealias Planner = ResourcePlanner<AWSClusterCatalogue>

  let desired: DesiredCluster
  let seen: AWSClusterState
  let now: Timestamp
  var planner: Planner
  /// Objects that are wanted but have no row, because their creation failed.
  private var failed: Set<String> = []

  init(_ desired: DesiredCluster, _ seen: AWSClusterState, now: Timestamp) {
    self.desired = desired
    self.seen = seen
    self.now = now
    let plan = ClusterPlan<AWSClusterAction>(report: ClusterReport(), obstacle: "the EKS cluster")
    planner = Planner(plan, ledger: desired.ledger)
    let fresh = desired.ledger.fresh.filter { now.since($0.value) < AWSCluster.roleDelay }
    planner.plan.report.ledger.fresh = fresh
    planner.plan.report.ledger.settled = desired.ledger.settled
    planner.plan.report.ledger.operations = desired.ledger.operations.filter { isOfInterest(seen.updates[$0.key]) }
  }

  /// The cluster, if it bears the operator's mark.
  var ownCluster: EKS.Cluster? { seen.cluster.flatMap { desired.owns($0.tags) ? $0 : nil } }

  mutating func planPresence() {
    guard preflight() else { return }
    planRoles()
    planNodesGroup()
    planControlPlane()
    planAddOns()
    planAutoscaling()
    planAccess()
    planClusterGroup()
    planNodeGroups()
    planScalingTags()
    planner.removeSurplus(owned(isTeardown: false).filter { !failed.contains($0.found.id) })
    report()
    planner.plan.judge()
  }

  // MARK: Sightings

  /// EKS's states of clusters, node groups and add-ons.
  func sighting(_ role: AWSClusterRole, _ id: String, _ status: String?, _ health: EKS.Health? = nil) -> Sighting<
    String
  > {
    let state: Sighting<String>.State =
      switch status {
      case "ACTIVE", "DEGRADED", "UPDATE_FAILED", nil: .ready
      case "CREATING", "PENDING": .busy("being created")
      case "UPDATING": .busy("being updated")
      case "DELETING": .busy("being deleted")
      default: .failed
      }
    var write = write(role, isReady: state == .ready)
    if status == "DELETE_FAILED" {
      let message = health?.sentence ?? "no explanation"
      let error = CloudError(.failed, operation: "delete \(role.summary)", message: message)
      write = UnfinishedWrite(error: error, isUnderWay: false, mayRetry: true)
    }
    return Sighting(id: id, label: label(role, id), state: state, write: write)
  }

  func label(_ role: AWSClusterRole, _ id: String) -> String {
    switch role {
    case .nodeGroup, .addOn, .entry: role.summary
    default: "\(role.summary) \(id)"
    }
  }

  /// An update that an earlier pass began. EKS still reports ACTIVE for a moment after it accepted one.
  private func write(_ role: AWSClusterRole, isReady: Bool) -> UnfinishedWrite? {
    guard let update = seen.updates[role.description] else { return nil }
    switch update.status {
    case "InProgress": return isReady ? UnfinishedWrite(isUnderWay: true, mayRetry: false) : nil
    case "Failed", "Cancelled":
      let failures = (update.errors ?? []).map { failure in
        let ids = (failure.resourceIds ?? []).prefix(5).joined(separator: ", ")
        return "\(failure.errorMessage ?? "no explanation")\(ids.isEmpty ? "" : " (\(ids))")"
      }
      let error = CloudError(
        .failed,
        operation: "update \(update.type ?? "")",
        code: update.errors?.first?.errorCode ?? update.status ?? "",
        message: failures.isEmpty ? "no explanation" : failures.joined(separator: "; ")
      )
      return UnfinishedWrite(error: error, isUnderWay: false, mayRetry: age(update) > .seconds(60))
    default: return nil
    }
  }

  private func age(_ update: EKS.Update) -> Duration {
    now.since(Timestamp(microseconds: Int64((update.createdAt ?? 0) * 1_000_000)))
  }

  /// A failed update is reported as long as it is repeated, each time as a new update, and for a while after that.
  private func isOfInterest(_ update: EKS.Update?) -> Bool {
    guard let update else { return false }
    return update.status == "InProgress" || update.status == "Failed" && age(update) < .seconds(1800)
  }

  /// Whether a difference is someone else's change and not the spec's: the object once matched what is wanted now.
  /// - Parameters:
  ///   - wanted: everything of the spec that was compared.
  ///   - isThere: whether nothing differs, which is remembered.
  mutating func isDrift(_ role: AWSClusterRole, from wanted: String, isThere: Bool) -> Bool {
    planner.plan.report.ledger.isDrift(role, from: wanted, isThere: isThere, since: desired.ledger)
  }

  // MARK: Creations that fail

  enum Failure { case remake, giveUp }

  /// Records that a creation failed, identified by the time when it began.
  mutating func noteFailure(_ role: AWSClusterRole, _ id: String, createdAt: Double?) -> Failure {
    failed.insert(id)
    let birth = String(Int64((createdAt ?? 0) * 1000))
    return planner.plan.report.ledger.mayRemake(role, birth: birth) ? .remake : .giveUp
  }

  mutating func noteReady(_ role: AWSClusterRole) {
    planner.plan.report.ledger.noteReady(role)
  }

  mutating func act(_ write: ResourceWrite<AWSClusterContent>, _ role: AWSClusterRole, _ id: String, _ detail: String) {
    planner.plan.act(role.part, AWSClusterCatalogue.action(write, role, id, detail))
  }
}
