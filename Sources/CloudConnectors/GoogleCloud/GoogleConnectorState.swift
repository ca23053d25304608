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
    /// The key of the connector whose tokens it contains.
    package var key: String
    package var hasValue: Bool
    /// Nil: it has no policy.
    package var policy: AccessPolicy?
  }
  /// Those with the connection's label.
  package var instances: [Instance] = []
  /// By seat, and the one that all seats shared in earlier versions: see `GoogleConnectorNames.sharedSeat`.
  package var accounts: [Int: ServiceAccount] = [:]
  package var rules: [GoogleConnectorRole.Direction: Firewall] = [:]
  package var secrets: [Secret] = []
  /// Ids of objects that are being changed.
  package var busy: Set<String> = []
  /// Why a change that was accepted failed a short while ago, by the object's id.
  package var failures: [String: CloudError] = [:]
  /// The client's project.
  package var project: String

  package init(project: String) { self.project = project }

  package var isEmpty: Bool {
    instances.isEmpty && accounts.isEmpty && rules.isEmpty && secrets.isEmpty && busy.isEmpty
  }

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

/// Names of the objects of a connection: `cl-`, sixteen digits of its UID's digest, and a part of its own. They fit the
/// shortest limit, 30 characters of a service account.
struct GoogleConnectorNames: Sendable {
  let base: String

  init(_ mark: OwnershipMark) { base = "cl-\(SHA256.text(mark.uid).prefix(16))" }

  /// In place of a seat's number, for the service account that all machines of a connection shared in earlier versions. It is
  /// deleted once others have taken their places.
  static let sharedSeat = 0

  func account(_ seat: Int) -> String { seat == Self.sharedSeat ? base : "\(base)-\(seat)" }

  /// The seat whose service account has this address; nil: it is not the connection's.
  func seat(ofAccount email: String) -> Int? {
    let id = email.prefix { $0 != "@" }
    guard id != base else { return Self.sharedSeat }
    guard id.hasPrefix("\(base)-"), let seat = Int(id.dropFirst(base.count + 1)) else { return nil }
    return seat
  }
  func rule(_ direction: GoogleConnectorRole.Direction) -> String { "\(base)-connectors-\(direction.rawValue)" }
  /// - Parameter version: the tokens' version.
  func secret(_ key: String, _ version: String) -> String { "\(base)-\(key)-\(version.prefix(16))" }
  /// Other tokens mean another machine.
  func machine(_ key: String, _ version: String) -> String { "\(base)-\(key)-\(version.prefix(8))" }
}
