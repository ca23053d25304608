internal import Cloud
internal import Foundations

/// The state of a long operation.
enum OperationOutcome: Sendable {
  case underWay
  case done
  case failed(CloudError)
}

/// Remembers the long operations that this process has started. A cloud does not show an object before its operation has
/// begun, and only the operation says why the object could not be made. Another process finds the name taken, or free.
final class RecentOperations<Handle: Sendable & Hashable>: Sendable {
  /// How long a failure is reported before the change is tried again.
  static var pause: Duration { .seconds(60) }
  private struct Entry {
    var handle: Handle
    var failure: (error: CloudError, at: Timestamp)?
  }
  private let entries = Locked<[String: Entry]>([:])

  /// - Parameter handle: nil: the change is already done.
  func remember(_ handle: Handle?, of id: String) {
    entries.withLock { $0[id] = handle.map { Entry(handle: $0) } }
  }

  /// Asks for the state of the operations that are under way.
  /// - Parameter isMeant: whether the object with this id belongs to the connection in question.
  func look(
    at now: Timestamp,
    where isMeant: (String) -> Bool,
    _ ask: (Handle) async throws(CloudError) -> OperationOutcome
  ) async throws(CloudError) -> (busy: Set<String>, failures: [String: CloudError]) {
    let meant = entries.withLock { entries in entries.filter { isMeant($0.key) } }
    var (busy, failures): (Set<String>, [String: CloudError]) = ([], [:])
    for (id, entry) in meant.sorted(by: { $0.key < $1.key }) {
      if let failure = entry.failure {
        if (.zero..<Self.pause).contains(now.since(failure.at)) {
          failures[id] = failure.error
        } else {
          forget(id, entry.handle)
        }
        continue
      }
      switch try await ask(entry.handle) {
      case .underWay: busy.insert(id)
      case .done: forget(id, entry.handle)
      case .failed(let error):
        failures[id] = error
        entries.withLock { if $0[id]?.handle == entry.handle { $0[id]?.failure = (error, now) } }
      }
    }
    return (busy, failures)
  }

  private func forget(_ id: String, _ handle: Handle) {
    entries.withLock { if $0[id]?.handle == handle { $0[id] = nil } }
  }
}
