internal import CloudResources
internal import Twingate

extension TwingatePlanner {
  /// Deletes resources, then connectors once nothing uses their tokens, then the remote network and the rest.
  mutating func planAbsence(workloadsAreGone: Bool) {
    plan.obstacle = "what was made first"
    for resource in seen.resources where isOwn(resource) { delete(resource) }
    planGroupsGone(except: [])
    planServiceAccountsGone(except: [])
    plan.judge(.principals)
    guard let network = ownNetwork() else {
      plan.judge()
      plan.isGone = collectedNothing
      return
    }
    let connectors = ownConnectors(in: network)
    if workloadsAreGone {
      for connector in connectors {
        let role = TwingateRole.connector(connector.name)
        act(.connectors, .change, .deleteConnector(connector.id), role: role, "delete connector \(connector.name)")
      }
    } else if !connectors.isEmpty {
      plan.wait(.connectors, "the connectors are still running")
    }
    planNetworkGone(network, connectors)
    plan.judge()
    plan.isGone = collectedNothing && plan.waiting.isEmpty && plan.problems.isEmpty && plan.later.isEmpty
  }

  private func isOwn(_ resource: Resource) -> Bool {
    if wanted.owner.origin(of: resource) != nil { return true }
    let isKnown = ledger.ids.contains { role, id in
      id == resource.id && TwingateRole.name(in: role, of: TwingateRole.resource) != nil
    }
    return isKnown && !TwingateOwner.isMarked(resource)
  }

  private mutating func planNetworkGone(_ network: RemoteNetwork, _ own: [Connector]) {
    guard !wanted.remoteNetwork.adopts else { return }
    // From now on by its id: an intent ends with the first failure.
    plan.report.found[TwingateRole.remoteNetwork] = network.id
    let foreign =
      seen.resources.filter { $0.remoteNetworkID == network.id && !isOwn($0) }.map { "resource \($0.name)" }
      + seen.connectors.filter { connector in
        connector.remoteNetworkID == network.id && !own.contains { $0.id == connector.id }
      }.map { "connector \($0.name)" }
    guard foreign.isEmpty else {
      let names = foreign.prefix(5).joined(separator: ", ")
      let more = foreign.count > 5 ? " and \(foreign.count - 5) more" : ""
      let message = "remote network \(network.name) holds \(names)\(more), which others have made: move or delete it"
      return plan.problem(.remoteNetwork, .inUse, message)
    }
    let description = "delete remote network \(network.name)"
    guard own.isEmpty, !seen.resources.contains(where: { $0.remoteNetworkID == network.id }) else {
      return plan.later(.remoteNetwork, description)
    }
    act(.remoteNetwork, .change, .deleteRemoteNetwork(network.id), role: TwingateRole.remoteNetwork, description)
  }
}
