internal import Twingate

extension ObservedTwingate {
  /// Records the effect of a mutation, so that the next plan needs no look.
  mutating func record(_ action: TwingateAction, _ outcome: TwingateOutcome) {
    switch outcome {
    case .remoteNetwork(let network): Self.put(network, \.id, in: &remoteNetworks)
    case .connector(let connector): Self.put(connector, \.id, in: &connectors)
    case .resource(var resource):
      // The answer holds the first page of the access list only, and no update changes that list.
      if let known = resources.first(where: { $0.id == resource.id }) { resource.access = known.access }
      Self.put(resource, \.id, in: &resources)
    case .group(let group): Self.put(group, \.id, in: &groups)
    case .serviceAccount(let account): Self.put(account, \.id, in: &serviceAccounts)
    case .key, .tokens, .done: break
    }
    switch action.call {
    case .deleteRemoteNetwork(let id): remoteNetworks.removeAll { $0.id == id }
    case .deleteConnector(let id): connectors.removeAll { $0.id == id }
    case .deleteResource(let id): resources.removeAll { $0.id == id }
    case .grant(let id, let grants):
      changeAccess(id) { access in
        access = access.filter { old in !grants.contains { $0.principalID == old.principalID } } + grants
      }
    case .revoke(let id, let principals): changeAccess(id) { $0.removeAll { principals.contains($0.principalID) } }
    case .createGroup(_, let ids): if case .group(let group) = outcome { members[group.id] = known(ids) }
    case .changeMembers(let id, let added, let removed):
      members[id] = (members[id] ?? []).filter { !removed.contains($0.id) } + known(added)
    case .deleteGroup(let id):
      groups.removeAll { $0.id == id }
      forget(principal: id)
    case .createServiceAccount: if case .serviceAccount(let account) = outcome { keys[account.id] = [] }
    case .createKey(let account, _, _): if case .key(let made) = outcome { keys[account, default: []].append(made.key) }
    case .revokeKey(let id, let account):
      keys[account] = keys[account]?.map { key in
        var key = key
        if key.id == id { key.status = .revoked }
        return key
      }
    case .deleteKey(let id, let account): keys[account]?.removeAll { $0.id == id }
    case .deleteServiceAccount(let id):
      serviceAccounts.removeAll { $0.id == id }
      forget(principal: id)
    case .createRemoteNetwork, .updateRemoteNetwork, .createConnector, .updateConnector, .makeTokens, .createResource,
      .updateResource, .renameGroup, .renameServiceAccount:
      break
    }
  }

  private static func put<Object>(_ object: Object, _ id: KeyPath<Object, String>, in objects: inout [Object]) {
    let index = objects.firstIndex { $0[keyPath: id] == object[keyPath: id] }
    if let index { objects[index] = object } else { objects.append(object) }
  }

  private mutating func changeAccess(_ id: String, _ body: (inout [AccessGrant]) -> Void) {
    for index in resources.indices where resources[index].id == id { body(&resources[index].access) }
  }

  private mutating func forget(principal id: String) {
    for index in resources.indices { resources[index].access.removeAll { $0.principalID == id } }
  }

  private func known(_ ids: [String]) -> [User] { users.filter { ids.contains($0.id) } }
}
