import Foundations
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct InformerWatchListTests {
  private static let end = WatchEvent<ConfigMap>.bookmark(resourceVersion: "20", initialEventsEnd: true)

  @Test func theStreamFillsTheCacheAndIsTheWatchFromThenOn() async {
    let subject = WatchedInformer(.watchList)
    let feed = await subject.server.expectWatch(.stream)
    feed.send(.added(ConfigMap("a", version: "1")), .added(ConfigMap("b", version: "2")))
    #expect(await subject.toldSoon(["+a?", "+b?"]))
    #expect(!subject.informer.hasSynced)
    feed.send(Self.end)
    #expect(await eventually { subject.informer.hasSynced })
    feed.send(.added(ConfigMap("c", version: "21")))
    #expect(await subject.toldSoon(["+a?", "+b?", "+c"]))
    #expect(subject.server.count == 1)
    feed.end()
    await subject.time.pass(Reflector.shortest)
    _ = await subject.server.expectWatch(.watch("21"))
    subject.stop()
  }

  @Test func whatGoesDuringTheStreamIsNotThereAtItsEnd() async {
    let subject = WatchedInformer(.watchList)
    let feed = await subject.server.expectWatch(.stream)
    feed.send(.added(ConfigMap("a", version: "1")), .added(ConfigMap("b", version: "2")))
    feed.send(.deleted(ConfigMap("a", version: "19")), Self.end)
    #expect(await eventually { subject.informer.hasSynced })
    #expect(subject.informer.store.keys == [key("b")])
    subject.stop()
  }

  @Test func aServerThatRejectsItIsListedAtOnce() async {
    let subject = WatchedInformer(.watchList)
    await subject.server.expect(
      .stream,
      .failure(KubernetesError(.invalid, status: 422, "sendInitialEvents is forbidden"))
    )
    await subject.listed(ConfigMap("a", version: "1"))
    _ = await subject.server.expectWatch(.watch("10"))
    #expect(subject.informer.hasSynced)
    subject.stop()
  }

  @Test func aServerThatIgnoresItIsListedAfterTenSecondsOfSilence() async {
    let subject = WatchedInformer(.watchList)
    let feed = await subject.server.expectWatch(.stream)
    feed.send(.added(ConfigMap("a", version: "1")))
    #expect(await subject.toldSoon(["+a?"]))
    await subject.time.pass(.seconds(10))
    await subject.listed(ConfigMap("a", version: "1"), ConfigMap("b", version: "2"))
    _ = await subject.server.expectWatch(.watch("10"))
    #expect(await subject.toldSoon(["+a?", "+b?"]))
    subject.stop()
  }

  @Test func aServerThatDoesNotAnswerIsStreamedAgain() async {
    let subject = WatchedInformer(.watchList)
    #expect(await eventually { subject.server.count == 1 })
    for _ in 0..<8 { await subject.time.pass(.seconds(10)) }
    await subject.server.expect(.stream, .failure(KubernetesError(.transport, "cancelled")))
    await subject.time.pass(.seconds(1))
    let feed = await subject.server.expectWatch(.stream)
    feed.send(Self.end)
    #expect(await eventually { subject.informer.hasSynced })
    #expect(subject.informer.statistics.withLock { $0.failures } == 1)
    subject.stop()
  }

  @Test func aServerThatAnswersLateAndIgnoresItIsListedAfterTenSecondsOfSilence() async {
    let subject = WatchedInformer(.watchList)
    #expect(await eventually { subject.server.count == 1 })
    await subject.time.pass(.seconds(10))
    #expect(await eventually { subject.time.remaining == [.seconds(10)] })
    subject.time.advance(by: .seconds(4))
    _ = await subject.server.expectWatch(.stream)
    subject.time.advance(by: .seconds(6))
    #expect(await eventually { subject.time.remaining == [.seconds(4)] })
    #expect(subject.server.count == 1)
    subject.time.advance(by: .seconds(4))
    await subject.listed()
    _ = await subject.server.expectWatch(.watch("10"))
    subject.stop()
  }

  @Test func aStreamThatBreaksOffBeginsAgain() async {
    let subject = WatchedInformer(.watchList)
    let feed = await subject.server.expectWatch(.stream)
    feed.send(.added(ConfigMap("a", version: "1")))
    feed.fail(KubernetesError(.transport, "reset"))
    await subject.time.pass(.seconds(1))
    let second = await subject.server.expectWatch(.stream)
    second.send(.added(ConfigMap("b", version: "2")), Self.end)
    #expect(await subject.toldSoon(["+a?", "+b?", "-a"]))
    subject.stop()
  }

  @Test func anExpiredVersionStreamsAgainAndDropsWhatVanished() async {
    let subject = WatchedInformer(.watchList)
    let feed = await subject.server.expectWatch(.stream)
    feed.send(.added(ConfigMap("a", version: "1")), .added(ConfigMap("b", version: "2")), Self.end)
    feed.send(.error(KubernetesError(.gone, status: 410, "too old")))
    let second = await subject.server.expectWatch(.stream)
    second.send(.added(ConfigMap("b", version: "2")), .bookmark(resourceVersion: "50", initialEventsEnd: true))
    #expect(await subject.toldSoon(["+a?", "+b?", "-a"]))
    second.end()
    await subject.time.pass(Reflector.shortest)
    _ = await subject.server.expectWatch(.watch("50"))
    subject.stop()
  }
}
