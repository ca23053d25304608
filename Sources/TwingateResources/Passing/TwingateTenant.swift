package import Cloud
internal import Foundations
package import Twingate

/// The tenant that a pass talks to, at Twingate or in a test.
package protocol TwingateTenant: Sendable {
  /// - Parameter made: origins of the resources that the ledger knows.
  func look(_ question: TwingateQuestion, made: Set<String>, lane: Lane) async throws(CloudError) -> ObservedTwingate
  func perform(_ action: TwingateAction) async throws(CloudError) -> TwingateOutcome
}

/// The result of a mutation.
package enum TwingateOutcome: Sendable, Hashable {
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
  package func perform(_ action: TwingateAction) async throws(CloudError) -> TwingateOutcome {
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

  package func look(
    _ question: TwingateQuestion,
    made: Set<String>,
    lane: Lane
  ) async throws(CloudError) -> ObservedTwingate {
    try await TenantLook(client: self, reads: nil, lane: lane, age: .zero).look(question, made: made)
  }
}
