import Foundations
import HTTPEndpoint
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct WiringTests {
  private let time = VirtualTimeSource()
  private let registry = MetricsRegistry()
  private let begun = Locked(false)
  private let lines = Locked<[String]>([])

  private func manager() -> Manager {
    let logger = Logger(level: .error, time: time) { [lines] line in lines.withLock { $0.append(line) } }
    let manager = Manager(leadership: nil, registry: registry, time: time, logger: logger)
    manager.addBackground { [begun] in
      begun.withLock { $0 = true }
      await Latch().wait()
    }
    return manager
  }

  @Test func aForgottenPartKeepsTheManagerFromStarting() async {
    registry.expect(WiringCheck("controller \"pods\" is never run"))
    registry.expect(WiringCheck("events are never written"))
    let manager = manager()
    let error = await #expect(throws: WiringError.self) { try await manager.run() }
    #expect(error?.complaints == ["controller \"pods\" is never run", "events are never written"])
    #expect(error?.description == "controller \"pods\" is never run; events are never written")
    #expect(!begun.withLock { $0 })
  }

  @Test func partsThatAreAllRunAreNoComplaint() async throws {
    let check = WiringCheck("controller \"pods\" is never run")
    registry.expect(check)
    registry.expect(check)
    #expect(registry.complaints == ["controller \"pods\" is never run"])
    check.meet()
    let manager = manager()
    let running = Task { try await manager.run() }
    #expect(await eventually { begun.withLock { $0 } })
    running.cancel()
    #expect(try await running.value == .stopped)
  }

  @Test func anInformerThatSomebodyUsesAndNobodyRunsIsNamed() async throws {
    let scope = Scope(namespace: "team", labelSelector: "app=web")
    let informer = Informer<ConfigMap>(client: MemoryServer(), scope: scope, time: time)
    registry.expect(informer.wiring)
    #expect(
      registry.complaints == [
        "the informer of ConfigMap team, labels app=web is used but never run: pass it to manager.add"
      ]
    )
    manager().add(informer)
    #expect(registry.complaints == [])
  }

  @Test func aControllerAndItsInformersMustBeAdded() async throws {
    let manager = manager()
    let controller = Controller(name: "pods", registry: registry, time: time) { _, _ in .done }
    let informer = Informer<ConfigMap>(client: MemoryServer(), time: time)
    controller.watch(primary: informer)
    #expect(
      registry.complaints == [
        "the controller pods is never run: pass it to manager.add",
        "the informer of ConfigMap everywhere is used but never run: pass it to manager.add",
      ]
    )
    manager.add(controller)
    #expect(registry.complaints.count == 1)
    manager.add(informer)
    #expect(registry.complaints == [])
  }

  @Test func anEventRecorderMustBeAdded() async throws {
    let manager = manager()
    let server = MemoryServer()
    let events = EventRecorder(client: server, controller: "example.com/a", instance: "pod", registry: registry)
    #expect(registry.complaints == ["the event recorder of example.com/a is never run: pass it to manager.add"])
    manager.add(events)
    #expect(registry.complaints == [])
    let running = Task { try await manager.run() }
    events.normal(ConfigMap("a"), reason: "Done", action: "Doing", "done")
    #expect(await eventually { server.objects(Event.self).count == 1 })
    running.cancel()
    #expect(try await running.value == .stopped)
  }

  /// It ended at once, and took what it had started with it.
  @Test func aManagerWithoutControllersRunsUntilItIsCancelled() async throws {
    let manager = Manager(leadership: nil, registry: registry, time: time)
    let log = Locked<[String]>([])
    manager.addBackground {
      log.withLock { $0.append("begun") }
      await Latch().wait()
      log.withLock { $0.append("ended") }
    }
    let running = Task {
      let ended = try await manager.run()
      log.withLock { $0.append("\(ended)") }
    }
    #expect(await eventually { log.withLock { $0 == ["begun"] } })
    for _ in 0..<100 { await Task.yield() }
    log.withLock { $0.append("cancelled") }
    running.cancel()
    try await running.value
    #expect(log.withLock { $0 } == ["begun", "cancelled", "ended", "stopped"])
  }

  @Test func partsThatRunWithoutAManagerAreNoComplaint() async {
    let controller = Controller(name: "pods", registry: registry, time: time) { _, _ in .done }
    let events = EventRecorder(
      client: MemoryServer(),
      controller: "example.com/a",
      instance: "pod",
      registry: registry,
      time: time
    )
    let running = Task {
      async let controlling: Void = controller.run()
      async let recording: Void = events.run()
      _ = await (controlling, recording)
    }
    #expect(await eventually { registry.complaints == [] })
    running.cancel()
    await running.value
  }

  @Test func aPartThatComesTooLateIsLoggedAndMakesTheProcessUnhealthy() async throws {
    let manager = manager()
    let running = Task { try await manager.run() }
    #expect(await eventually { begun.withLock { $0 } })
    #expect(manager.response(path: "/healthz")?.status == 200)
    let late = InformerSet(client: MemoryServer(), manager: manager).informer(ConfigMap.self)
    #expect(!late.hasSynced)
    #expect(
      manager.problems == ["the informer of ConfigMap everywhere was added after run: add every part before"]
    )
    #expect(manager.response(path: "/healthz")?.status == 503)
    #expect(lines.withLock { $0 }.contains { $0.contains("ConfigMap everywhere") })
    running.cancel()
    #expect(try await running.value == .stopped)
  }

  @Test func aManagerRunsOnce() async throws {
    let manager = manager()
    let running = Task { try await manager.run() }
    #expect(await eventually { begun.withLock { $0 } })
    await #expect(throws: WiringError.self) { try await manager.run() }
    running.cancel()
    #expect(try await running.value == .stopped)
  }

  @Test func anInformerThatIsAddedTwiceIsRunOnce() async throws {
    let server = MemoryServer()
    let manager = manager()
    let informer = InformerSet(client: server, manager: manager).informer(ConfigMap.self)
    manager.add(informer)
    let running = Task { try await manager.run() }
    #expect(await eventually { manager.isReady })
    #expect(server.calls.filter { $0.hasPrefix("list") }.count == 1)
    running.cancel()
    #expect(try await running.value == .stopped)
  }

  @Test func aSetHandsItsOptionsToEveryInformerButThoseWithTheirOwn() async throws {
    var (listing, streaming) = (InformerOptions(), InformerOptions())
    listing.initial = .list
    streaming.pageSize = 7
    let set = InformerSet(client: MemoryServer(), manager: manager(), options: listing)
    #expect(set.informer(ConfigMap.self).options == listing)
    #expect(set.informer(ConfigMap.self, scope: Scope(namespace: "team"), options: streaming).options == streaming)
    #expect(set.informer(ConfigMap.self, options: streaming).options == listing, "the first call counts")
  }
}
