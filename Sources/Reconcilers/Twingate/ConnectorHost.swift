internal import Cloud
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// Where the connectors of a connection run: in this cluster, or as machines in a Backbone.
///
///     step                                                                by
///     survey what runs                                                    the host
///     say which connectors Twingate should have: `slots`                  the host
///     make those at Twingate, store their tokens in Secrets, grant access `TwingatePass`
///     start, replace and stop connectors: `run`                           the host
///     say where each runs and why it is not alive: `place`                the host
///
/// To add a host: a type of its own, and a case in `TwingateBackend.host(of:)`. The tokens of a connector are in the Secret
/// `ConnectorObjects.name` of the gateways' namespace, whatever the host.
protocol ConnectorHost: Sendable {
  /// Reads what runs, and changes nothing.
  func survey(_ facts: TwingateFacts) async throws(HostTrouble) -> any HostedConnectors
}

/// What a host has for one connection, and what comes of changing it.
protocol HostedConnectors: Sendable {
  /// The connectors that Twingate should have now. A host that replaces a machine by a new connector names both until the new
  /// one is alive.
  var slots: [ConnectorSlot] { get }
  /// For Twingate's console.
  var location: RemoteNetwork.Location { get }
  /// Whether nothing runs any more that uses the connectors' tokens.
  var isStopped: Bool { get }

  /// Since when what runs for a connector does; nil: nothing does.
  func start(of slot: ConnectorSlot) -> Timestamp?
  /// Whether it runs as it should and has been alive for long enough, so that another may be replaced.
  func isSettled(_ sight: ConnectorSight) -> Bool
  func place(of sight: ConnectorSight) -> ConnectorPlace
  /// What `run` would do, for plan mode.
  func planned(_ sights: [ConnectorSight]) -> [String]

  /// Starts, replaces and stops connectors as the spec says. One without tokens is not started.
  mutating func run(_ sights: [ConnectorSight], _ logger: Logger) async -> HostOutcome
  /// Stops and removes everything, for a connection that is being deleted.
  mutating func stop(_ logger: Logger) async -> HostOutcome
}

extension HostedConnectors {
  /// Nobody says in which cloud this cluster is.
  var location: RemoteNetwork.Location { .other }
}

/// One connector that a connection should have.
struct ConnectorSlot: Sendable, Hashable {
  /// Names its Secret. Unique in the connection, and the same for as long as the connector exists: in this cluster its number.
  var key: String
  var connector: WantedTwingate.Connector
}

/// A connector that is wanted, and what is known of it.
struct ConnectorSight: Sendable {
  /// That of its slot.
  var key: String
  /// Its name at Twingate.
  var name: String
  /// As Twingate has it; nil: it is not there yet.
  var connector: Connector?
  /// Revision of the tokens in its Secret; nil: it has none.
  var revision: String?
  /// Since when what runs now is known to be alive; nil: it is not, or never was.
  var aliveSince: Timestamp?

  var isAlive: Bool { connector?.state == .alive }
}

/// Where a connector runs.
struct ConnectorPlace: Sendable, Hashable {
  /// Name of its pod, or id of its machine.
  var host: String?
  var zone: String?
  /// Why it is not alive, where the host knows.
  var reason: Reason?
  var message: String?
}

/// What came of changing what a host runs.
struct HostOutcome: Sendable {
  /// What the API server refused.
  var obstacle: Obstacle?
  /// What a cloud refused.
  var trouble: HostTrouble?
  /// What somebody else changed and the host put back.
  var repairs: [String] = []
  /// Whether a connector waits for others before it is replaced.
  var isHeld = false
  /// What a deletion waits for, in words.
  var waits: String?
}

/// Why a host could not do its part.
enum HostTrouble: Error, Sendable {
  /// A person has to change something first.
  case refused(Refusal)
  /// It could not be looked at, or refused a change; `reason` and `message` are for the status.
  case failed(CloudError, reason: Reason, message: String)

  var reason: Reason {
    switch self {
    case .refused(let refusal): refusal.reason
    case .failed(_, let reason, _): reason
    }
  }
  var message: String {
    switch self {
    case .refused(let refusal): refusal.message
    case .failed(_, _, let message): message
    }
  }
  /// When it is tried again.
  var next: ReconcileResult {
    guard case .failed(let error, _, _) = self else { return .requeue(after: .seconds(60), jitter: 0.2) }
    return error.next
  }
}

extension CloudError {
  /// When a pass that ended with it is repeated.
  var next: ReconcileResult {
    if let retryAfter { return .requeue(after: retryAfter) }
    return isTransient ? .requeueWithBackoff : .requeue(after: .seconds(60), jitter: 0.2)
  }
}
