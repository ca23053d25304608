internal import Azure
internal import Cloud
internal import CloudNetworks
internal import CloudResources
internal import Foundations

/// Compares a PrivateCluster with what was seen of it in Azure. The order follows from what the rows need:
///
///     identity ─► Network Contributor on the network ─► cluster with its first System pool ─┬─► other agent pools
///                                                                                           ├─► role assignments
///                                                                                           └─► diagnostic setting
///
/// AKS takes one change at a time for a cluster and all its pools, so these share a lane, which is taken while anything
/// is busy.
///
///     seen of an agent pool                             done
///     bounds, labels, taints, mode or surge differ      change them in place
///     its minor is behind the control plane             replace its nodes
///     what cannot be changed differs                    make its successor; delete it once that is ready
///     Failed                                            PUT again, after a longer pause each time; AKS says why
///     missing                                           made
///
///     seen of the control plane                         done
///     public name, run command, local accounts, …       put back
///     older, all pools follow, the next minor offered   upgrade by one minor
///     older, a pool is behind                           later
///     older, the next minor is not offered              problem RefusedByCloud
///     newer                                             left as it is, and told
///     Failed, and it never worked, up to twice          delete it, and make it again
///     Failed otherwise                                  PUT again, after a longer pause each time
struct AzureClusterPlanner: ClusterPlanner {
  typealias Planner = ResourcePlanner<AzureClusterCatalogue>

  let desired: DesiredCluster
  let seen: AzureClusterState
  let now: Timestamp
  let names: AzureClusterNames
  var planner: Planner
  /// Whether a deletion waits only because what it takes along was just announced.
  var isAnnouncing = false

  init(_ desired: DesiredCluster, _ seen: AzureClusterState, now: Timestamp) {
    self.desired = desired
    self.seen = seen
    self.now = now
    names = AzureClusterNames(desired)
    let plan = ClusterPlan<AzureClusterAction>(report: ClusterReport(), obstacle: "the AKS cluster")
    planner = Planner(plan, ledger: desired.ledger)
    let fresh = desired.ledger.fresh.filter { now.since($0.value) < AzureCluster.assignmentDelay }
    planner.plan.report.ledger.fresh = fresh
    planner.plan.report.ledger.settled = desired.ledger.settled
    // A write to a cluster on which AKS is working gets a 409.
    if seen.isBusy { planner.take(lane: AzureClusterRole.clusterLane) }
  }

  /// The cluster, if it bears the operator's mark.
  var ownCluster: ManagedCluster? { seen.cluster.flatMap { names.owns($0.tags) ? $0 : nil } }
  var ownPools: [AgentPool] { (ownCluster?.agentPools ?? []).filter { names.owns($0.tags) } }

  mutating func planPresence() {
    guard preflight() else { return }
    planIdentity()
    guard planControlPlane() else {
      report()
      return planner.plan.judge(.controlPlane)
    }
    planAgentPools()
    planAccess()
    planLogs()
    planner.removeSurplus(owned(isTeardown: false))
    report()
    planner.plan.judge()
  }

  // MARK: Sightings

  /// - Parameter failure: AKS's reason if the last write failed.
  mutating func sighting(
    _ role: AzureClusterRole,
    _ id: ResourceID,
    _ state: ProvisioningState,
    word: String,
    failure: (code: String, message: String)?
  ) -> Sighting<ResourceID> {
    let label = label(role, id)
    switch state {
    case .succeeded: return Sighting(id: id, label: label, state: .ready)
    case .deleting: return Sighting(id: id, label: label, state: .busy("being deleted"), write: remembered(id))
    case .underWay:
      return Sighting(id: id, label: label, state: .busy("being changed (\(word))"), write: remembered(id))
    case .failed:
      let message = failure?.message ?? "Azure gives no reason: see the activity log of the resource"
      let error = CloudError(.failed, operation: "\(id.type)/write", code: failure?.code ?? "", message: message)
      return Sighting(id: id, label: label, state: .failed, write: failed(id, error))
    }
  }

  private func label(_ role: AzureClusterRole, _ id: ResourceID) -> String {
    switch role {
    case .identity, .cluster: "\(role.summary) \(id.name)"
    case .networkGrant, .logs, .pool, .grant: role.summary
    }
  }

  /// The failure that a repeated write should mend. It is reported until a write succeeds.
  private mutating func remembered(_ id: ResourceID) -> UnfinishedWrite? {
    guard let earlier = desired.ledger.failures[id.description] else { return nil }
    planner.plan.report.ledger.failures[id.description] = earlier
    return UnfinishedWrite(error: earlier.refusal.error, isUnderWay: true)
  }

  /// Records a failed write, and paces its repetition like that of a refused action.
  private mutating func failed(_ id: ResourceID, _ error: CloudError) -> UnfinishedWrite {
    let earlier = desired.ledger.failures[id.description]
    let isDue = earlier.map { $0.refusal.retryAt <= now } ?? false
    let kept = isDue ? FailedWrite(RefusedAction(error, after: earlier?.refusal, now: now), isDeletion: false) : earlier
    let failure = kept ?? FailedWrite(RefusedAction(error, after: nil, now: now), isDeletion: false)
    planner.plan.report.ledger.failures[id.description] = failure
    return UnfinishedWrite(error: error, isUnderWay: false, mayRetry: isDue)
  }

  /// Whether a difference is someone else's change and not the spec's: the object once matched what is wanted now.
  mutating func isDrift(_ role: AzureClusterRole, from wanted: String, isThere: Bool) -> Bool {
    planner.plan.report.ledger.isDrift(role, from: wanted, isThere: isThere, since: desired.ledger)
  }
}
