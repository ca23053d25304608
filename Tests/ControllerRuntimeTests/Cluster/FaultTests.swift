import ControllerRuntime
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

/// A controller on a real API server, while things go wrong: afterwards its cache is a fresh list's equal, and its work
/// is done.
@Suite(.serialized, .enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"))
struct FaultTests {
  private static let plane = Task { try await TestControlPlane.start() }
  private let names = (0..<10).map { "c\($0)" }

  private func controller(time: any TimeSource = SystemTimeSource()) async throws -> CopyController {
    let plane = try await Self.plane.value
    return try await CopyController(plane, namespace: try await plane.createNamespace(), time: time)
  }

  private static func isWatch(_ request: HTTPRequest) -> Bool { request.url.contains("watch=") }
  private static func isWrite(_ request: HTTPRequest) -> Bool { request.method != "GET" }

  @Test func watchesThatBreakOffAreTakenUpAgain() async throws {
    let copier = try await controller()
    copier.faults.inject(.cutBody(afterBytes: 700), on: Self.isWatch, times: 3)
    let running = copier.start()
    defer { running.cancel() }
    for round in 0..<4 { try await copier.write(names, value: "\(round)") }
    try await copier.expectConvergence()
    #expect(copier.faults.injected.count == 3)
  }

  @Test func aWatchThatFallsSilentIsOpenedAgain() async throws {
    let time = VirtualTimeSource()
    let copier = try await controller(time: time)
    // The first watch is refused by servers without WatchList; the second and third are silent from the start.
    copier.faults.inject(.silenceBody(afterBytes: 0), on: Self.isWatch, skipping: 1, times: 2)
    let running = copier.start()
    defer { running.cancel() }
    #expect(await eventually { copier.faults.injected.count == 1 })
    try await copier.write(names, value: "1")
    #expect(copier.informer.store.get(ObjectKey(namespace: copier.namespace, name: "c0")) == nil)
    let ticking = Task {
      while !Task.isCancelled {
        time.advance(by: .seconds(5))
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    defer { ticking.cancel() }
    try await copier.expectConvergence()
    #expect(copier.faults.injected.count == 2)
  }

  @Test func aServerThatHangsIsAskedAgainAndAgain() async throws {
    let plane = try await Self.plane.value
    let time = VirtualTimeSource()
    let copier = try await controller(time: time)
    let running = copier.start()
    defer { running.cancel() }
    let ticking = Task {
      while !Task.isCancelled {
        time.advance(by: .seconds(5))
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    defer { ticking.cancel() }
    try await copier.write(names, value: "1")
    try await copier.expectConvergence()
    try plane.pauseAPIServer()
    let before = copier.faults.requestCount
    let isAskedAgain = await eventually { copier.faults.requestCount >= before + 3 }
    try plane.resumeAPIServer()
    #expect(isAskedAgain)
    try await copier.write(names, value: "2")
    try await copier.expectConvergence()
  }

  @Test func aVersionThatIsForgottenIsListedAgainAndDeletionsAreNoticed() async throws {
    let plane = try await Self.plane.value
    let copier = try await controller()
    let running = copier.start()
    defer { running.cancel() }
    try await copier.write(names, value: "1")
    try await copier.expectConvergence()
    // Out of touch: one object goes, another changes, and the history in between is thrown away.
    copier.faults.inject(.drop(), times: 100_000)
    try await plane.restartAPIServer()
    try await copier.plain.delete(
      ConfigMap.self,
      ObjectKey(namespace: copier.namespace, name: "c0"),
      DeleteOptions()
    )
    try await copier.write(["c1"], value: "2")
    try await plane.expireOldVersions()
    #expect(copier.informer.store.get(ObjectKey(namespace: copier.namespace, name: "c0")) != nil)
    copier.faults.clear()
    try await copier.expectConvergence()
    #expect(copier.informer.store.get(ObjectKey(namespace: copier.namespace, name: "c0")) == nil)
  }

  @Test func theAPIServerMayRestart() async throws {
    let plane = try await Self.plane.value
    let copier = try await controller()
    let running = copier.start()
    defer { running.cancel() }
    try await copier.write(names, value: "1")
    try await plane.restartAPIServer()
    try await copier.write(names, value: "2")
    try await copier.expectConvergence()
  }

  @Test(arguments: [(429, "1"), (500, nil), (503, nil)])
  func burstsOfRefusalsPass(status: Int, retryAfter: String?) async throws {
    let copier = try await controller()
    copier.faults.inject(.answer(status: status, retryAfter: retryAfter), on: { !Self.isWrite($0) }, times: 3)
    copier.faults.inject(.answer(status: status, retryAfter: retryAfter), on: Self.isWrite, times: 12)
    let running = copier.start()
    defer { running.cancel() }
    try await copier.write(names, value: "1")
    try await copier.expectConvergence()
    #expect(copier.faults.injected.count == 15)
  }

  @Test func anAnswerThatIsLostIsNoFailureAndNothingIsWrittenTwice() async throws {
    let copier = try await controller()
    copier.faults.inject(.loseAnswer, on: Self.isWrite, times: 5)
    let running = copier.start()
    defer { running.cancel() }
    try await copier.write(names, value: "1")
    try await copier.expectConvergence()
    #expect(copier.faults.injected.count == 5)
    let object = try await copier.plain.get(ConfigMap.self, ObjectKey(namespace: copier.namespace, name: "c0"))
    #expect(object.data == ["value": "1", "copy": "1"])
  }
}
