package import Cloud
internal import CloudNetworks
internal import Digests
internal import Foundations
package import GoogleCloud

/// The objects of one connection in Google Cloud, without the values of secrets.
package struct GoogleConnectorState: ConnectorCloudState {
  /// A secret, without its value.
  package struct Secret: Sendable {
    package var id: String
    /// Of the connector whose tokens it is for.
    package var key: String
    package var hasValue: Bool
    /// Nil: it has none.
    package var policy: AccessPolicy?
  }
  /// That bear the connection's label.
  package var instances: [Instance] = []
  package var account: ServiceAccount?
  package var rules: [GoogleConnectorRole.Direction: Firewall] = [:]
  package var secrets: [Secret] = []
  /// Ids of objects of which a change is under way.
  package var busy: Set<String> = []
  /// Why a change that was accepted failed a short while ago, by the object's id.
  package var failures: [String: CloudError] = [:]
  /// The project that the client is for.
  package var project: String

  package init(project: String) { self.project = project }

  package var isEmpty: Bool { instances.isEmpty && account == nil && rules.isEmpty && secrets.isEmpty && busy.isEmpty }

  package var connectorMachines: [ConnectorMachine] {
    instances.compactMap { instance in
      guard let key = instance.connectorKey else { return nil }
      var machine = ConnectorMachine(
        id: instance.name,
        key: key,
        phase: instance.phase,
        imageID: instance.labels?[GoogleConnectorLabel.period] ?? "",
        launched: instance.creationTimestamp.flatMap { Timestamp($0) },
        zone: instance.zone.map(ComputeLink.name) ?? ""
      )
      machine.console = "gcloud compute instances get-serial-port-output \(machine.id) --zone \(machine.zone)"
      return machine
    }
  }
}

/// Labels of machines and secrets.
enum GoogleConnectorLabel {
  /// UID of the connection.
  static let connection = "cloudlinker-connection"
  /// Key of the connector.
  static let connector = "cloudlinker-connector"
  /// See `DesiredConnectors.period`.
  static let period = "cloudlinker-image-period"
}

extension Instance {
  var connectorKey: String? { labels?[GoogleConnectorLabel.connector] }

  var phase: ConnectorMachine.Phase {
    switch status ?? "" {
    case "RUNNING": .running
    case "PROVISIONING", "STAGING", "REPAIRING", "PENDING": .starting
    case "TERMINATED": .halted("stopped")
    case let other: .halted(other.lowercased())
    }
  }

  /// `zone/name`.
  var connectorID: String { "\(zone.map(ComputeLink.name) ?? "")/\(name)" }
}

/// Names of what is made for a connection: `cl-` and sixteen digits of its UID's digest, and what is particular. They fit the
/// shortest limit, 30 characters of a service account.
struct GoogleConnectorNames: Sendable {
  let base: String

  init(_ mark: OwnershipMark) { base = "cl-\(SHA256.text(mark.uid).prefix(16))" }

  var account: String { base }
  func rule(_ direction: GoogleConnectorRole.Direction) -> String { "\(base)-connectors-\(direction.rawValue)" }
  /// - Parameter version: of the tokens.
  func secret(_ key: String, _ version: String) -> String { "\(base)-\(key)-\(version.prefix(16))" }
  /// Other tokens are another machine.
  func machine(_ key: String, _ version: String) -> String { "\(base)-\(key)-\(version.prefix(8))" }
}
