import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct EventRecorderTests {
  private let server = MemoryServer()
  private let time = VirtualTimeSource()
  private let registry = MetricsRegistry()
  private func recorder() -> EventRecorder {
    EventRecorder(client: server, controller: "example.com/test", instance: "pod-1", registry: registry, time: time)
  }
  private func object(_ name: String = "a", namespace: String = "team") -> ConfigMap {
    var object = ConfigMap(name, namespace: namespace)
    object.metadata.uid = "uid-of-\(name)"
    return object
  }
  private var events: [Event] { server.objects(Event.self) }

  @Test func anEventHasWhatKubectlShows() async throws {
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    recorder.warning(object(), reason: "Broken", action: "Connecting", "it broke")
    #expect(await eventually { server.objects(Event.self).count == 1 })
    let event = try #require(events.first)
    #expect(event.key.namespace == "team")
    #expect(event.key.name.hasPrefix("a."))
    #expect(event.type == "Warning")
    #expect(event.reason == "Broken")
    #expect(event.action == "Connecting")
    #expect(event.note == "it broke")
    #expect(event.regarding?.uid == "uid-of-a")
    #expect(event.regarding?.kind == "ConfigMap")
    #expect(event.reportingController == "example.com/test")
    #expect(event.reportingInstance == "pod-1")
    #expect(event.eventTime == MicroTimestamp(time.timestamp))
    #expect(event.series == nil)
  }

  @Test func repetitionsBecomeASeriesWhoseLastCountIsWritten() async {
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    for _ in 0..<7 { recorder.normal(object(), reason: "Same", action: "Doing", "again") }
    let last = time.timestamp
    #expect(await eventually { server.objects(Event.self).first?.series?.count == 4 })
    for _ in 0..<6 { await time.pass(.seconds(60)) }
    #expect(await eventually { server.objects(Event.self).first?.series?.count == 7 })
    #expect(events.first?.series?.lastObservedTime == MicroTimestamp(last))
    #expect(events.count == 1)
  }

  @Test func anObjectWithoutNamespaceHasItsEventsInKubeSystem() async {
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    recorder.normal(object(namespace: ""), reason: "Done", action: "Doing", "done")
    #expect(await eventually { server.objects(Event.self).first?.key.namespace == "kube-system" })
  }

  @Test func aServerWithoutTheGroupTakesItAsACoreEvent() async {
    server.setFault { call in
      // Both kinds are called Event: the first create is that of events.k8s.io.
      call.hasPrefix("create") && self.server.calls.count == 1 ? KubernetesError(.notFound, status: 404, "no") : nil
    }
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    for _ in 0..<2 { recorder.normal(object(), reason: "Done", action: "Doing", "done") }
    #expect(await eventually { server.objects(CoreEvent.self).first?.count == 2 })
    #expect(events.isEmpty)
    #expect(server.calls.count == 3)
  }

  @Test func aServerInTroubleIsTriedFiveTimes() async {
    server.setFault { _ in KubernetesError(.unavailable, status: 503, "starting", retryAfter: .seconds(40)) }
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    recorder.normal(object(), reason: "Done", action: "Doing", "done")
    for attempt in 1..<EventRecorder.attempts {
      #expect(await eventually { server.calls.count == attempt })
      await time.pass(.seconds(40))
    }
    #expect(await eventually { server.calls.count == EventRecorder.attempts })
    server.setFault { _ in nil }
    recorder.normal(object(), reason: "Next", action: "Doing", "next")
    #expect(await eventually { server.objects(Event.self).map(\.reason) == ["Next"] })
  }

  @Test func aServerCannotHoldUpEventsForLongerThanAMinute() async {
    server.setFault { _ in KubernetesError(.tooManyRequests, status: 429, "later", retryAfter: .seconds(86_400)) }
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    // The recorder's own sweep sleeps for a minute, too.
    #expect(await eventually { time.remaining == [.seconds(60)] })
    recorder.normal(object(), reason: "Done", action: "Doing", "done")
    #expect(await eventually { time.remaining == [.seconds(60), .seconds(60)] })
    server.setFault { _ in nil }
    time.advance(by: .seconds(60))
    #expect(await eventually { server.objects(Event.self).count == 1 })
  }

  @Test func eventsThatAreNotWrittenAreCounted() async {
    let recorder = recorder()
    #expect(registry.value("events_dropped_total") == 0)
    // Nobody writes: a thousand wait, the rest are dropped.
    for number in 0..<1003 { recorder.normal(object("\(number)"), reason: "Done", action: "Doing", "done") }
    #expect(registry.value("events_dropped_total") == 3)
    server.setFault { _ in KubernetesError(.forbidden, status: 403, "events is forbidden") }
    let running = Task { await recorder.run() }
    #expect(await eventually { registry.value("events_dropped_total") == 1003 })
    running.cancel()
    await running.value
  }

  @Test func eventsOfAnObjectThatHadTooManyAreCounted() async {
    let recorder = recorder()
    for number in 0..<30 { recorder.normal(object(), reason: "Done", action: "Doing", "step \(number)") }
    #expect(registry.value("events_dropped_total") == 5)
    recorder.warning(object(), reason: "Lost", action: "Doing", "a warning is still written")
    #expect(registry.value("events_dropped_total") == 5)
  }

  @Test func anEventThatExpiredIsWrittenAgain() async {
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    recorder.normal(object(), reason: "Same", action: "Doing", "again")
    #expect(await eventually { server.objects(Event.self).count == 1 })
    for event in events { try? await server.delete(Event.self, event.key, DeleteOptions()) }
    recorder.normal(object(), reason: "Same", action: "Doing", "again")
    #expect(await eventually { server.calls.contains { $0.hasPrefix("patch") } })
    #expect(
      await eventually {
        recorder.normal(object(), reason: "Same", action: "Doing", "again")
        return server.objects(Event.self).count == 1
      }
    )
  }

  @Test func whatWaitsAtTheEndIsStillWritten() async {
    let recorder = recorder()
    let running = Task { await recorder.run() }
    #expect(await eventually { time.sleeperCount == 1 })
    for number in 0..<20 { recorder.normal(object(), reason: "Done", action: "Doing", "number \(number)") }
    running.cancel()
    await running.value
    #expect(events.count == 20)
  }

  @Test func longTextsAreCutToWhatTheServerTakes() async throws {
    let recorder = recorder()
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    let name = String(repeating: "n", count: 198) + "--.." + String(repeating: "x", count: 40)
    recorder.normal(
      object(name),
      reason: String(repeating: "R", count: 200),
      action: "A",
      String(repeating: "é", count: 900)
    )
    #expect(await eventually { server.objects(Event.self).count == 1 })
    let event = try #require(events.first)
    #expect(try #require(event.note).utf8.count <= 1024)
    #expect(try #require(event.reason).utf8.count <= 128)
    #expect(event.key.name.utf8.count <= 253)
    #expect(event.key.name.hasPrefix(String(repeating: "n", count: 198) + "."))
    #expect(!event.key.name.contains("-."))
  }
}
