internal import Azure
internal import CloudResources
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
///     lacks a tag                            tag it, with the write if     ready
///                                            there is one
///     as it should be                        nothing                       ready
///     of a role that the spec has no more    delete, once nothing uses it  pending
///
/// A NAT gateway waits for its addresses, a subnet for all that it names. Of a virtual network one thing is written in a
/// plan, and nothing while another write to it is under way.
struct AzurePlanner: NetworkPlanning {
  let desired: DesiredNetwork
  let seen: AzureObserved
  var plan = NetworkPlan<AzureAction>()
  /// Set when something of the virtual network is written by this plan, or by one before it.
  var networkIsBusy = false
  /// Tags that objects are to have; written by a request of their own unless the object is written anyway.
  private var retags: [ResourceID: (role: AzureRole, tags: [String: String])] = [:]
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
    detail: String = "",
    repairs: [String] = []
  ) {
    var action = AzureAction(verb: verb, role: role, id: id ?? names.id(role), body: body, detail: detail)
    // One write: a PATCH of the tags would change the ETag that the PUT names.
    if case .update = verb, let tags = retags.removeValue(forKey: action.id)?.tags {
      action.body["tags"] = .object(tags.mapValues { .string($0) })
    }
    var repairs = repairs
    if case .create = verb, desired.knownIDs[role.description] != nil {
      repairs.append("\(role.words) was deleted by somebody else: made again")
    }
    written.insert(action.id)
    plan.act(role.part, action, repairs: repairs)
  }

  mutating func wait(_ role: AzureRole, _ state: String) {
    plan.wait(role.part, "\(role.words) is \(state)")
  }

  /// Notes an object of ours in the report, and its tags that are missing or wanted no more.
  mutating func note(_ object: some AzureResource, _ role: AzureRole) {
    guard let id = object.id else { return }
    plan.report.ids[role.description] = id.description
    if case .subnet = role { return }
    let wanted = names.tags(role, desired.tags, on: object)
    guard wanted.count != object.tags.count || wanted.contains(where: { object.tag($0.key) != $0.value }) else {
      return
    }
    retags[id] = (role, wanted)
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
      problem(role.part, ProblemKind(failed: error), "\(role.words) \(id.name): \(error): tried again every minute")
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
    return object.state == .succeeded && !written.contains(id) && retags[id] == nil
  }

  consuming func finished() -> NetworkPlan<AzureAction> {
    for (id, object) in retags.sorted(by: { $0.key.description < $1.key.description }) {
      // A network that is being written to is tagged by a later plan.
      if object.role == .network, networkIsBusy { continue }
      plan.act(object.role.part, AzureAction(verb: .tag(object.tags), role: object.role, id: id), isCosmetic: true)
    }
    if !plan.actions.isEmpty || !plan.waiting.isEmpty {
      plan.lookAgain(after: .seconds(5))
    } else if !plan.problems.isEmpty || !plan.later.isEmpty {
      plan.lookAgain(after: .seconds(60))
    }
    return plan
  }
}
