import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// The order of a pass, which no kind can get wrong any more.
@Suite(.timeLimit(.minutes(10))) struct KindReconcilerTests {
  private let server = MemoryServer()
  private let key = ObjectKey(namespace: "production", name: "hello")

  /// What a kind would plan.
  private struct Plan: KindPass {
    typealias Object = PortForward
    var finalizer = FinalizerStep.keep
    var obstacle: Obstacle?
    var failure: Obstacle?
    var repairs: [String] = []
    var ready = "True"
    var next = ReconcileResult.requeue(after: .seconds(600))
    /// Called while the pass acts.
    var acting: @Sendable () -> Void = {}

    mutating func act(_ logger: Logger) async {
      acting()
      obstacle = failure
    }

    var status: PortForwardStatus? {
      var status = PortForwardStatus()
      status.observedGeneration = 1
      status.conditions = [
        Condition(
          type: "Ready",
          status: ready,
          reason: obstacle == nil ? "Forwarding" : "APIError",
          message: obstacle?.attempt ?? "",
          lastTransitionTime: Fixture.now
        )
      ]
      return status
    }
  }

  private struct Kind: ReconciledKind {
    let server: MemoryServer
    let planning: Planning<PortForward>
    func cached(_ key: ObjectKey) -> PortForward? { server.object(PortForward.self, key) }
    func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
      .requeue(after: .seconds(7))
    }
    func plan(for object: PortForward, _ logger: Logger) async throws -> Planning<PortForward> { planning }
  }

  private func put(_ change: (inout PortForward) -> Void = { _ in }) {
    var forward = Fixture.forward()
    change(&forward)
    server.put(forward)
    server.forgetCalls()
  }

  private func reconcile(_ planning: Planning<PortForward>) async throws -> (ReconcileResult, [String]) {
    let events = EventRecorder(
      client: server,
      controller: "cloudlinker.dev/test",
      instance: "test",
      registry: MetricsRegistry()
    )
    let reconciler = KindReconciler(
      kind: Kind(server: server, planning: planning),
      client: server,
      events: events,
      registry: MetricsRegistry()
    )
    let result = try await reconciler.reconcile(key, .none)
    let calls = server.calls
    let writing = Task { await events.run() }
    writing.cancel()
    await writing.value
    return (result, calls)
  }
  private func reasons() -> [String] { server.objects(Event.self).compactMap(\.reason).sorted() }

  @Test func theFinalizerStandsBeforeAnythingIsMade() async throws {
    put()
    let stood = Locked(false)
    var plan = Plan(finalizer: .add("example.com/f"))
    plan.acting = { [server, key] in
      let isMarked = server.object(PortForward.self, key)?.metadata.finalizers == ["example.com/f"]
      stood.withLock { $0 = isMarked }
    }
    let (result, _) = try await reconcile(.pass(plan))
    #expect(stood.withLock { $0 })
    #expect(result == .requeue(after: .seconds(600)))
  }

  @Test func withoutItsFinalizerNothingIsMadeAndTheStatusSaysWhy() async throws {
    put()
    let hasActed = Locked(false)
    var plan = Plan(finalizer: .add("example.com/f"), ready: "False")
    plan.acting = { hasActed.withLock { $0 = true } }
    server.setFault { $0.hasPrefix("patch") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil }
    await #expect(throws: KubernetesError.self) { _ = try await reconcile(.pass(plan)) }
    #expect(!hasActed.withLock { $0 })
    let ready = server.object(PortForward.self, key)?.status?.conditions?.of(.ready)
    #expect(ready?.message == "add finalizer example.com/f")
  }

  @Test func aPassThatRemovesItsFinalizerDoesNothingElse() async throws {
    put { $0.metadata.finalizers = ["example.com/f"] }
    let (result, calls) = try await reconcile(.pass(Plan(finalizer: .remove("example.com/f"))))
    #expect(result == .done)
    #expect(calls.count == 1 && calls[0].hasPrefix("patch"))
  }

  @Test func whatFailedIsWrittenAndThenThrown() async throws {
    put()
    let error = KubernetesError(.forbidden, status: 403, "not permitted")
    let plan = Plan(
      failure: Obstacle(attempt: "apply Service", error: error),
      repairs: ["Service vpn is back"],
      ready: "False"
    )
    await #expect(throws: error) { _ = try await reconcile(.pass(plan)) }
    #expect(server.object(PortForward.self, key)?.status?.conditions?.of(.ready)?.message == "apply Service")
  }

  @Test func theSameStatusIsNotWrittenAgainAndCausesNoEvent() async throws {
    put()
    _ = try await reconcile(.pass(Plan(repairs: ["Service vpn is back"])))
    #expect(reasons() == ["DriftRepaired", "Forwarding"])
    server.forgetCalls()
    let (_, calls) = try await reconcile(.pass(Plan()))
    #expect(calls == [])
  }

  @Test func theRequestForAPassIsAnswered() async throws {
    put { $0.metadata.annotations = [CloudLinker.Annotation.requestedAt: "now"] }
    _ = try await reconcile(.pass(Plan()))
    #expect(server.object(PortForward.self, key)?.status?.lastHandledReconcileAt == "now")
  }

  @Test func anObjectThatIsGoneOrNotItsTurnIsLeftToTheKind() async throws {
    let (gone, _) = try await reconcile(.pass(Plan()))
    #expect(gone == .requeue(after: .seconds(7)))
    put()
    let (later, calls) = try await reconcile(.later(.requeueWithBackoff))
    #expect(later == .requeueWithBackoff && calls == [])
  }
}
