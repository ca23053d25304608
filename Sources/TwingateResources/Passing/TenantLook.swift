internal import Cloud
internal import Foundations
internal import Twingate

/// A look at a tenant, which may use lists that other connections have requested.
struct TenantLook: Sendable {
  let client: TwingateClient
  /// Nil: lists are not shared.
  let reads: SharedReads?
  let lane: Lane
  /// How old a shared list may be.
  let age: Duration

  /// - Parameter made: origins of the resources that the ledger knows.
  func look(_ question: TwingateQuestion, made: Set<String>) async throws(CloudError) -> ObservedTwingate {
    var seen = ObservedTwingate()
    seen.remoteNetworks = try await remoteNetworks(question)
    let own = seen.remoteNetworks.filter { question.isOwn($0) }.map(\.id)
    if !own.isEmpty {
      seen.connectors = try await shared(SharedReads.connectors) { client, lane throws(CloudError) in
        try await client.connectors(lane: lane)
      }
    }
    try await lookForResources(question, made, in: own, &seen)
    try await lookForPrincipals(question, &seen)
    return seen
  }

  private func shared<Value: Sendable>(
    _ list: String,
    _ body: @escaping @Sendable (TwingateClient, Lane) async throws(CloudError) -> Value
  ) async throws(CloudError) -> Value {
    let (client, lane) = (client, lane)
    guard let reads else { return try await body(client, lane) }
    return try await reads.read(list, youngerThan: age) { () async throws(CloudError) in try await body(client, lane) }
  }

  /// The remote networks that the question names, and the one whose id it knows.
  private func remoteNetworks(_ question: TwingateQuestion) async throws(CloudError) -> [RemoteNetwork] {
    if reads != nil, age > .zero {
      let all = try await shared("remoteNetworks") { client, lane throws(CloudError) in
        try await client.remoteNetworks(lane: lane)
      }
      return all.filter { question.remoteNetworks.contains($0.name) || $0.id == question.remoteNetworkID }
    }
    var networks = try await client.remoteNetworks(named: question.remoteNetworks.sorted(), lane: lane)
    if let id = question.remoteNetworkID, !networks.contains(where: { $0.id == id }),
      let renamed = try await client.remoteNetwork(id, lane: lane)
    {
      networks.append(renamed)
    }
    return networks
  }

  /// What someone has moved to another remote network is found by its tags. That costs a second look, which reads the
  /// resources of the whole cluster, so it is made only where the first lacks something that was made, or nothing is known
  /// to have been made.
  private func lookForResources(
    _ question: TwingateQuestion,
    _ made: Set<String>,
    in networks: [String],
    _ seen: inout ObservedTwingate
  ) async throws(CloudError) {
    if !networks.isEmpty { seen.resources = try await client.resources(in: networks, lane: lane) }
    let found = Set(seen.resources.compactMap { question.owner.origin(of: $0) })
    let known = question.origins.intersection(made)
    let isMissing = !(known.isEmpty ? question.origins : known).isSubset(of: found)
    if question.looksEverywhere || isMissing {
      let known = Set(seen.resources.map(\.id))
      seen.resources += try await client.resources(tagged: question.tags, lane: lane).filter {
        !known.contains($0.id) && question.owner.origin(of: $0) != nil
      }
    }
    if !question.origins.isEmpty {
      seen.securityPolicies = try await shared("securityPolicies") { client, lane throws(CloudError) in
        try await client.securityPolicies(lane: lane)
      }
    }
  }

  private func lookForPrincipals(
    _ question: TwingateQuestion,
    _ seen: inout ObservedTwingate
  ) async throws(CloudError) {
    if !question.groups.isEmpty {
      let names = question.groups.sorted()
      seen.groups = try await shared("groups \(names)") { client, lane throws(CloudError) in
        try await client.groups(named: names, lane: lane)
      }
      let isComplete =
        question.groups.isSubset(of: Set(seen.groups.map(\.name)))
        && question.groupIDs.isSubset(of: Set(seen.groups.map(\.id)))
      // Some principals are named by id, renamed or unknown. The whole list is needed to suggest the nearest names.
      if !isComplete {
        seen.groups = try await shared("groups") { client, lane throws(CloudError) in
          try await client.groups(lane: lane)
        }
      }
    }
    for group in seen.groups where question.isAsked(group) {
      seen.members[group.id] = try await client.members(ofGroup: group.id, lane: lane)
    }
    if !question.emails.isEmpty { seen.users = try await client.users(emails: question.emails.sorted(), lane: lane) }
    if !question.serviceAccounts.isEmpty {
      let names = question.serviceAccounts.sorted()
      seen.serviceAccounts = try await client.serviceAccounts(named: names, lane: lane)
      let isComplete =
        question.serviceAccounts.isSubset(of: Set(seen.serviceAccounts.map(\.name)))
        && question.serviceAccountIDs.isSubset(of: Set(seen.serviceAccounts.map(\.id)))
      if !isComplete {
        seen.serviceAccounts = try await shared("serviceAccounts") { client, lane throws(CloudError) in
          try await client.serviceAccounts(lane: lane)
        }
      }
    }
    for account in seen.serviceAccounts where question.isAsked(account) {
      seen.keys[account.id] = try await client.keys(ofServiceAccount: account.id, lane: lane)
    }
  }
}
