internal import CloudResources
internal import Foundations
internal import Twingate

extension TwingatePlanner {
  /// An old key still works for so long after its successor was made, so that programs can take that over.
  static let keyOverlap: Duration = .seconds(600)
  /// The longest that a key lives, in days.
  static let longestKey = 365

  /// The object of a role: that of the id in the ledger, or that which was about to be made.
  private func own<Object>(
    _ role: String,
    _ name: String,
    among objects: [Object],
    _ describe: (Object) -> (id: String, name: String)
  ) -> Object? {
    objects.first { describe($0).id == ledger.ids[role] }
      ?? (ledger.operations[role] == name ? objects.first { describe($0).name == name } : nil)
  }

  /// The connection's own objects of a kind, but those that the spec names: of each its role, name and id.
  private mutating func others(
    _ kind: (String) -> String,
    than names: [String],
    among objects: [(id: String, name: String)]
  ) -> [(role: String, name: String, id: String)] {
    var others: [(role: String, name: String, id: String)] = []
    for role in Set(ledger.ids.keys).union(ledger.operations.keys).sorted() {
      guard let name = TwingateRole.name(in: role, of: kind), !names.contains(name) else { continue }
      // One whose creation was not answered is known by its name only. The id may then be that of a predecessor.
      let object =
        objects.first { $0.id == ledger.ids[role] } ?? objects.first { $0.name == ledger.operations[role] }
      if let object {
        // From now on by its id: an intent ends with the first failure.
        plan.report.found[role] = object.id
        others.append((role, name, object.id))
      } else {
        plan.report.abandoned.insert(role)
      }
    }
    return others
  }

  mutating func planGroupsGone(except names: [String]) {
    let groups = seen.groups.filter { $0.type == .manual }.map { (id: $0.id, name: $0.name) }
    for (role, name, id) in others(TwingateRole.group, than: names, among: groups) {
      act(.principals, .revocation, .deleteGroup(id), role: role, "delete group \(name)")
    }
  }

  mutating func planServiceAccountsGone(except names: [String]) {
    let accounts = seen.serviceAccounts.map { (id: $0.id, name: $0.name) }
    for (role, name, id) in others(TwingateRole.serviceAccount, than: names, among: accounts) {
      act(.principals, .revocation, .deleteServiceAccount(id), role: role, "delete service account \(name)")
    }
  }

  mutating func planGroups() {
    for desired in wanted.groups {
      let role = TwingateRole.group(desired.name)
      if let group = own(role, desired.name, among: seen.groups, { ($0.id, $0.name) }) {
        if group.name != desired.name {
          let repair = "group \(desired.name) was called \(group.name)"
          let call = TwingateAction.Call.renameGroup(group.id, name: desired.name)
          act(.principals, .repair, call, role: role, "rename group \(desired.name)", repairs: [repair])
        }
        plan.report.found[role] = group.id
        planMembers(of: group, desired, role: role)
      } else if seen.groups.contains(where: { $0.name == desired.name }) {
        let message = "group \(desired.name) is there already: name it under access only, or choose another name"
        refuse(.principals, "spec", .foreignObject, message)
      } else {
        let call = TwingateAction.Call.createGroup(desired.name, userIDs: users(desired).ids)
        create(.principals, call, role: role, name: desired.name, "create group \(desired.name)")
      }
    }
    planGroupsGone(except: wanted.groups.map(\.name))
  }

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
    // Nobody is put out because an address is mistyped.
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

  /// - Returns: the users' ids, and whether all are known.
  private mutating func users(_ desired: WantedTwingate.Group) -> (ids: [String], isComplete: Bool) {
    var (ids, isComplete): ([String], Bool) = ([], true)
    for email in desired.members ?? [] {
      let found = seen.users.filter { $0.email.lowercased() == email.lowercased() }
      if found.count == 1 {
        ids.append(found[0].id)
      } else {
        isComplete = false
        let message =
          "group \(desired.name): there \(found.isEmpty ? "is no user" : "are \(found.count) users") \(email)"
        refuse(.principals, "spec", found.isEmpty ? .principalNotFound : .principalAmbiguous, message)
      }
    }
    return (ids, isComplete)
  }

  mutating func planServiceAccounts() {
    for desired in wanted.serviceAccounts {
      let role = TwingateRole.serviceAccount(desired.name)
      if let account = own(role, desired.name, among: seen.serviceAccounts, { ($0.id, $0.name) }) {
        if account.name != desired.name {
          let repair = "service account \(desired.name) was called \(account.name)"
          let call = TwingateAction.Call.renameServiceAccount(account.id, name: desired.name)
          act(.principals, .repair, call, role: role, "rename service account \(desired.name)", repairs: [repair])
        }
        plan.report.found[role] = account.id
        planKeys(of: account, desired, role: role)
      } else if seen.serviceAccounts.contains(where: { $0.name == desired.name }) {
        let message =
          "service account \(desired.name) is there already: name it under access only, or choose another name"
        refuse(.principals, "spec", .foreignObject, message)
      } else {
        let call = TwingateAction.Call.createServiceAccount(desired.name)
        create(.principals, call, role: role, name: desired.name, "create service account \(desired.name)")
      }
    }
    planServiceAccountsGone(except: wanted.serviceAccounts.map(\.name))
  }

  /// One key is in use, that of the Secret. Every other is one whose answer was lost, or a predecessor.
  private mutating func planKeys(
    of account: ServiceAccount,
    _ desired: WantedTwingate.ServiceAccount,
    role: String
  ) {
    guard let keys = seen.keys[account.id] else { return }
    let kept = keys.first { $0.id == secrets.keys[desired.name] && $0.status == .active }
    let isDue = kept.map { key in desired.rotatesEvery.map { now.since(key.createdAt) >= $0 } ?? false } ?? true
    if isDue {
      // A key that nobody renews any more ends by itself.
      let days = desired.rotatesEvery.map { min(Self.longestKey, Int($0.components.seconds / 86_400) * 2 + 1) } ?? 0
      act(
        .principals,
        .change,
        .createKey(serviceAccountID: account.id, name: "cloudlinker-\(now.seconds)", days: days),
        role: role,
        "create a key of service account \(desired.name)"
      )
    }
    guard !isDue, let kept, now.since(kept.createdAt) >= Self.keyOverlap else {
      if kept != nil, keys.count > 1 { plan.lookAgain(after: Self.keyOverlap) }
      return
    }
    for key in keys where key.id != kept.id {
      let isActive = key.status == .active
      let call: TwingateAction.Call =
        isActive
        ? .revokeKey(key.id, serviceAccountID: account.id) : .deleteKey(key.id, serviceAccountID: account.id)
      let description = "\(isActive ? "revoke" : "delete") key \(key.name) of service account \(desired.name)"
      act(.principals, .revocation, call, role: "\(role)/\(key.id)", description)
    }
  }
}
