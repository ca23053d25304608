internal import CloudResources
internal import Foundations
internal import Twingate

/// The differences between groups and service accounts. Neither has tags, so the ledger says which are the
/// connection's.
private struct PrincipalKind: Sendable {
  let noun: String
  let role: @Sendable (String) -> String
  let rename: @Sendable (_ id: String, _ name: String) -> TwingateAction.Call
  let delete: @Sendable (_ id: String) -> TwingateAction.Call

  static let group = PrincipalKind(
    noun: "group",
    role: TwingateRole.group,
    rename: { .renameGroup($0, name: $1) },
    delete: { .deleteGroup($0) }
  )
  static let serviceAccount = PrincipalKind(
    noun: "service account",
    role: TwingateRole.serviceAccount,
    rename: { .renameServiceAccount($0, name: $1) },
    delete: { .deleteServiceAccount($0) }
  )
}

extension TwingatePlanner {
  private typealias Candidate = (id: String, name: String)

  private var groups: [Candidate] { seen.groups.map { ($0.id, $0.name) } }
  private var accounts: [Candidate] { seen.serviceAccounts.map { ($0.id, $0.name) } }

  mutating func planGroups() {
    let desired = wanted.groups
    let found = planPrincipals(.group, desired.map(\.name), among: groups) { planner, name in
      .createGroup(name, userIDs: planner.users(desired.first { $0.name == name }).ids)
    }
    for group in desired {
      guard let known = seen.groups.first(where: { $0.id == found[group.name] }) else { continue }
      planMembers(of: known, group, role: TwingateRole.group(group.name))
    }
    planGroupsGone(except: desired.map(\.name))
  }

  mutating func planServiceAccounts() {
    let desired = wanted.serviceAccounts
    let found = planPrincipals(.serviceAccount, desired.map(\.name), among: accounts) { _, name in
      .createServiceAccount(name)
    }
    for account in desired {
      guard let id = found[account.name] else { continue }
      planKeys(of: id, account, role: TwingateRole.serviceAccount(account.name))
    }
    planServiceAccountsGone(except: desired.map(\.name))
  }

  mutating func planGroupsGone(except names: [String]) {
    let manual = seen.groups.filter { $0.type == .manual }.map { (id: $0.id, name: $0.name) }
    planGone(.group, except: names, among: manual)
  }

  mutating func planServiceAccountsGone(except names: [String]) {
    planGone(.serviceAccount, except: names, among: accounts)
  }

  // MARK: Both kinds

  /// Makes missing principals, and renames those whose name differs.
  /// - Returns: ids of the connection's own existing principals, by the names in the spec.
  private mutating func planPrincipals(
    _ kind: PrincipalKind,
    _ names: [String],
    among candidates: [Candidate],
    creation: (inout TwingatePlanner, String) -> TwingateAction.Call
  ) -> [String: String] {
    var found: [String: String] = [:]
    for name in names {
      let role = kind.role(name)
      if let own = own(role, name, among: candidates) {
        found[name] = own.id
        plan.report.found[role] = own.id
        guard own.name != name else { continue }
        let repair = "\(kind.noun) \(name) was called \(own.name)"
        let call = kind.rename(own.id, name)
        act(.principals, .repair, call, role: role, "rename \(kind.noun) \(name)", repairs: [repair])
      } else if candidates.contains(where: { $0.name == name }) {
        let message = "\(kind.noun) \(name) is there already: name it under access only, or choose another name"
        refuse(.principals, "spec", .foreignObject, message)
      } else {
        let call = creation(&self, name)
        create(.principals, call, role: role, name: name, "create \(kind.noun) \(name)")
      }
    }
    return found
  }

  /// The object of a role: the one whose id is in the ledger, or the one that was about to be made.
  private func own(_ role: String, _ name: String, among candidates: [Candidate]) -> Candidate? {
    candidates.first { $0.id == ledger.ids[role] }
      ?? (ledger.operations[role] == name ? candidates.first { $0.name == name } : nil)
  }

  /// Deletes the connection's own principals that the spec does not name.
  private mutating func planGone(_ kind: PrincipalKind, except names: [String], among candidates: [Candidate]) {
    for role in Set(ledger.ids.keys).union(ledger.operations.keys).sorted() {
      guard let name = TwingateRole.name(in: role, of: kind.role), !names.contains(name) else { continue }
      // If the answer to a creation was lost, only the name is known. The id may then belong to a predecessor.
      let own =
        candidates.first { $0.id == ledger.ids[role] } ?? candidates.first { $0.name == ledger.operations[role] }
      guard let own else {
        plan.report.abandoned.insert(role)
        continue
      }
      // From now on it is known by its id, because an intent ends with the first failure.
      plan.report.found[role] = own.id
      act(.principals, .revocation, kind.delete(own.id), role: role, "delete \(kind.noun) \(name)")
    }
  }

  // MARK: Members

  private mutating func planMembers(of group: Group, _ desired: WantedTwingate.Group, role: String) {
    guard desired.members != nil, let current = seen.members[group.id]?.map(\.id) else { return }
    guard group.type == .manual else {
      let message =
        "group \(desired.name) is \(group.type.rawValue): its members come from the identity provider; "
        + "leave members out"
      return refuse(.principals, "spec", .invalidSpec, message)
    }
    let (users, isComplete) = users(desired)
    let added = users.filter { !current.contains($0) }
    // A mistyped address must not cost anybody their membership.
    let removed = isComplete ? current.filter { !users.contains($0) } : []
    guard !added.isEmpty || !removed.isEmpty else { return }
    act(
      .principals,
      removed.isEmpty ? .change : .revocation,
      .changeMembers(group.id, added: added, removed: removed),
      role: role,
      "update the members of group \(desired.name)"
    )
  }

  /// - Returns: the users' ids, and whether every user is known.
  private mutating func users(_ desired: WantedTwingate.Group?) -> (ids: [String], isComplete: Bool) {
    var (ids, isComplete): ([String], Bool) = ([], true)
    for email in desired?.members ?? [] {
      let found = seen.users.filter { $0.email.lowercased() == email.lowercased() }
      if found.count == 1 {
        ids.append(found[0].id)
      } else {
        isComplete = false
        let message =
          "group \(desired?.name ?? ""): there \(found.isEmpty ? "is no user" : "are \(found.count) users") \(email)"
        refuse(.principals, "spec", found.isEmpty ? .principalNotFound : .principalAmbiguous, message)
      }
    }
    return (ids, isComplete)
  }
}
