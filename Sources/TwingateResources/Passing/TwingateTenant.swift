public import Cloud
public import Twingate

/// What a pass speaks to: a tenant at Twingate, or a test's own.
public protocol TwingateTenant: Sendable {
  func look(_ question: TwingateQuestion, lane: Lane) async throws(CloudError) -> ObservedTwingate
  func perform(_ action: TwingateAction) async throws(CloudError) -> TwingateOutcome
}

/// What a mutation came to.
public enum TwingateOutcome: Sendable, Hashable {
  case done
  case remoteNetwork(RemoteNetwork)
  case connector(Connector)
  case tokens(ConnectorTokens)
  case resource(Resource)
  case group(Group)
  case serviceAccount(ServiceAccount)
  case key(ServiceAccountKeyCreation)
}

extension TwingateClient: TwingateTenant {
  public func perform(_ action: TwingateAction) async throws(CloudError) -> TwingateOutcome {
    let lane = action.lane
    switch action.call {
    case .createRemoteNetwork(let name, let location):
      return .remoteNetwork(try await createRemoteNetwork(name, location: location, lane: lane))
    case .updateRemoteNetwork(let id, let name, let location):
      return .remoteNetwork(try await updateRemoteNetwork(id, name: name, location: location, lane: lane))
    case .deleteRemoteNetwork(let id): try await deleteRemoteNetwork(id, lane: lane)
    case .createConnector(let name, let network, let notifies):
      return .connector(try await createConnector(name, in: network, notifiesWhenOffline: notifies, lane: lane))
    case .updateConnector(let id, let name, let notifies):
      return .connector(try await updateConnector(id, name: name, notifiesWhenOffline: notifies, lane: lane))
    case .makeTokens(let id): return .tokens(try await generateTokens(id, lane: lane))
    case .deleteConnector(let id): try await deleteConnector(id, lane: lane)
    case .createResource(let draft): return .resource(try await createResource(draft, lane: lane))
    case .updateResource(let id, let change): return .resource(try await updateResource(id, change, lane: lane))
    case .deleteResource(let id): try await deleteResource(id, lane: lane)
    case .grant(let id, let grants): try await grant(grants, on: id, lane: lane)
    case .revoke(let id, let principals): try await revoke(principals, on: id, lane: lane)
    case .createGroup(let name, let users): return .group(try await createGroup(name, userIDs: users, lane: lane))
    case .renameGroup(let id, let name): return .group(try await updateGroup(id, name: name, lane: lane))
    case .changeMembers(let id, let added, let removed):
      return .group(try await updateGroup(id, adding: added, removing: removed, lane: lane))
    case .deleteGroup(let id): try await deleteGroup(id, lane: lane)
    case .createServiceAccount(let name): return .serviceAccount(try await createServiceAccount(name, lane: lane))
    case .renameServiceAccount(let id, let name):
      return .serviceAccount(try await renameServiceAccount(id, to: name, lane: lane))
    case .createKey(let id, let name, let days):
      return .key(try await createKey(name, serviceAccount: id, days: days, lane: lane))
    case .revokeKey(let id, _): try await revokeKey(id, lane: lane)
    case .deleteKey(let id, _): try await deleteKey(id, lane: lane)
    case .deleteServiceAccount(let id): try await deleteServiceAccount(id, lane: lane)
    }
    return .done
  }

  public func look(_ question: TwingateQuestion, lane: Lane) async throws(CloudError) -> ObservedTwingate {
    var seen = ObservedTwingate()
    seen.remoteNetworks = try await remoteNetworks(named: question.remoteNetworks.sorted(), lane: lane)
    if let id = question.remoteNetworkID, !seen.remoteNetworks.contains(where: { $0.id == id }),
      let renamed = try await remoteNetwork(id, lane: lane)
    {
      seen.remoteNetworks.append(renamed)
    }
    let own = seen.remoteNetworks.filter { question.isOwn($0) }.map(\.id)
    if !own.isEmpty { seen.connectors = try await connectors(lane: lane) }
    try await lookForResources(question, in: own, lane: lane, &seen)
    try await lookForPrincipals(question, lane: lane, &seen)
    return seen
  }

  /// What someone has moved to another remote network is found by its tags. That costs a second look, which is made only
  /// where the first lacks something.
  private func lookForResources(
    _ question: TwingateQuestion,
    in networks: [String],
    lane: Lane,
    _ seen: inout ObservedTwingate
  ) async throws(CloudError) {
    if !networks.isEmpty { seen.resources = try await resources(in: networks, lane: lane) }
    let found = Set(seen.resources.compactMap { question.owner.origin(of: $0) })
    if question.looksEverywhere || !question.origins.isSubset(of: found) {
      let known = Set(seen.resources.map(\.id))
      seen.resources += try await resources(tagged: question.tags, lane: lane).filter {
        !known.contains($0.id) && question.owner.origin(of: $0) != nil
      }
    }
    if !question.origins.isEmpty { seen.securityPolicies = try await securityPolicies(lane: lane) }
  }

  private func lookForPrincipals(
    _ question: TwingateQuestion,
    lane: Lane,
    _ seen: inout ObservedTwingate
  ) async throws(CloudError) {
    if !question.groups.isEmpty {
      seen.groups = try await groups(named: question.groups.sorted(), lane: lane)
      let isComplete =
        question.groups.isSubset(of: Set(seen.groups.map(\.name)))
        && question.groupIDs.isSubset(of: Set(seen.groups.map(\.id)))
      // By id, renamed, or unknown: then to name the nearest.
      if !isComplete { seen.groups = try await groups(lane: lane) }
    }
    for group in seen.groups where question.isAsked(group) {
      seen.members[group.id] = try await members(ofGroup: group.id, lane: lane)
    }
    if !question.emails.isEmpty { seen.users = try await users(emails: question.emails.sorted(), lane: lane) }
    if !question.serviceAccounts.isEmpty {
      seen.serviceAccounts = try await serviceAccounts(named: question.serviceAccounts.sorted(), lane: lane)
      let isComplete =
        question.serviceAccounts.isSubset(of: Set(seen.serviceAccounts.map(\.name)))
        && question.serviceAccountIDs.isSubset(of: Set(seen.serviceAccounts.map(\.id)))
      if !isComplete { seen.serviceAccounts = try await serviceAccounts(lane: lane) }
    }
    for account in seen.serviceAccounts where question.isAsked(account) {
      seen.keys[account.id] = try await keys(ofServiceAccount: account.id, lane: lane)
    }
  }
}
