internal import Azure
internal import Cloud
internal import CloudResources
internal import Foundations

/// What Azure accepted of this process and goes on with, and what it failed at.
///
/// How a resource is shows in the resource; why it came to nothing shows only in the operation, whose address is in the
/// answer to the write. It is kept in memory and not in the status: it holds a signature, and has some thousand
/// characters. A process that dies forgets it, writes once more, and learns of that.
final class AzureWrites: Sendable {
  /// A write that failed is repeated after so long.
  static let pause = Duration.seconds(60)
  struct Write: Sendable {
    var isDeletion: Bool
    var operation: LongOperation?
    /// Of this or of the one before it; told until one succeeds.
    var failure: CloudError?
    var failedAt: ContinuousClock.Instant?
  }
  private let writes = Locked<[ResourceID: Write]>([:])

  func began(_ operation: LongOperation?, of id: ResourceID, isDeletion: Bool) {
    writes.withLock { writes in
      let before = writes[id].flatMap { $0.isDeletion == isDeletion ? $0 : nil }
      guard operation != nil || before != nil else { return }
      writes[id] = Write(isDeletion: isDeletion, operation: operation, failure: before?.failure)
    }
  }

  private func failed(_ id: ResourceID, _ error: CloudError, at now: ContinuousClock.Instant) {
    writes.withLock { writes in
      writes[id]?.operation = nil
      writes[id]?.failure = error
      writes[id]?.failedAt = now
    }
  }

  private func forget(_ id: ResourceID) { writes.withLock { $0[id] = nil } }

  /// What a plan must know of them. An operation is asked for when its resource does not show that it goes on.
  func troubles(_ seen: AzureObserved, _ client: AzureClient, now: ContinuousClock.Instant) async -> [ResourceID:
    AzureObserved.Trouble]
  {
    var troubles: [ResourceID: AzureObserved.Trouble] = [:]
    for (id, write) in writes.withLock({ $0 }) {
      guard let state = seen.state(of: id), write.isDeletion || state != .succeeded else {
        forget(id)
        continue
      }
      var isUnderWay = state == .underWay || state == .deleting
      if !isUnderWay, let operation = write.operation {
        // Who cannot be asked now is asked at the next look.
        switch try? await client.state(of: operation) {
        case .succeeded?:
          forget(id)
          continue
        case .failed(let error)?: failed(id, error, at: now)
        case .underWay?, nil: isUnderWay = true
        }
      }
      guard let write = writes.withLock({ $0[id] }) else { continue }
      let mayRetry = !isUnderWay && write.failedAt.map { $0.duration(to: now) >= Self.pause } ?? !isUnderWay
      troubles[id] = .init(error: write.failure, isUnderWay: isUnderWay, mayRetry: mayRetry)
    }
    return troubles
  }
}

extension AzureObserved {
  typealias Trouble = UnfinishedWrite

  /// Nil: it is not there.
  func state(of id: ResourceID) -> ProvisioningState? {
    func find(_ objects: [some AzureResource]) -> ProvisioningState? { objects.first { $0.id == id }?.state }
    return (group?.id == id ? group?.state : nil) ?? find(networks) ?? find(networks.flatMap(\.subnets))
      ?? find(natGateways) ?? find(addresses) ?? find(firewalls) ?? find(routeTables)
  }
}
