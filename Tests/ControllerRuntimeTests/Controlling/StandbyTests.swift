import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime

/// A controller that does not run yet, in a process that waits to lead.
@Suite(.timeLimit(.minutes(10))) struct StandbyTests {
  private let informer = Informer<ConfigMap>(client: MemoryServer())
  private let seen = Locked<[String]>([])

  private func controller() -> Controller {
    Controller(name: "test", registry: MetricsRegistry(), time: VirtualTimeSource()) { [seen] key, _ in
      seen.withLock { $0.append(key.name) }
      return .done
    }
  }
  private func put(_ name: String, version: String = "1") {
    informer.emit([informer.store.put(ConfigMap(name, version: version))].compactMap { $0 })
  }
  private func remove(_ name: String) { informer.emit([informer.store.remove(key(name))].compactMap { $0 }) }

  @Test func whatComesAndGoesLeavesNothingInTheQueue() async {
    let controller = controller()
    controller.watch(primary: informer)
    controller.watch(informer, after: .seconds(1)) { change in change.sides.map(\.key) }
    put("stays")
    for number in 0..<10_000 {
      put("c\(number)")
      remove("c\(number)")
    }
    #expect(controller.queue.count == 0)
    #expect(controller.queue.delayedCount == 0)
    let running = Task { await controller.run() }
    #expect(await eventually { seen.withLock { $0 } == ["stays"] })
    running.cancel()
    await running.value
    #expect(seen.withLock { $0 } == ["stays"])
  }

  @Test func everyObjectIsLookedAtInTheBackgroundWhenTheControllerStarts() async {
    let controller = controller()
    controller.watch(primary: informer)
    for name in ["a", "b", "c"] { put(name) }
    controller.connect()
    put("c", version: "2")
    var order: [(String, WorkPriority?)] = []
    while controller.queue.count > 0, let key = await controller.queue.next() {
      order.append((key.name, controller.queue.priority(ofWorkOn: key)))
    }
    #expect(order.first?.0 == "c")
    #expect(order.first?.1 == .user)
    #expect(Set(order.dropFirst().map(\.0)) == ["a", "b"])
    #expect(order.dropFirst().allSatisfy { $0.1 == .background })
  }

  @Test func anInformerThatIsWatchedLaterCountsFromThenOn() async {
    let controller = controller()
    controller.connect()
    put("a")
    controller.watch(primary: informer)
    #expect(controller.queue.count == 1)
    put("b")
    #expect(controller.queue.count == 2)
  }

  @Test func nothingIsTakenFromAChannelBeforeTheControllerRuns() async {
    let controller = controller()
    let (channel, feed) = AsyncStream<ObjectKey>.makeStream(bufferingPolicy: .bufferingNewest(2))
    let watching = Task { await controller.watch(channel: channel) }
    for number in 0..<100 { feed.yield(key("\(number)")) }
    #expect(controller.queue.count == 0)
    let running = Task { await controller.run() }
    #expect(await eventually { seen.withLock { $0 } == ["98", "99"] })
    watching.cancel()
    await watching.value
    running.cancel()
    await running.value
  }
}
