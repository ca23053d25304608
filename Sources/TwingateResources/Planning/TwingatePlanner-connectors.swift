internal import CloudResources
internal import Twingate

extension TwingatePlanner {
  /// The connection's connectors in a remote network, wanted or not.
  func ownConnectors(in network: RemoteNetwork) -> [Connector] {
    let known = Set(ledger.ids.filter { TwingateRole.name(in: $0.key, of: TwingateRole.connector) != nil }.values)
    return seen.connectors.filter {
      $0.remoteNetworkID == network.id && (wanted.owner.isOwn(connector: $0.name) || known.contains($0.id))
    }
  }

  mutating func planConnectors(in network: RemoteNetwork) {
    var rest = ownConnectors(in: network)
    for desired in wanted.connectors {
      let role = TwingateRole.connector(desired.name)
      let index = rest.firstIndex { $0.id == ledger.ids[role] } ?? rest.firstIndex { $0.name == desired.name }
      guard let index else {
        let call = TwingateAction.Call.createConnector(
          desired.name,
          remoteNetworkID: network.id,
          notifiesWhenOffline: desired.notifiesWhenOffline
        )
        act(.connectors, .change, call, role: role, "create connector \(desired.name)")
        continue
      }
      let connector = rest.remove(at: index)
      plan.report.connectorIDs[desired.name] = connector.id
      plan.report.found[role] = connector.id
      planSettings(of: connector, desired)
      planTokens(of: connector, desired)
    }
    for connector in rest {
      let role = TwingateRole.connector(connector.name)
      act(.connectors, .change, .deleteConnector(connector.id), role: role, "delete connector \(connector.name)")
    }
  }

  private mutating func planSettings(of connector: Connector, _ desired: WantedTwingate.Connector) {
    let name = connector.name == desired.name ? nil : desired.name
    let notifies = connector.notifiesWhenOffline == desired.notifiesWhenOffline ? nil : desired.notifiesWhenOffline
    guard name != nil || notifies != nil else { return }
    act(
      .connectors,
      .repair,
      .updateConnector(connector.id, name: name, notifiesWhenOffline: notifies),
      role: TwingateRole.connector(desired.name),
      "update connector \(desired.name)",
      repairs: name == nil ? [] : ["connector \(desired.name) was called \(connector.name)"]
    )
  }

  /// New tokens invalidate the previous ones, so they are made only if those are useless:
  ///
  ///     Secret               rotation   connector   Twingate says of the tokens   new tokens
  ///     missing              any        any         –                             yes
  ///     another connector's  any        any         –                             yes
  ///     this connector's     asked for  any         any                           no, where another connector takes its place
  ///     this connector's     asked for  not alive   any                           yes
  ///     this connector's     asked for  alive       any                           yes, while every other has been alive with
  ///                                                                               its own tokens for a minute
  ///     this connector's     the same   alive       any                           no
  ///     this connector's     the same   not alive   refused                       yes
  ///     this connector's     the same   not alive   valid, or nothing             no
  private mutating func planTokens(of connector: Connector, _ desired: WantedTwingate.Connector) {
    let cause: String
    if let kept = secrets.tokens[desired.name], kept.connectorID == connector.id {
      if kept.rotation != wanted.tokenRotation, !desired.keepsTokens {
        cause = "as was asked for"
        guard mayRotate(connector, desired) else {
          return plan.later(.connectors, "make tokens for connector \(desired.name), when the others are alive")
        }
      } else if connector.state != .alive, kept.isRefused == true {
        cause = "because Twingate refuses its tokens"
      } else {
        return
      }
    } else {
      cause = secrets.tokens[desired.name] == nil ? "which has none" : "whose Secret holds another connector's"
    }
    act(
      .connectors,
      .change,
      .makeTokens(connectorID: connector.id),
      role: TwingateRole.connector(desired.name),
      "make tokens for connector \(desired.name), \(cause)"
    )
  }

  /// Only one connector at a time may be without working tokens.
  private mutating func mayRotate(_ connector: Connector, _ desired: WantedTwingate.Connector) -> Bool {
    if connector.state != .alive { return true }
    let others = wanted.connectors.filter { $0.name != desired.name }
    let mayRotate = !isRotating && others.allSatisfy { secrets.tokens[$0.name]?.isSettled == true }
    if mayRotate { isRotating = true }
    return mayRotate
  }
}
