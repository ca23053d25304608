internal import CloudResources

/// The objects that are made in AWS for the connectors of one connection.
///
/// | Role             | Object                                                                                        |
/// |------------------|-----------------------------------------------------------------------------------------------|
/// | `firewall`       | a security group: nothing in; out to Twingate, its relays and peers, and the Backbone's ranges |
/// | `role-SEAT`      | a role that EC2 may assume for that seat's machine                                             |
/// | `policy-SEAT`    | its only policy: read the secrets of that seat, and nothing else                               |
/// | `profile-SEAT`   | the instance profile that carries the role                                                     |
/// | `carrier-SEAT`   | the role's place in that profile                                                               |
/// | `secret-KEY`     | the tokens of one connector                                                                    |
/// | `machine-KEY`    | the machine of one connector                                                                   |
///
/// If the user names an instance profile, there are no roles, policies and profiles.
package enum AWSConnectorRole: ConnectorRole {
  case firewall
  case role(Int)
  case policy(Int)
  case profile(Int)
  case carrier(Int)
  case secret(String)
  case machine(String)

  package var part: ConnectorPart {
    switch self {
    case .firewall: .firewall
    case .role, .policy, .profile, .carrier: .identity
    case .secret: .secrets
    case .machine: .machines
    }
  }
  package var summary: String {
    switch self {
    case .firewall: "security group of the connectors"
    case .role(let seat): "role of connector \(seat)"
    case .policy(let seat): "policy of the role of connector \(seat)"
    case .profile(let seat): "instance profile of connector \(seat)"
    case .carrier(let seat): "role in the instance profile of connector \(seat)"
    case .secret(let key): "secret with the tokens of connector \(key)"
    case .machine(let key): "machine of connector \(key)"
    }
  }
  package var lane: String? { nil }
  package var description: String {
    switch self {
    case .firewall: "firewall"
    case .role(let seat): "role-\(seat)"
    case .policy(let seat): "policy-\(seat)"
    case .profile(let seat): "profile-\(seat)"
    case .carrier(let seat): "carrier-\(seat)"
    case .secret(let key): "secret-\(key)"
    case .machine(let key): "machine-\(key)"
    }
  }
}
