internal import AWS
internal import CloudResources

extension AWSClusterPlanner {
  /// An entry has each policy once, so grants of one principal and role are merged: a grant for all namespaces includes
  /// those for some.
  private var wantedEntries: [String: [String: [String]]] {
    var entries: [String: [String: [String]]] = [:]
    for grant in desired.access {
      guard case .role(let principal) = grant.principal else { continue }
      let policy = AWSClusterPolicies.access(grant.role, partition: partition)
      let known = entries[principal]?[policy]
      let namespaces =
        known.map { $0.isEmpty || grant.namespaces.isEmpty ? [] : $0 + grant.namespaces } ?? grant.namespaces
      entries[principal, default: [:]][policy] = Set(namespaces).sorted()
    }
    return entries
  }

  mutating func planAccess() {
    for (principal, policies) in wantedEntries.sorted(by: { $0.key < $1.key }) { planEntry(principal, policies) }
    planAutoModeEntry()
  }

  mutating func planEntry(_ principal: String, type: String = "STANDARD", _ policies: [String: [String]]) {
    let role = AWSClusterRole.entry(principal)
    var row = Planner.Row(role, id: principal)
    row.needs = [.cluster]
    row.content = .entry(type: type, policies: policies, tags: desired.tags(role))
    row.detail = words(policies)
    if let found = seen.entries[principal] {
      if desired.owns(found.entry.tags) {
        row.found = Sighting(id: principal, label: role.summary, state: .ready)
        row.change = change(found, policies)
        row.tags = desired.retagging(role, found.entry.tags)
      } else {
        row.foreign =
          "\(role.summary) is there and does not belong to this PrivateCluster: delete it, or take the principal out of "
          + "spec.access"
      }
    }
    _ = planner.plan(row)
  }

  private mutating func change(_ found: AWSClusterState.Entry, _ wanted: [String: [String]]) -> Planner.Row.Change {
    let current = Dictionary(found.policies.map { ($0.policyArn, ($0.accessScope?.namespaces ?? []).sorted()) }) { $1 }
    let missing = wanted.filter { current[$0.key] != $0.value }
    let extra = current.keys.filter { wanted[$0] == nil }.sorted()
    let role = AWSClusterRole.entry(found.entry.principalArn)
    let isDrift = isDrift(role, from: words(wanted), isThere: missing.isEmpty && extra.isEmpty)
    var details: [String] = []
    if !missing.isEmpty { details.append("lacked \(words(missing))") }
    if !extra.isEmpty { details.append("had \(words(Dictionary(uniqueKeysWithValues: extra.map { ($0, []) })))") }
    return .init(
      .entryPolicies(associate: missing, disassociate: extra),
      details: details,
      repairs: isDrift ? details.map { "\(role.summary) \($0)" } : [],
      names: [.cluster]
    )
  }

  private func words(_ policies: [String: [String]]) -> String {
    policies.sorted { $0.key < $1.key }.map { policy, namespaces in
      let name = policy.split(separator: "/").last.map(String.init) ?? policy
      return namespaces.isEmpty ? name : "\(name) in \(namespaces.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
