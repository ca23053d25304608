internal import CloudConnectors
internal import Foundations
internal import Kubernetes

/// What was seen of the machines of each connection when all was as it should be, so that a pass at rest asks the cloud
/// nothing. A connector that is not alive makes the next pass look again.
final class MachineSurveys: Sendable {
  struct Entry: Sendable {
    var desired: DesiredConnectors
    var state: any ConnectorCloudState
    /// Of the tokens, by the connectors' names.
    var revisions: [String: String]
    var at: Timestamp
    /// Of the connectors.
    var keys: Set<String>
  }
  private let entries = Locked<[ObjectKey: Entry]>([:])

  /// Nil: it is time to look.
  func current(of connection: ObjectKey, _ desired: DesiredConnectors, now: Timestamp) -> Entry? {
    guard let entry = entries.withLock({ $0[connection] }), entry.desired == desired,
      (.zero..<TwingateBackend.period).contains(now.since(entry.at))
    else { return nil }
    return entry
  }

  func keep(_ entry: Entry, of connection: ObjectKey) { entries.withLock { $0[connection] = entry } }
  func forget(_ connection: ObjectKey) { entries.withLock { $0[connection] = nil } }
}
