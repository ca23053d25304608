internal import Cloud
internal import CloudResources
internal import Foundations
internal import GoogleCloud

/// Collects a plan for Google Cloud. Its parts share this state.
///
/// Every owned object (role) is planned by these rules, in the order network → firewalls → subnetworks → addresses →
/// router with NAT:
///
///     observed                           plan
///     its operation is under way         wait; nothing that needs it
///     its operation failed               a problem; retried after `retryDelay`, as a new request
///     absent                             create; a repair if it was known
///     has our name without our mark      a problem (`ForeignObject`), and no change to it
///     owned, different                   one change; the next one when that operation is done
///     owned, as wanted                   nothing
///     owned, no longer wanted            delete, when nothing uses it
struct GoogleCloudPlanner: NetworkPlanning {
  /// The pause after a failure that may pass by itself, and after any other.
  static let retryDelays: (Duration, Duration) = (.seconds(5), .seconds(60))
  /// Operations on networks take 5 to 60 s.
  static let pollInterval: Duration = .seconds(5)
  /// An operation that takes longer than this is reported as a problem.
  static let longestOperation: Duration = .seconds(900)
  /// Compute Engine treats identical requests within one window as one; see `RequestID`.
  static let requestWindow: Int64 = 120

  let desired: DesiredNetwork
  let observed: GoogleCloudObserved
  let now: Timestamp
  let names: GoogleCloudNames
  var plan = NetworkPlan<GoogleCloudAction>()
  /// Roles that cannot be changed now.
  var busy: Set<String> = []

  init(_ desired: DesiredNetwork, _ observed: GoogleCloudObserved, now: Timestamp) {
    self.desired = desired
    self.observed = observed
    self.now = now
    names = GoogleCloudNames(desired.mark)
    if observed.isShared { plan.report.ledger.settled[DesiredNetwork.hostProject] = observed.project }
    for (role, operation) in observed.operations.sorted(by: { $0.key < $1.key }) { note(operation, of: role) }
  }

  static func part(of role: String) -> NetworkPart {
    switch role.prefix(while: { $0 != "/" }) {
    case "network", "zone": .network
    case "subnetwork": .subnets
    case "firewall": .firewall
    default: .egress
    }
  }

  private mutating func note(_ operation: ComputeOperation, of role: String) {
    let handle = operation.handle.description
    guard let error = operation.error else {
      guard !operation.isDone else { return }
      plan.report.ledger.operations[role] = handle
      busy.insert(role)
      // A part counts as ready before its labels are set.
      if operation.type == "setLabels" { return plan.lookAgain(after: Self.pollInterval) }
      return wait(for: operation, of: role)
    }
    let delay = error.isTransient ? Self.retryDelays.0 : Self.retryDelays.1
    let left = operation.endedAt.map { delay - now.since($0) } ?? .zero
    // After the delay, forget the failed operation; the planner recreates whatever is still missing.
    guard left > .zero else { return }
    plan.report.ledger.operations[role] = handle
    busy.insert(role)
    plan.lookAgain(after: left)
    guard !error.isTransient else { return plan.hold(Self.part(of: role), error.description) }
    problem(Self.part(of: role), ProblemKind(failed: error), "\(operation.type) of \(role) failed: \(error.message)")
  }

  private mutating func wait(for operation: ComputeOperation, of role: String) {
    let since = operation.requestedAt.map { ", requested at \($0)" } ?? ""
    let words = "\(operation.type) of \(role) is under way (\(operation.handle.name)\(since))"
    guard let requested = operation.requestedAt, now.since(requested) > Self.longestOperation else {
      return wait(role, words)
    }
    plan.wait(Self.part(of: role), words, for: Self.retryDelays.1)
    let cure = "it takes longer than any should: look for it in project \(observed.project), or ask Google's support"
    problem(Self.part(of: role), .cloudFailure, "\(words): \(cure)")
  }

  mutating func wait(_ role: String, _ words: String) {
    plan.wait(Self.part(of: role), words, for: Self.pollInterval)
  }

  /// Reports a step that follows once what it needs exists.
  mutating func later(_ role: String, _ words: String) { plan.later(Self.part(of: role), words) }

  /// - Parameters:
  ///   - words: the description: `create subnetwork x`.
  ///   - seen: what was observed of the object before, so that the same change to another state is another request.
  ///   - repair: set if the action reverts someone else's change.
  mutating func act(
    _ role: String,
    _ change: GoogleCloudAction.Change,
    _ words: String,
    seen: String = "",
    repair: String? = nil,
    isCosmetic: Bool = false
  ) {
    guard !busy.contains(role) else { return isCosmetic ? () : plan.hold(Self.part(of: role), words) }
    let requestID = RequestID([
      desired.mark.value, role, "\(change)", seen, desired.knownIDs[role] ?? "",
      observed.operations[role]?.handle.name ?? "", String(now.seconds / Self.requestWindow),
    ])
    let action = GoogleCloudAction(role: role, change: change, requestID: requestID, description: words)
    plan.act(Self.part(of: role), action, repairs: repair.map { [$0] } ?? [], isCosmetic: isCosmetic)
    plan.lookAgain(after: Self.pollInterval)
  }

  /// Whether an object whose role has that prefix has an operation under way, or will have one by this plan.
  func isMoving(_ roles: String) -> Bool {
    plan.actions.contains { $0.role.hasPrefix(roles) }
      || observed.operations.contains { $0.key.hasPrefix(roles) && !$0.value.isDone }
  }

  /// The report of a repair, if an earlier pass saw the object.
  func deletedOutside(_ role: String, _ name: String) -> String? {
    desired.knownIDs[role].map { "\(name) (\($0)) was deleted by someone else: created again" }
  }

  func isOurs(_ description: String?, _ role: String) -> Bool {
    GoogleCloudMark.role(in: description, of: desired.mark) == role
  }

  mutating func foreign(_ part: NetworkPart, _ kind: String, _ name: String) {
    problem(
      part,
      .foreignObject,
      "\(kind) \(name) in project \(observed.project) does not bear this Backbone's mark in its description: "
        + "delete or rename it; it is left alone"
    )
  }

  func link(_ collection: ComputeCollection, _ name: String) -> String {
    let scope = collection.isRegional ? "regions/\(desired.region)" : "global"
    return "projects/\(observed.project)/\(scope)/\(collection.rawValue)/\(name)"
  }
}
