internal import Cloud
internal import Foundations
internal import GoogleCloud

/// The long operations that this process has started: an instance is not shown before its operation has begun, and why it
/// could not be made is said by the operation alone. Another process finds the names taken, or free.
final class RecentOperations: Sendable {
  /// For so long a failure is reported before the change is tried again.
  static let pause = Duration.seconds(60)
  private struct Entry {
    var handle: ComputeOperation.Handle
    var failure: (error: CloudError, at: Timestamp)?
  }
  private let entries = Locked<[String: Entry]>([:])

  func remember(_ handle: ComputeOperation.Handle, of id: String) {
    entries.withLock { $0[id] = Entry(handle: handle) }
  }

  /// Asks after what is under way.
  /// - Parameter isMeant: whether it is of the connection in question.
  func look(
    at now: Timestamp,
    _ compute: ComputeClient,
    where isMeant: (String) -> Bool
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
      let operation = try await compute.operation(entry.handle)
      if let operation, !operation.isDone {
        busy.insert(id)
      } else if let error = operation?.error {
        failures[id] = error
        entries.withLock { if $0[id]?.handle == entry.handle { $0[id]?.failure = (error, now) } }
      } else {
        forget(id, entry.handle)
      }
    }
    return (busy, failures)
  }

  private func forget(_ id: String, _ handle: ComputeOperation.Handle) {
    entries.withLock { if $0[id]?.handle == handle { $0[id] = nil } }
  }
}
