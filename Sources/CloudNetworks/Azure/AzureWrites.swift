internal import Azure
internal import Cloud
internal import CloudResources
internal import Foundations

/// Writes of this process that Azure accepted and has not finished.
///
/// A resource shows whether its last write failed, but not why. Only the operation shows that, and its address is in
/// the answer to the write. The address contains a signature and has some thousand characters, so it is kept in memory.
/// The failure is kept in the ledger. If the process crashes between the two, the next one repeats the write once to
/// learn why it failed.
final class AzureWrites: Sendable {
  private struct Write {
    var operation: LongOperation
    var isDeletion: Bool
  }
  private let writes = Locked<[ResourceID: Write]>([:])

  /// - Parameter operation: nil if the write is done already.
  func began(_ operation: LongOperation?, of id: ResourceID, isDeletion: Bool) {
    writes.withLock { $0[id] = operation.map { Write(operation: $0, isDeletion: isDeletion) } }
  }

  private func forget(_ id: ResourceID) { writes.withLock { $0[id] = nil } }

  /// Enters writes that are under way or failed into `seen`. An operation is read unless its resource shows that it is
  /// still running.
  ///
  ///     the resource         the last write   its operation    known afterwards
  ///     is gone              any              not read         nothing
  ///     succeeded            a change         not read         nothing
  ///     is changing          any              not read         it is under way; an earlier failure
  ///     otherwise            any              still running    it is under way; an earlier failure
  ///     otherwise            any              succeeded        nothing
  ///     otherwise            any              failed           the failure
  ///     otherwise            any              unknown          an earlier failure
  ///
  /// - Parameter failures: failures that the ledger remembers.
  func enter(
    into seen: inout AzureObserved,
    _ failures: [String: FailedWrite],
    _ client: AzureClient,
    now: Timestamp
  ) async {
    var earlier: [ResourceID: FailedWrite] = [:]
    for (id, failure) in failures { if let id = ResourceID(id) { earlier[id] = failure } }
    let begun = writes.withLock { $0 }
    for id in Set(earlier.keys).union(begun.keys) {
      let write = begun[id]
      let isDeletion = write?.isDeletion ?? earlier[id]?.isDeletion ?? false
      guard let state = seen.state(of: id), isDeletion || state != .succeeded else {
        forget(id)
        continue
      }
      var failure = earlier[id].flatMap { $0.isDeletion == isDeletion ? $0 : nil }
      var isUnderWay = state == .underWay || state == .deleting
      if !isUnderWay, let write {
        switch await outcome(of: write.operation, client) {
        case .succeeded:
          forget(id)
          continue
        case .failed(let error):
          forget(id)
          failure = FailedWrite(RefusedAction(error, after: failure?.refusal, now: now), isDeletion: isDeletion)
        case .underWay: isUnderWay = true
        }
      }
      guard failure != nil || isUnderWay else { continue }
      let mayRetry = !isUnderWay && failure.map { $0.refusal.retryAt <= now } ?? true
      let error = failure?.refusal.error
      seen.failures[id.description] = failure
      seen.unfinished[id] = UnfinishedWrite(
        error: error,
        isDeletion: failure?.isDeletion,
        isUnderWay: isUnderWay,
        mayRetry: mayRetry
      )
    }
  }

  /// An operation that cannot be read now is read in the next pass.
  private func outcome(of operation: LongOperation, _ client: AzureClient) async -> LongOperation.State {
    (try? await client.state(of: operation)) ?? .underWay(askAfter: operation.askAfter)
  }
}
