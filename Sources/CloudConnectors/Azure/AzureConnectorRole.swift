internal import CloudResources

/// The objects that are made in Azure for the connectors of one connection.
///
/// | Role          | Object                                                                                              |
/// |---------------|-----------------------------------------------------------------------------------------------------|
/// | `firewall`    | a network security group: nothing in; out to Twingate, its relays and peers, and the Backbone's ranges |
/// | `subnet-ZONE` | a subnet that is delegated to container groups, with the way out of that zone                        |
/// | `machine-KEY` | the container group of one connector, with its tokens as secure environment variables                |
package enum AzureConnectorRole: ConnectorRole {
  case firewall
  case subnet(String)
  case machine(String)

  package var part: ConnectorPart {
    switch self {
    case .firewall: .firewall
    case .subnet: .network
    case .machine: .machines
    }
  }
  package var summary: String {
    switch self {
    case .firewall: "network security group of the connectors"
    case .subnet(let zone): "subnet of the connectors (\(zone))"
    case .machine(let key): "container group of connector \(key)"
    }
  }
  /// Azure takes one write of a network and its subnets at a time.
  package var lane: String? { if case .subnet = self { Self.networkLane } else { nil } }
  static let networkLane = "network"
  package var description: String {
    switch self {
    case .firewall: "firewall"
    case .subnet(let zone): "subnet-\(zone)"
    case .machine(let key): "machine-\(key)"
    }
  }
}
