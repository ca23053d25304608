internal import AWS
internal import CloudLinkerAPI
internal import Foundations

/// Collects a plan. Its parts are in files of their own; the rules:
///
///     an object by mark and role       and it                          then
///     none                             is wanted                       create
///     one                              is as wanted                    nothing
///     one                              differs in what can change      change; tell it as a repair
///     one                              differs in what cannot          a problem: a person must decide
///     several                          —                               keep the one in use, else the lowest id
///     any                              is not kept                     delete, in order of dependencies
///     made a moment ago, not shown     —                               wait: nothing is done meanwhile
///     not ours                         is in the way                   a problem that names it
struct AWSNetworkPlanner {
  let desired: DesiredNetwork
  let state: AWSNetworkState
  let now: Timestamp
  var plan = NetworkPlan<AWSNetworkAction>()
  /// Why a part is not ready; the first reason counts.
  var pending: [NetworkPart: String] = [:]
  /// Ids that stay.
  var kept: Set<String> = []

  init(_ desired: DesiredNetwork, _ state: AWSNetworkState, now: Timestamp) {
    self.desired = desired
    self.state = state
    self.now = now
  }

  mutating func planPresence() {
    guard state.unseen.isEmpty else {
      waitForUnseen()
      return holdOthers("EC2 to show what was made")
    }
    if let id = state.unmarkedVPC {
      problem(
        .network,
        .foreignObject,
        "VPC \(id) has lost its mark: put back the tag \(OwnershipMark.key)=\(desired.mark.value) if it is this Backbone's, "
          + "or delete the VPC"
      )
      return holdOthers("the VPC")
    }
    guard let vpc = network() else { return holdOthers("the VPC") }
    let gateways = egress(vpc)
    let subnets = privateSubnets(vpc)
    routes(vpc, subnets: subnets, gateways: gateways)
    firewall(vpc)
    flowLog(vpc)
    tearDownSurplus()
  }

  mutating func waitForUnseen() {
    for (role, id) in state.unseen.sorted(by: { $0.key < $1.key }) {
      wait(.network, "\(role) \(id) was made a moment ago and EC2 does not show it yet", seconds: 5)
    }
  }

  /// Nothing is known of the other parts; what an earlier reconcile knew stays known.
  private mutating func holdOthers(_ reason: String) {
    for part in NetworkPart.allCases where pending[part] == nil { pending[part] = reason }
    plan.report.ids.merge(desired.knownIDs) { new, _ in new }
  }

  // MARK: Collecting

  mutating func act(_ part: NetworkPart, _ action: AWSNetworkAction, repair: String? = nil) {
    plan.actions.append(action)
    if pending[part] == nil { pending[part] = action.description }
    if let repair { plan.repairs.append(repair) }
  }

  mutating func wait(_ part: NetworkPart, _ what: String, seconds: Int = 15) {
    plan.waiting.append(what)
    if pending[part] == nil { pending[part] = what }
    plan.lookAgainAfter = min(plan.lookAgainAfter ?? .seconds(seconds), .seconds(seconds))
  }

  mutating func later(_ part: NetworkPart, _ what: String) {
    plan.later.append(what)
    if pending[part] == nil { pending[part] = what }
  }

  mutating func problem(_ part: NetworkPart, _ reason: Reason, _ message: String) {
    plan.problems.append(NetworkProblem(part, reason: reason.rawValue, message: message))
    if pending[part] == nil { pending[part] = message }
  }

  /// The object stays: it is entered into the report, and its tags are put right.
  mutating func keep(
    _ part: NetworkPart,
    role: String,
    _ id: String,
    tags: [String: String],
    extra: [String: String] = [:]
  ) {
    kept.insert(id)
    plan.report.ids[role] = id
    let change = desired.retagging(role: role, tags, extra: extra)
    if !change.remove.isEmpty { act(part, .removeTags([id], keys: change.remove)) }
    guard !change.set.isEmpty else { return }
    let words = "\(id) had other tags than the spec says: set \(change.drift.joined(separator: ", "))"
    act(part, .setTags(id, change.set), repair: change.drift.isEmpty ? nil : words)
  }

  /// Tells that something which was there before is made again.
  func repairOfLost(_ role: String) -> String? {
    desired.knownIDs[role].map { "\(role) \($0) was deleted outside: made again" }
  }

  func owns(_ tags: [String: String]) -> Bool { desired.owns(tags) }

  /// The one of that role to keep: the most used, else the lowest id.
  func pick<Object>(
    _ objects: [Object],
    role: String,
    id: (Object) -> String,
    tags: (Object) -> [String: String],
    use: (Object) -> Int
  ) -> Object? {
    objects.filter { owns(tags($0)) && desired.role(id($0), tags($0)) == role }
      .min { (-use($0), id($0)) < (-use($1), id($1)) }
  }

  consuming func finished() -> NetworkPlan<AWSNetworkAction> {
    for part in NetworkPart.allCases { plan.parts[part] = pending[part].map { .pending($0) } ?? .ready }
    return plan
  }
}
