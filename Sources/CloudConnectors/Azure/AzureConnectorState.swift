package import Azure
package import Cloud
internal import CloudNetworks
internal import CloudResources
internal import Digests
internal import Foundations

/// The objects of one connection in Azure, and the Backbone's network. It contains no secrets.
package struct AzureConnectorState: ConnectorCloudState {
  let names: AzureConnectorNames
  /// The Backbone's network, with all of its subnets.
  package var network: VirtualNetwork?
  package var firewall: NetworkSecurityGroup?
  /// Container groups with the connection's tag.
  package var machines: [ContainerGroup] = []
  /// Names of objects that are being changed.
  package var busy: Set<String> = []
  /// Why a change that was accepted failed a short while ago, by the object's name.
  package var failures: [String: CloudError] = [:]

  init(names: AzureConnectorNames) { self.names = names }

  /// The connection's subnets.
  package var subnets: [Subnet] { (network?.subnets ?? []).filter { names.zone(ofSubnet: $0.name) != nil } }

  package var isEmpty: Bool { machines.isEmpty && subnets.isEmpty && firewall == nil && busy.isEmpty }

  package var connectorMachines: [ConnectorMachine] {
    machines.compactMap { group in
      guard let key = names.key(of: group) else { return nil }
      var machine = ConnectorMachine(
        id: group.name,
        key: key,
        phase: group.phase,
        imageID: group.tag(AzureConnectorTag.period) ?? "",
        launched: group.tag(AzureConnectorTag.started).flatMap { Timestamp($0) },
        zone: ""
      )
      machine.console = "az container logs --resource-group \(names.groupID.name) --name \(group.name)"
      return machine
    }
  }
}

/// Tags of container groups. Azure allows no `/` in their names.
enum AzureConnectorTag {
  /// `UID/KEY`: UID of the connection, and key of the connector.
  static let connector = "cloudlinker.dev-connector"
  /// See `DesiredConnectors.period`.
  static let period = "cloudlinker.dev-image-period"
  /// When the container group was made, which Azure does not show.
  static let started = "cloudlinker.dev-started"
}

extension ContainerGroup {
  var phase: ConnectorMachine.Phase {
    switch (state, runState) {
    case (.failed, _): .halted("failed")
    case (.deleting, _): .halted("being deleted")
    case (.underWay, _), (.succeeded, nil), (.succeeded, "Pending"): .starting
    case (.succeeded, "Running"): .running
    case (.succeeded, let word?): .halted(word.lowercased())
    }
  }
}

/// Names of the objects of a connection: `cl-`, sixteen digits of its UID's digest, and a part of its own.
struct AzureConnectorNames: Sendable {
  /// The Backbone's network.
  let networkID: ResourceID
  /// The network's resource group, which contains everything.
  let groupID: ResourceID
  let base: String
  private let uid: String

  init(_ mark: OwnershipMark, networkID: ResourceID) {
    self.networkID = networkID
    groupID = networkID.groupID ?? networkID
    uid = mark.uid
    base = "cl-\(SHA256.text(mark.uid).prefix(16))"
  }

  var firewall: String { "\(base)-connectors" }
  var firewallID: ResourceID { groupID.network("networkSecurityGroups", firewall) }
  private var subnetPrefix: String { "\(base)-connectors-" }
  func subnet(_ zone: String) -> String { subnetPrefix + zone }
  func subnetID(_ name: String) -> ResourceID { networkID.child("subnets", name) }
  /// Nil: the subnet is not the connection's.
  func zone(ofSubnet name: String) -> String? {
    name.hasPrefix(subnetPrefix) ? String(name.dropFirst(subnetPrefix.count)) : nil
  }
  /// Other tokens mean another machine. Container groups have names of 63 characters at most.
  func machine(_ key: String, _ version: String) -> String { "\(base)-\(key)-\(version.prefix(8))" }
  func machineID(_ name: String) -> ResourceID { groupID.containerGroup(name) }

  func tag(_ key: String) -> String { "\(uid)/\(key)" }
  /// The key of the connector for which a container group was made; nil: it is not the connection's.
  func key(of group: ContainerGroup) -> String? {
    guard let tag = group.tag(AzureConnectorTag.connector), tag.hasPrefix("\(uid)/") else { return nil }
    return String(tag.dropFirst(uid.count + 1))
  }
}
