import Foundations
import HTTPEndpoint
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

/// What `/readyz`, `/healthz` and the metrics say about an informer.
@Suite(.timeLimit(.minutes(10))) struct InformerHealthTests {
  private let registry = MetricsRegistry()
  private let subject = WatchedInformer()
  private let manager: Manager
  private let forbidden = KubernetesError(.forbidden, status: 403, "user \"x\" cannot list")

  init() {
    manager = Manager(leadership: nil, registry: registry, time: subject.time)
    // It runs already; the manager only looks at it.
    manager.add(subject.informer)
  }

  private func answer(_ path: String) -> (Int?, String) {
    let response = manager.response(path: path)
    return (response?.status, String(decoding: response?.body ?? [], as: UTF8.self))
  }

  private func value(_ name: String) -> Double? {
    _ = registry.exposition()
    return registry.value("informer_\(name)", ["kind": "ConfigMap", "scope": "everywhere"])
  }

  @Test func aCacheThatWasNeverFilledSaysWhy() async {
    #expect(answer("/readyz") == (503, "the cache of ConfigMap everywhere is not filled yet\n"))
    await subject.server.expect(.list("0"), .failure(forbidden))
    #expect(await eventually { value("failures_total") == 1 })
    #expect(answer("/readyz") == (503, "the cache of ConfigMap everywhere is not filled yet: forbidden\n"))
    #expect(answer("/healthz").0 == 200)
    subject.stop()
  }

  @Test func aFilledCacheThatHasFailedForFiveMinutesIsNamedAndStaysReady() async {
    await subject.listed()
    await subject.server.expect(.watch("10"), .failure(forbidden))
    #expect(await eventually { value("failures_total") == 1 && subject.time.sleeperCount == 1 })
    subject.time.advance(by: .seconds(300))
    await subject.server.expect(.list("10"), .failure(forbidden))
    // Time must not go by before the informer sleeps, or it sleeps for longer than the test knows.
    #expect(await eventually { value("failures_total") == 2 && subject.time.sleeperCount == 1 })
    #expect(answer("/readyz") == (200, "ok\n"))
    subject.time.advance(by: .seconds(2))
    #expect(
      answer("/readyz") == (200, "ok\nthe cache of ConfigMap everywhere has failed for 302 s: forbidden\n")
    )
    #expect(answer("/healthz").0 == 200)
    // Its lists work again, but only a watch brings news.
    await subject.server.expect(.list("10"), .page([], version: "12"))
    #expect(answer("/readyz").1.contains("has failed"))
    _ = await subject.server.expectWatch(.watch("12"))
    #expect(await eventually { answer("/readyz") == (200, "ok\n") })
    subject.stop()
  }

  @Test func anIdleInformerIsNoFailure() async {
    await subject.listed()
    for version in ["10", "10", "", "10", "10", ""] {
      if version.isEmpty {
        await subject.server.expect(.list(""), .page([], version: "10"))
      } else {
        _ = await subject.server.expectWatch(.watch("10"))
        await subject.time.pass(.seconds(80))
      }
    }
    #expect(answer("/readyz") == (200, "ok\n"))
    #expect(answer("/healthz") == (200, "ok\n"))
    #expect(value("failures_total") == 0)
    subject.stop()
  }

  @Test func everySeriesIsThereFromTheStartAndFollowsTheInformer() async {
    for name in ["lists_total", "watches_total", "failures_total", "objects", "undecodable_objects"] {
      #expect(value(name) != nil, "\(name)")
    }
    let bad = UndecodableObject(key: key("b"), reason: "spec has another type")
    await subject.server.expect(.list("0"), .page([ConfigMap("a", version: "1")], bad: [bad], version: "10"))
    let feed = await subject.server.expectWatch(.watch("10"))
    #expect(await eventually { subject.time.remaining == [.seconds(80)] })
    subject.time.advance(by: .seconds(30))
    #expect(value("lists_total") == 1)
    #expect(value("watches_total") == 1)
    #expect(value("objects") == 1)
    #expect(value("undecodable_objects") == 1)
    #expect(value("seconds_since_last_event") == 30)
    feed.send(.bookmark(resourceVersion: "11", initialEventsEnd: false))
    #expect(await eventually { value("seconds_since_last_event") == 0 })
    feed.send(.deleted(ConfigMap("a", version: "12")), .undecodable(bad, isDeleted: true))
    #expect(await eventually { value("objects") == 0 && value("undecodable_objects") == 0 })
    #expect(value("failures_total") == 0)
    subject.stop()
  }

  @Test func informersOfOneKindAreToldApartByTheirScope() {
    let scope = Scope(namespace: "team", labelSelector: "app=web", fieldSelector: "spec.nodeName=n")
    manager.add(Informer<ConfigMap>(client: subject.server, scope: scope, time: subject.time))
    let text = registry.exposition()
    #expect(text.contains(#"informer_objects{kind="ConfigMap",scope="everywhere"} 0"#))
    let name = "team, labels app=web, fields spec.nodeName=n"
    #expect(text.contains(#"informer_objects{kind="ConfigMap",scope="\#(name)"} 0"#))
    #expect(answer("/readyz").1.contains("the cache of ConfigMap \(name) is not filled yet"))
    subject.stop()
  }
}
