internal import Azure
internal import CloudLinkerAPI
internal import Foundations

/// Collects a plan. What every goal needs is here; the goals are in the extensions.
///
/// For each object of ours, by what is seen of it (`present`):
///
///     seen                                   done                          part
///     nothing                                create                        pending
///     nothing, but one of our name unmarked  nothing; problem ForeignObject  pending
///     Updating, Creating, Deleting           wait                          pending
///     Failed, Canceled                       write it again, after a       pending
///                                            minute if we know why; told
///     differs                                write it; repairs             pending
///     lacks a tag                            tag it                        ready
///     as it should be                        nothing                       ready
///     of a role that the spec has no more    delete, once nothing uses it  pending
///
/// A NAT gateway waits for its addresses, a subnet for all that it names. Of a virtual network one thing is written in a
/// plan, and nothing while another write to it is under way.
struct AzurePlanner {
  let desired: DesiredNetwork
  let seen: AzureObserved
  var plan = NetworkPlan<AzureAction>()
  /// Set when something of the virtual network is written by this plan, or by one before it.
  var networkIsBusy = false
  private var pending: [NetworkPart: String] = [:]
  /// What this plan writes: Azure refuses what names a resource that is not provisioned.
  private var written: Set<ResourceID> = []

  init(_ desired: DesiredNetwork, _ seen: AzureObserved) {
    self.desired = desired
    self.seen = seen
  }

  var names: AzureNames { seen.names }

  mutating func act(
    _ verb: AzureAction.Verb,
    _ role: AzureRole,
    _ id: ResourceID? = nil,
    _ body: JSONValue = .null,
    detail: String = ""
  ) {
    let action = AzureAction(verb: verb, role: role, id: id ?? names.id(role), body: body, detail: detail)
    plan.actions.append(action)
    if case .create = verb, desired.knownIDs[role.description] != nil {
      plan.repairs.append("\(role.words) was deleted by somebody else: made again")
    }
    written.insert(action.id)
    if case .tag = verb { return }
    hold(role.part, action.description)
  }

  mutating func wait(_ role: AzureRole, _ state: String) {
    plan.waiting.append("\(role.words) is \(state)")
    hold(role.part, "\(role.words), which is \(state)")
  }

  mutating func postpone(_ part: NetworkPart, _ words: String) {
    plan.later.append(words)
    hold(part, words)
  }

  mutating func refuse(_ part: NetworkPart, _ reason: Reason, _ message: String) {
    plan.problems.append(.init(part, reason: reason.rawValue, message: message))
    hold(part, message)
  }

  /// The first cause is told.
  mutating func hold(_ part: NetworkPart, _ words: String) { pending[part] = pending[part] ?? words }

  /// Notes an object of ours in the report, and its tags that are missing or wanted no more.
  mutating func note(_ object: some AzureResource, _ role: AzureRole) {
    guard let id = object.id else { return }
    plan.report.ids[role.description] = id.description
    if case .subnet = role { return }
    let wanted = names.tags(role, desired.tags, on: object)
    guard wanted.count != object.tags.count || wanted.contains(where: { object.tag($0.key) != $0.value }) else {
      return
    }
    act(.tag(wanted), role, id)
  }

  /// Says whether the object can be written to now, and waits if not.
  mutating func isSettled(_ object: some AzureResource, _ role: AzureRole) -> Bool {
    let mayWrite = mayWrite(object.id, role)
    switch object.state {
    case .succeeded, .failed: return mayWrite
    case .underWay: wait(role, "being provisioned")
    case .deleting: wait(role, "being deleted")
    }
    return false
  }

  /// Tells why the last write of it failed, until one succeeds.
  /// - Returns: whether it may be written now.
  mutating func mayWrite(_ id: ResourceID?, _ role: AzureRole) -> Bool {
    guard let id, let trouble = seen.troubles[id] else { return true }
    if let error = trouble.error {
      refuse(role.part, .of(error), "\(role.words) \(id.name): \(error): tried again every minute")
    }
    if trouble.isUnderWay, let state = seen.state(of: id), state == .succeeded || state == .failed {
      wait(role, "being changed")
      if id.parent ?? id == seen.network(desired)?.id { networkIsBusy = true }
    }
    return trouble.mayRetry
  }

  /// Whether something can be named in a write: it is there, and neither changing nor failed.
  func isUsable(_ object: (some AzureResource)?) -> Bool {
    guard let object, let id = object.id else { return false }
    return object.state == .succeeded && !written.contains(id)
  }

  func finished() -> NetworkPlan<AzureAction> {
    var plan = plan
    for part in NetworkPart.allCases { plan.parts[part] = pending[part].map { .pending($0) } ?? .ready }
    if !plan.actions.isEmpty || !plan.waiting.isEmpty {
      plan.lookAgainAfter = .seconds(5)
    } else if !plan.problems.isEmpty || !plan.later.isEmpty {
      plan.lookAgainAfter = .seconds(60)
    }
    return plan
  }
}
