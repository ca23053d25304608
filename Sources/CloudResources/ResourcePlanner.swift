/// Compares rows with what was observed and collects the plan. For a wanted object (`plan`):
///
///     seen                                      done                                part
///     nothing, but the spec adopts it           problem ExistingNotFound            pending
///     someone else's object in its place        problem ForeignObject               pending
///     the spec cannot be carried out for it     that problem                        pending
///     nothing, and what it needs is not ready   later                               pending
///     nothing                                   create, and say if it was there     pending
///     busy                                      wait                                pending
///     a write of it failed                      that problem; once a retry is due,  pending
///                                               write again
///     differs                                   change and say what was repaired    pending
///     differs, and its lane is taken            later                               pending
///     only tags differ                          tag it                              ready
///     as it should be                           nothing                             ready
///
/// For an owned object that is not wanted (`removeSurplus`, `removeAll`):
///
///     seen                                      done                                part
///     busy                                      wait                                pending
///     in use by an object of others             problem InUse that names the user   pending
///     in use by an owned object                 later                               pending
///     its deletion failed                       that problem, and retry when due    pending
///     its lane is taken                         later                               pending
///     otherwise                                 delete                              pending
///
/// The rows determine the order: an object is created after everything it needs is ready, and deleted before it.
package struct ResourcePlanner<Catalogue: ResourceCatalogue>: Sendable {
  package typealias Role = Catalogue.Role
  package typealias Row = ResourceRow<Role, Catalogue.ID, Catalogue.Content>
  package typealias Owned = OwnedResource<Role, Catalogue.ID>
  package typealias Plan = ResourcePlan<Role.Part, Catalogue.Action, Catalogue.Report>

  package var plan: Plan
  /// Ids of the objects that earlier passes created.
  private let known: [String: String]
  private var takenLanes: Set<String> = []
  /// Ids that a write can refer to: of objects that are ready and that this plan does not write.
  private var usable: [Role: Catalogue.ID] = [:]
  /// Ids of the objects that rows describe.
  private var wanted: [Role: Catalogue.ID] = [:]
  private var retags: [(role: Role, id: Catalogue.ID, tags: [String: String])] = []

  package init(_ plan: Plan, ledger: Ledger) {
    self.plan = plan
    known = ledger.ids
  }

  /// The id of an object that a write can refer to now.
  package func usable(_ role: Role) -> Catalogue.ID? { usable[role] }

  /// The id of an existing object, ready or not.
  package func found(_ role: Role) -> Catalogue.ID? { wanted[role] }

  /// Leaves every write of the lane to a later plan.
  package mutating func take(lane: String) { takenLanes.insert(lane) }

  // MARK: Wanted objects

  /// - Returns: whether other objects can be created inside it now.
  @discardableResult
  package mutating func plan(_ row: Row) -> Bool {
    guard let found = row.found else { return create(row) }
    wanted[row.role] = found.id
    if row.content != nil { plan.report.ledger.ids[row.role.description] = found.id.description }
    if let refusal = row.refusal { plan.problem(row.role.part, refusal.kind, refusal.message) }
    guard row.refusal == nil, isSettled(row.role, found) else {
      tagLater(row, found)
      return false
    }
    guard let change = row.change, !change.details.isEmpty || found.state == .failed else {
      tagLater(row, found)
      if found.state == .ready, row.tags == nil { usable[row.role] = found.id }
      return true
    }
    let detail = change.details.isEmpty ? "its last change failed" : change.details.joined(separator: ", ")
    if isFree(row.role), change.names.allSatisfy({ usable[$0] != nil }) {
      act(.update(change.content, tags: row.tags), row.role, found.id, detail, repairs: change.repairs)
    } else {
      plan.later(row.role.part, "update \(found.label): \(detail)")
      tagLater(row, found)
    }
    return true
  }

  private mutating func create(_ row: Row) -> Bool {
    let part = row.role.part
    if let missing = row.missing {
      plan.problem(part, .existingNotFound, missing)
    } else if let foreign = row.foreign {
      plan.problem(part, .foreignObject, foreign)
    } else if let refusal = row.refusal {
      plan.problem(part, refusal.kind, refusal.message)
    } else if let content = row.content {
      guard !row.isBlocked, isFree(row.role), row.needs.allSatisfy({ usable[$0] != nil }) else {
        plan.later(part, "create \(row.role.summary)")
        return false
      }
      let isLost = known[row.role.description] != nil
      let repairs = isLost ? ["\(row.role.summary) was deleted by someone else: created again"] : []
      act(.create(content), row.role, row.id, row.detail, repairs: repairs)
      return row.isReadyAtOnce
    }
    return false
  }

  // MARK: Owned objects

  /// Deletes every owned object that no row describes. All rows of the spec must have been planned before.
  package mutating func removeSurplus(_ owned: [Owned]) {
    let wanted = Set(wanted.values)
    for object in owned where !wanted.contains(object.found.id) { remove(object) }
  }

  package mutating func removeAll(_ owned: [Owned]) {
    for object in owned { remove(object) }
    plan.isGone = owned.isEmpty
  }

  private mutating func remove(_ object: Owned) {
    let (role, found) = (object.role, object.found)
    if case .busy = found.state {
      _ = isSettled(role, found, toDelete: true)
    } else if !object.strangers.isEmpty {
      refuseRemoval(object)
    } else if object.isInUse {
      plan.later(role.part, "delete \(found.label)")
    } else if isSettled(role, found, toDelete: true) {
      guard isFree(role) else { return plan.later(role.part, "delete \(found.label)") }
      act(.delete, role, found.id)
    } else {
      plan.hold(role.part, "delete \(found.label)")
    }
  }

  /// Reports what keeps the object from being deleted.
  package mutating func refuseRemoval(_ object: Owned) {
    let named = object.strangers.prefix(5).joined(separator: ", ")
    let more = object.strangers.count > 5 ? " and \(object.strangers.count - 5) more" : ""
    plan.problem(
      object.role.part,
      .inUse,
      "\(object.found.label) is in use by \(named)\(more): delete or detach these first"
    )
  }

  // MARK: Steps

  /// The finished plan, including tags that no other request sets.
  package consuming func finished(busy: Duration, blocked: Duration) -> Plan {
    for retag in retags.sorted(by: { $0.id.description < $1.id.description }) where isFree(retag.role) {
      let action = Catalogue.action(.tag(retag.tags), retag.role, retag.id, "")
      plan.act(retag.role.part, action, isCosmetic: true)
    }
    if !plan.actions.isEmpty || !plan.waiting.isEmpty {
      plan.lookAgain(after: busy)
    } else if !plan.problems.isEmpty || !plan.later.isEmpty {
      plan.lookAgain(after: blocked)
    }
    return plan
  }

  private func isFree(_ role: Role) -> Bool { role.lane.map { !takenLanes.contains($0) } ?? true }

  private mutating func act(
    _ write: ResourceWrite<Catalogue.Content>,
    _ role: Role,
    _ id: Catalogue.ID,
    _ detail: String = "",
    repairs: [String] = []
  ) {
    if let lane = role.lane { take(lane: lane) }
    plan.act(role.part, Catalogue.action(write, role, id, detail), repairs: repairs)
  }

  private mutating func tagLater(_ row: Row, _ found: Sighting<Catalogue.ID>) {
    if let tags = row.tags { retags.append((row.role, found.id, tags)) }
  }

  /// Whether the object can be written now; if not, reports what it waits for. A failed deletion does not count against
  /// an object that is to stay, nor a failed write against one that is to be deleted.
  private mutating func isSettled(_ role: Role, _ found: Sighting<Catalogue.ID>, toDelete: Bool = false) -> Bool {
    let counts = found.write?.isDeletion.map { $0 == toDelete } ?? true
    let error = counts ? found.write?.error : nil
    if !counts { plan.report.ledger.failures[found.id.description] = nil }
    if let error {
      plan.problem(role.part, ProblemKind(failed: error), "\(found.label): \(error): it is tried again")
    }
    var cause = found.write?.isUnderWay == true ? "being changed" : nil
    if case .busy(let what) = found.state { cause = what }
    guard let cause else { return error == nil || found.write?.mayRetry == true }
    plan.wait(role.part, "\(role.summary) is \(cause)")
    if let lane = role.lane { take(lane: lane) }
    return false
  }
}
