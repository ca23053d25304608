internal import CloudConnectors
internal import Foundations
internal import Kubernetes

/// Results of surveys in which all machines of a connection were as specified, so that a pass at rest sends no request
/// to the cloud. A connector that is not alive makes the next pass survey again.
final class MachineSurveys: Sendable {
  struct Entry: Sendable {
    var desired: DesiredConnectors
    var state: any ConnectorCloudState
    /// Revisions of the tokens, by the connectors' names.
    var revisions: [String: String]
    var at: Timestamp
    /// Keys of the connectors.
    var keys: Set<String>
  }
  private let entries = Locked<[ObjectKey: Entry]>([:])

  /// Nil: a new survey is due.
  func current(of connection: ObjectKey, _ desired: DesiredConnectors, now: Timestamp) -> Entry? {
    guard let entry = entries.withLock({ $0[connection] }), entry.desired == desired,
      (.zero..<TwingateBackend.period).contains(now.since(entry.at))
    else { return nil }
    return entry
  }

  func keep(_ entry: Entry, of connection: ObjectKey) { entries.withLock { $0[connection] = entry } }
  func forget(_ connection: ObjectKey) { entries.withLock { $0[connection] = nil } }
}
