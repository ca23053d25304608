internal import CloudResources

/// The objects that are made in Google Cloud for the connectors of one connection.
///
/// | Role           | Object                                                                                               |
/// |----------------|------------------------------------------------------------------------------------------------------|
/// | `account-SEAT` | the service account of that seat's machine, which may read that seat's secrets and nothing else      |
/// | `rule-out`     | a firewall rule of the Backbone's network: the machines may reach Twingate, its relays and peers     |
/// | `rule-in`      | a firewall rule: nothing reaches the machines, not even from the Backbone                            |
/// | `secret-KEY`   | the place for the tokens of one connector; other tokens are in another secret                        |
/// | `value-KEY`    | its only version: the tokens                                                                         |
/// | `grant-KEY`    | its policy: the service account of the connector's seat may read it                                  |
/// | `machine-KEY`  | the machine of one connector                                                                         |
package enum GoogleConnectorRole: ConnectorRole {
  package enum Direction: String, Sendable, Hashable, CaseIterable { case out, `in` }
  case account(Int)
  case rule(Direction)
  case secret(String)
  case value(String)
  case grant(String)
  case machine(String)

  package var part: ConnectorPart {
    switch self {
    case .rule: .firewall
    case .account, .grant: .identity
    case .secret, .value: .secrets
    case .machine: .machines
    }
  }
  package var summary: String {
    switch self {
    case .account(GoogleConnectorNames.sharedSeat): "service account that all connectors shared"
    case .account(let seat): "service account of connector \(seat)"
    case .rule(let direction): "firewall rule of the connectors (\(direction.rawValue))"
    case .secret(let key): "secret of connector \(key)"
    case .value(let key): "tokens in the secret of connector \(key)"
    case .grant(let key): "right to read the secret of connector \(key)"
    case .machine(let key): "machine of connector \(key)"
    }
  }
  package var lane: String? { nil }
  package var description: String {
    switch self {
    case .account(let seat): "account-\(seat)"
    case .rule(let direction): "rule-\(direction.rawValue)"
    case .secret(let key): "secret-\(key)"
    case .value(let key): "value-\(key)"
    case .grant(let key): "grant-\(key)"
    case .machine(let key): "machine-\(key)"
    }
  }
}
