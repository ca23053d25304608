internal import Cloud
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// The place where the connectors of a connection run: this cluster, or machines in a Backbone.
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

/// The connectors that a host runs for one connection, and operations on them.
protocol HostedConnectors: Sendable {
  /// The connectors that Twingate should have now. If a host replaces a machine by a new connector, both are listed
  /// until the new one is alive.
  var slots: [ConnectorSlot] { get }
  /// The location that Twingate's console shows.
  var location: RemoteNetwork.Location { get }
  /// Whether nothing that uses the connectors' tokens runs any more.
  var isStopped: Bool { get }

  /// When the present pod or machine of a connector started; nil: there is none.
  func start(of slot: ConnectorSlot) -> Timestamp?
  /// Whether it runs as it should and has been alive for long enough, so that another one may be replaced.
  func isSettled(_ sight: ConnectorSight) -> Bool
  func place(of sight: ConnectorSight) -> ConnectorPlace
  /// The actions of `run`, for plan mode.
  func planned(_ sights: [ConnectorSight]) -> [String]

  /// Starts, replaces and stops connectors according to the spec. A connector without tokens is not started.
  mutating func run(_ sights: [ConnectorSight], _ logger: Logger) async -> HostOutcome
  /// Stops and removes everything, for a connection that is being deleted.
  mutating func stop(_ logger: Logger) async -> HostOutcome
}

extension HostedConnectors {
  /// The cloud of this cluster is not known.
  var location: RemoteNetwork.Location { .other }
}

/// One connector that a connection should have.
struct ConnectorSlot: Sendable, Hashable {
  /// Names its Secret. It is unique in the connection and stays as long as the connector exists; in this cluster it is
  /// the connector's number.
  var key: String
  var connector: WantedTwingate.Connector
}

/// A wanted connector, with everything that is known about it.
struct ConnectorSight: Sendable {
  /// The key of its slot.
  var key: String
  /// Its name at Twingate.
  var name: String
  /// The connector at Twingate; nil: it does not exist there yet.
  var connector: Connector?
  /// The revision of the tokens in its Secret; nil: it has none.
  var revision: String?
  /// When the present pod or machine was first seen alive; nil: it is not, or never was.
  var aliveSince: Timestamp?

  var isAlive: Bool { connector?.state == .alive }
}

/// The place where a connector runs.
struct ConnectorPlace: Sendable, Hashable {
  /// Name of its pod, or id of its machine.
  var host: String?
  var zone: String?
  /// Why it is not alive, if the host knows.
  var reason: Reason?
  var message: String?
}

/// The result of a change to the connectors that a host runs.
struct HostOutcome: Sendable {
  /// A refusal by the API server.
  var obstacle: Obstacle?
  /// A refusal by a cloud.
  var trouble: HostTrouble?
  /// Changes by somebody else that the host reverted.
  var repairs: [String] = []
  /// Whether a connector waits for others before it is replaced.
  var isHeld = false
  /// A description of what a deletion waits for.
  var waits: String?
}

/// Why a host could not do its part.
enum HostTrouble: Error, Sendable {
  /// A person has to change something first.
  case refused(Refusal)
  /// The connectors could not be read, or a change was refused; `reason` and `message` are for the status.
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
  /// When the pass is repeated.
  var next: ReconcileResult {
    guard case .failed(let error, _, _) = self else { return .requeue(after: .seconds(60), jitter: 0.2) }
    return error.next
  }
}

extension CloudError {
  /// When a pass that ended this way is repeated.
  var next: ReconcileResult {
    if let retryAfter { return .requeue(after: retryAfter) }
    return isTransient ? .requeueWithBackoff : .requeue(after: .seconds(60), jitter: 0.2)
  }
}
