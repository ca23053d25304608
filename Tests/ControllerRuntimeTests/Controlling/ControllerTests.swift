import Foundations
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct ControllerTests {
  private let time = VirtualTimeSource()
  private let registry = MetricsRegistry()

  private func controller(
    concurrency: Int = 1,
    timeout: Duration? = nil,
    _ reconcile: @escaping Controller.Reconcile
  ) -> Controller {
    Controller(
      name: "test",
      concurrency: concurrency,
      timeout: timeout,
      registry: registry,
      time: time,
      reconcile: reconcile
    )
  }
  private func total(_ result: String) -> Double? {
    registry.value("controller_runtime_reconcile_total", ["controller": "test", "result": result])
  }
  private func count(_ name: String) -> Double? {
    registry.value("controller_runtime_\(name)", ["controller": "test"])
  }
  private struct Failure: Error {}

  @Test func successIsNotRepeated() async {
    let controller = controller { _, _ in .done }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    #expect(await eventually { total("success") == 1 && count("active_workers") == 0 })
    #expect(time.sleeperCount == 0)
    running.cancel()
    await running.value
  }

  @Test func aFailureIsRepeatedAfterADoublingDelayUntilSuccessForgetsIt() async {
    let failures = Locked(3)
    let controller = controller { _, _ in
      try failures.withLock { left in
        left -= 1
        if left >= 0 { throw Failure() }
      }
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    for milliseconds in [5, 10, 20] { await time.pass(.milliseconds(milliseconds)) }
    #expect(await eventually { total("success") == 1 })
    #expect(total("error") == 3)
    #expect(count("reconcile_errors_total") == 3)
    #expect(count("terminal_reconcile_errors_total") == 0)
    failures.withLock { $0 = 1 }
    controller.queue.add(key("a"))
    await time.pass(.milliseconds(5))
    #expect(await eventually { total("success") == 2 })
    running.cancel()
    await running.value
  }

  @Test func badInputIsNotLookedAtAgain() async {
    let controller = controller { _, _ in throw TerminalError("the address is none") }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    #expect(await eventually { total("error") == 1 && count("active_workers") == 0 })
    #expect(count("terminal_reconcile_errors_total") == 1)
    #expect(count("reconcile_errors_total") == 1)
    #expect(controller.queue.delayedCount == 0)
    controller.queue.add(key("a"))
    #expect(await eventually { total("error") == 2 })
    running.cancel()
    await running.value
  }

  @Test func aLookThatWasAskedForComesAndForgetsFailures() async {
    let answers = Locked<[ReconcileResult]>([
      .requeueWithBackoff, .requeueWithBackoff, .requeue(after: .seconds(30)), .requeueWithBackoff, .done,
    ])
    let controller = controller { _, _ in answers.withLock { $0.removeFirst() } }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    for delay in [Duration.milliseconds(5), .milliseconds(10), .seconds(30), .milliseconds(5)] {
      await time.pass(delay)
    }
    #expect(await eventually { total("success") == 1 })
    #expect(total("requeue") == 3)
    #expect(total("requeue_after") == 1)
    #expect(total("error") == 0)
    running.cancel()
    await running.value
  }

  @Test func whatTheServerAskedToWaitIsWaited() async {
    let isFirst = Locked(true)
    let controller = controller { _, _ in
      let now = isFirst.withLock { first in
        defer { first = false }
        return first
      }
      if now { throw KubernetesError(.tooManyRequests, status: 429, "later", retryAfter: .seconds(8)) }
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    await time.pass(.seconds(8))
    #expect(await eventually { total("success") == 1 })
    running.cancel()
    await running.value
  }

  @Test func aReconcileThatTakesTooLongIsCancelledAndFails() async {
    let isFirst = Locked(true)
    let controller = controller(timeout: .seconds(90)) { [time] _, _ in
      let now = isFirst.withLock { first in
        defer { first = false }
        return first
      }
      if now { try await time.sleep(for: .seconds(3600)) }
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    #expect(await eventually { time.remaining.contains(.seconds(3600)) })
    await time.pass(.seconds(90))
    #expect(await eventually { total("error") == 1 })
    await time.pass(.milliseconds(5))
    #expect(await eventually { total("success") == 1 })
    running.cancel()
    await running.value
  }

  @Test func oneSleeperWatchesTheTimeoutsOfAllReconciles() async {
    let gate = Latch()
    let controller = controller(concurrency: 2, timeout: .seconds(90)) { _, _ in
      await gate.wait()
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add(key("first"))
    #expect(await eventually { time.sleeperCount == 1 })
    gate.open()
    for index in 0..<50 { controller.queue.add(key("\(index)")) }
    #expect(await eventually { total("success") == 51 })
    #expect(time.sleeperCount == 1)
    await time.pass(.seconds(90))
    #expect(await eventually { time.sleeperCount == 0 })
    running.cancel()
    await running.value
  }

  @Test func asManyAsAllowedWorkAtOnce() async {
    let gate = Latch()
    let active = Locked(0)
    let controller = controller(concurrency: 3) { _, _ in
      active.withLock { $0 += 1 }
      await gate.wait()
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add((0..<10).map { ObjectKey(namespace: "team-\($0)", name: "a") })
    #expect(await eventually { count("active_workers") == 3 && active.withLock { $0 } == 3 })
    #expect(controller.queue.count == 7)
    #expect(count("max_concurrent_reconciles") == 3)
    gate.open()
    #expect(await eventually { total("success") == 10 })
    running.cancel()
    await running.value
  }

  @Test func aSlowNamespaceDoesNotHoldUpAnother() async {
    let gate = Latch()
    let controller = controller(concurrency: 3) { key, _ in
      if key.namespace == "slow" { await gate.wait() }
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add((0..<10).map { ObjectKey(namespace: "slow", name: "\($0)") })
    #expect(await eventually { count("active_workers") == 2 })
    controller.queue.add((0..<10).map { ObjectKey(namespace: "quick", name: "\($0)") })
    #expect(await eventually { total("success") == 10 })
    #expect(controller.queue.count == 8)
    gate.open()
    #expect(await eventually { total("success") == 20 })
    running.cancel()
    await running.value
  }

  @Test(arguments: [Duration.zero, .seconds(-1)]) func aLookAtOnceIsBackedOff(_ delay: Duration) async {
    let controller = controller { _, _ in .requeue(after: delay) }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    for milliseconds in [5, 10, 20, 40] { await time.pass(.milliseconds(milliseconds)) }
    #expect(await eventually { total("requeue") == 5 })
    #expect(total("requeue_after") == 0)
    running.cancel()
    await running.value
  }

  @Test func aLookThatIsAskedForTooSoonWaitsATenthOfASecond() async {
    let controller = controller { _, _ in .requeue(after: .nanoseconds(1)) }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    for _ in 0..<3 { await time.pass(.milliseconds(100)) }
    #expect(await eventually { total("requeue_after") == 4 })
    running.cancel()
    await running.value
  }

  @Test(arguments: [
    (Duration.seconds(600), WorkPriority.user, WorkPriority.background),
    (.seconds(60), .user, .background), (.seconds(59), .user, .user), (.seconds(2), .background, .background),
  ])
  func aPeriodicLookIsDoneInTheBackgroundAndANearOneKeepsItsPriority(
    delay: Duration,
    before: WorkPriority,
    after: WorkPriority
  ) async {
    let priorities = Locked<[WorkPriority?]>([])
    let queue = Locked<WorkQueue<ObjectKey>?>(nil)
    let controller = controller { key, _ in
      priorities.withLock { $0.append(queue.withLock { $0 }?.priority(ofWorkOn: key)) }
      return .requeue(after: delay)
    }
    queue.withLock { $0 = controller.queue }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"), priority: before)
    await time.pass(delay)
    #expect(await eventually { priorities.withLock { $0 } == [before, after] })
    running.cancel()
    await running.value
    queue.withLock { $0 = nil }
  }

  @Test func aReconcileIsCancelledAfterFiveMinutesUnlessAskedOtherwise() async {
    let controller = Controller(name: "test", registry: registry, time: time) { [time] _, _ in
      try await time.sleep(for: .seconds(3600))
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    #expect(await eventually { time.remaining.contains(.seconds(3600)) })
    await time.pass(.seconds(300))
    #expect(await eventually { total("error") == 1 })
    running.cancel()
    await running.value
  }

  @Test func whatIsUnderWayIsFinishedWhenTheControllerStops() async {
    let (gate, ended) = (Latch(), Locked(false))
    let controller = controller { _, _ in
      await gate.wait()
      #expect(!Task.isCancelled)
      ended.withLock { $0 = true }
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add([key("a"), key("b")])
    #expect(await eventually { count("active_workers") == 1 })
    running.cancel()
    #expect(!ended.withLock { $0 })
    gate.open()
    await running.value
    #expect(ended.withLock { $0 })
    #expect(total("success") == 1, "what waited is not begun")
  }

  @Test func driftIsLookedForAtDifferentTimes() {
    let delays = (0..<200).map { _ -> Duration in
      guard case .requeue(let delay) = ReconcileResult.requeue(after: .seconds(600), jitter: 0.1) else { return .zero }
      return delay
    }
    #expect(delays.allSatisfy { $0 >= .seconds(540) && $0 <= .seconds(660) })
    #expect(Set(delays).count > 100)
    #expect(ReconcileResult.requeue(after: .seconds(5), jitter: -3) == .requeue(after: .seconds(5)))
  }
}
