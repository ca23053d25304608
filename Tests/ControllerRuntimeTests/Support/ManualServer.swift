import Foundations
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

/// A server whose every list and watch of ConfigMaps is answered by the test.
final class ManualServer: KubernetesAPI {
  enum Asked: Equatable {
    case list(String?, continue: String? = nil)
    case watch(String)
    case stream
  }
  enum Answer: Sendable {
    case page([ConfigMap], bad: [UndecodableObject] = [], version: String, continue: String? = nil)
    case events(EventFeed)
    case failure(KubernetesError)
  }
  private struct State {
    var asked: [(what: Asked, answer: CheckedContinuation<Answer, Never>)] = []
    var count = 0
  }
  private let state = Locked(State())

  /// Requests so far, answered or not.
  var count: Int { state.withLock { $0.count } }

  /// Waits for the next request, which must be this one, and answers it.
  func expect(_ expected: Asked, _ answer: Answer, at location: SourceLocation = #_sourceLocation) async {
    let came = await eventually { self.state.withLock { !$0.asked.isEmpty } }
    guard came else {
      Issue.record("\(expected) was not asked", sourceLocation: location)
      return
    }
    let (what, continuation) = state.withLock { $0.asked.removeFirst() }
    #expect(what == expected, sourceLocation: location)
    continuation.resume(returning: answer)
  }

  /// The same, for a watch that stays open; returns once it is being read.
  func expectWatch(_ expected: Asked, at location: SourceLocation = #_sourceLocation) async -> EventFeed {
    let feed = EventFeed()
    await expect(expected, .events(feed), at: location)
    if !(await eventually { feed.isRead }) { Issue.record("\(expected) is not read", sourceLocation: location) }
    return feed
  }

  /// A request that is under way when a test ends is refused, so that its task can end.
  func end() {
    let left = state.withLock { state in
      defer { state.asked = [] }
      return state.asked
    }
    for (_, answer) in left { answer.resume(returning: .failure(KubernetesError(.transport, "the test is over"))) }
  }

  private func ask(_ what: Asked) async -> Answer {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.count += 1
        state.asked.append((what, continuation))
      }
    }
  }

  func list<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    resourceVersion: String?,
    limit: Int?,
    continueToken: String?
  ) async throws(KubernetesError) -> ListPage<Object> {
    switch await ask(.list(resourceVersion, continue: continueToken)) {
    case .page(let items, let bad, let version, let next):
      let items = items as? [Object] ?? []
      return ListPage(items: items, undecodable: bad, resourceVersion: version, continueToken: next)
    case .failure(let error): throw error
    case .events: throw KubernetesError(.decoding, "a list was answered by a watch")
    }
  }

  func watch<Object: Resource>(
    _ type: Object.Type,
    _ scope: Scope,
    _ options: WatchOptions
  ) async throws(KubernetesError) -> WatchStream<Object> {
    switch await ask(options.sendInitialEvents ? .stream : .watch(options.resourceVersion)) {
    case .events(let feed): return feed.stream()
    case .failure(let error): throw error
    case .page: throw KubernetesError(.decoding, "a watch was answered by a list")
    }
  }

  private static let readOnly = KubernetesError(.methodNotAllowed, "this server is only read")
  func get<Object: Resource>(_: Object.Type, _: ObjectKey) async throws(KubernetesError) -> Object {
    throw Self.readOnly
  }
  func create<Object: Resource>(_: Object) async throws(KubernetesError) -> Object { throw Self.readOnly }
  func replace<Object: CompleteResource>(_: Object) async throws(KubernetesError) -> Object { throw Self.readOnly }
  func apply<Object: Resource>(_: Object, fieldManager: String, force: Bool) async throws(KubernetesError) -> Object {
    throw Self.readOnly
  }
  func applyStatus<Object: Resource>(
    _: Object,
    fieldManager: String,
    force: Bool
  ) async throws(KubernetesError) -> Object { throw Self.readOnly }
  func mergePatch<Object: Resource>(
    _: Object.Type,
    _: ObjectKey,
    _: JSONValue
  ) async throws(KubernetesError) -> Object { throw Self.readOnly }
  func jsonPatch<Object: Resource>(
    _: Object.Type,
    _: ObjectKey,
    _: [JSONPatchOperation]
  ) async throws(KubernetesError) -> Object { throw Self.readOnly }
  func delete<Object: Resource>(_: Object.Type, _: ObjectKey, _: DeleteOptions) async throws(KubernetesError) {
    throw Self.readOnly
  }
}

/// The sending end of a watch.
struct EventFeed: Sendable {
  private let events: AsyncStream<Result<[WatchEvent<ConfigMap>], KubernetesError>>
  private let continuation: AsyncStream<Result<[WatchEvent<ConfigMap>], KubernetesError>>.Continuation
  private let reads = Locked(0)

  var isRead: Bool { reads.withLock { $0 } > 0 }

  init() { (events, continuation) = AsyncStream.makeStream() }

  func send(_ batch: WatchEvent<ConfigMap>...) { continuation.yield(.success(batch)) }
  func fail(_ error: KubernetesError) { continuation.yield(.failure(error)) }
  func end() { continuation.finish() }

  func stream<Object: Resource>() -> WatchStream<Object> {
    let (events, reads) = (events, reads)
    return WatchStream { () async throws(KubernetesError) in
      reads.withLock { $0 += 1 }
      var iterator = events.makeAsyncIterator()
      return try await iterator.next()?.get() as? [WatchEvent<Object>]
    }
  }
}
