internal import Foundations
internal import Kubernetes

/// Writes Events as events.k8s.io/v1, or as v1 if the server does not have that group.
///
/// The first create shows which of them works: a server without the group answers 404 and then accepts the same event
/// in the core group. (If the namespace is gone, both answer 404.)
final class EventSink: Sendable {
  private let client: any KubernetesAPI
  private let isCore = Locked(false)

  init(client: any KubernetesAPI) { self.client = client }

  func create(_ event: Event) async throws(KubernetesError) {
    if !isCore.withLock({ $0 }) {
      do {
        _ = try await client.create(event)
        return
      } catch  where error.kind == .notFound {
        // Tried as v1 below.
      }
    }
    _ = try await client.create(CoreEvent(event))
    isCore.withLock { $0 = true }
  }

  /// - Throws: `.notFound` if the event no longer exists.
  func setSeries(_ key: ObjectKey, count: Int, lastSeen: Timestamp) async throws(KubernetesError) {
    if isCore.withLock({ $0 }) {
      _ = try await client.jsonPatch(
        CoreEvent.self,
        key,
        [.add("/count", .int(Int64(count))), .add("/lastTimestamp", .string(lastSeen.description))]
      )
      return
    }
    let series: JSONValue = ["count": .int(Int64(count)), "lastObservedTime": .string(lastSeen.microDescription)]
    _ = try await client.jsonPatch(Event.self, key, [.add("/series", series)])
  }
}
