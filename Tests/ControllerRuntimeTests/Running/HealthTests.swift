import Foundations
import HTTPEndpoint
import HTTPTransport
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct HealthTests {
  private let time = VirtualTimeSource()
  private let registry = MetricsRegistry()

  private func status(_ manager: Manager, _ path: String) -> Int? {
    manager.response(path: path)?.status
  }

  @Test func readyOnceEveryCacheIsFilled() async throws {
    let server = ManualServer()
    let manager = Manager(leadership: nil, time: time)
    manager.add(Informer<ConfigMap>(client: server, time: time))
    let running = Task { try await manager.run() }
    #expect(status(manager, "/readyz") == 503)
    #expect(status(manager, "/healthz") == 200)
    let feed = await server.expectWatch(.stream)
    feed.send(.bookmark(resourceVersion: "5", initialEventsEnd: true))
    #expect(await eventually { manager.isReady })
    #expect(status(manager, "/readyz") == 200)
    #expect(status(manager, "/elsewhere") == nil)
    running.cancel()
    server.end()
    _ = try await running.value
  }

  @Test func aWatchThatHangsForFiveMinutesIsUnhealthy() async {
    let server = ManualServer()
    let manager = Manager(leadership: nil, time: time)
    let informer = Informer<ConfigMap>(client: server, time: time)
    manager.add(informer)
    time.advance(by: .seconds(300))
    #expect(manager.problems == [])
    time.advance(by: .seconds(1))
    #expect(manager.problems == ["watch of ConfigMap everywhere: did nothing for 301 s"])
    #expect(status(manager, "/healthz") == 503)
    informer.setBeat()
    #expect(manager.problems == [])
  }

  @Test func aLoopThatTookALongPauseOnPurposeIsHealthy() {
    let manager = Manager(leadership: nil, time: time)
    let informer = Informer<ConfigMap>(client: ManualServer(), time: time)
    manager.add(informer)
    informer.setBeat(after: .seconds(300))
    time.advance(by: .seconds(600))
    #expect(manager.problems == [])
    time.advance(by: .seconds(1))
    #expect(manager.problems == ["watch of ConfigMap everywhere: did nothing for 301 s"])
  }

  @Test func tasksThatGetNoTurnAreUnhealthy() async {
    let pulse = Pulse(time: time)
    #expect(pulse.problem == nil, "it does not run yet")
    let running = Task { await pulse.run() }
    await time.pass(.seconds(5))
    #expect(await eventually { time.remaining == [.seconds(5)] })
    #expect(pulse.problem == nil)
    running.cancel()
    await running.value
    #expect(pulse.problem == nil)
  }

  @Test func metricsHealthAndReadinessAreServed() async throws {
    let manager = Manager(leadership: nil, registry: registry)
    registry.set("answer", to: 42, help: "The answer")
    let port = try manager.serve(address: "127.0.0.1", port: 0)
    manager.addLeading { await Latch().wait() }
    let running = Task { try await manager.run() }
    let transport = CurlTransport(.init(proxy: .none))
    func get(_ path: String) async throws -> (Int, String) {
      let response = try await transport.send(HTTPRequest(url: "http://127.0.0.1:\(port)\(path)"))
      return (response.status, String(decoding: response.body, as: UTF8.self))
    }
    #expect(try await get("/healthz") == (200, "ok\n"))
    #expect(try await get("/readyz") == (200, "ok\n"))
    #expect(try await get("/metrics").1.contains("\nanswer 42\n"))
    #expect(try await get("/").0 == 404)
    running.cancel()
    _ = try await running.value
    await #expect(throws: TransportError.self) { _ = try await get("/healthz") }
  }
}
