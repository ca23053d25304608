import Foundations
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct InformerTests {
  @Test func pagesAreReadToTheEndBeforeTheCacheCountsAsFilled() async {
    let subject = WatchedInformer()
    await subject.server.expect(.list("0"), .page([ConfigMap("a", version: "1")], version: "10", continue: "more"))
    #expect(await subject.toldSoon(["+a?"]))
    #expect(!subject.informer.hasSynced)
    await subject.server.expect(.list("0", continue: "more"), .page([ConfigMap("b", version: "2")], version: "10"))
    _ = await subject.server.expectWatch(.watch("10"))
    #expect(subject.informer.hasSynced)
    #expect(subject.informer.store.count == 2)
    #expect(await subject.toldSoon(["+a?", "+b?"]))
    subject.stop()
  }

  @Test func newsReachTheStoreBeforeTheHandlers() async {
    let subject = WatchedInformer()
    let seen = Locked<[String?]>([])
    subject.informer.onChange { changes in
      for change in changes {
        guard let key = change.object?.key else { continue }
        let now = subject.informer.store.get(key)?.data?["x"]
        seen.withLock { $0.append(now) }
      }
    }
    await subject.listed(ConfigMap("a", version: "1", data: ["x": "1"]))
    let feed = await subject.server.expectWatch(.watch("10"))
    feed.send(.modified(ConfigMap("a", version: "11", data: ["x": "2"])))
    feed.send(.deleted(ConfigMap("a", version: "12", data: ["x": "2"])))
    feed.send(.added(ConfigMap("a", version: "13", data: ["x": "3"])))
    #expect(await subject.toldSoon(["+a?", "~a", "-a", "+a"]))
    #expect(await eventually { seen.withLock { $0 } == ["1", "2", nil, "3"] })
    subject.stop()
  }

  @Test func aRelistTellsWhatVanishedAndOnlyWhatChanged() async {
    let subject = WatchedInformer()
    await subject.listed(
      ConfigMap("same", version: "1"),
      ConfigMap("other", version: "2"),
      ConfigMap("gone", version: "3")
    )
    let feed = await subject.server.expectWatch(.watch("10"))
    feed.send(.error(KubernetesError(.gone, status: 410, "too old resource version", reason: "Expired")))
    await subject.server.expect(
      .list(""),
      .page([ConfigMap("same", version: "1"), ConfigMap("other", version: "15")], version: "20")
    )
    _ = await subject.server.expectWatch(.watch("20"))
    #expect(await subject.toldSoon(["+same?", "+other?", "+gone?", "~other?", "-gone"]))
    #expect(subject.informer.store.keys.sorted() == [key("other"), key("same")])
    subject.stop()
  }

  @Test func aWatchThatFallsSilentIsOpenedAgainAtOnce() async {
    let subject = WatchedInformer()
    await subject.listed()
    let feed = await subject.server.expectWatch(.watch("10"))
    feed.send(.added(ConfigMap("a", version: "11")))
    #expect(await subject.toldSoon(["+a"]))
    await subject.time.pass(.seconds(80))
    _ = await subject.server.expectWatch(.watch("11"))
    #expect(subject.informer.statistics.withLock { $0.failures } == 0)
    subject.stop()
  }

  @Test func aSilenceThatTheTransportFindsIsNoFailureEither() async {
    let subject = WatchedInformer()
    await subject.listed()
    let feed = await subject.server.expectWatch(.watch("10"))
    #expect(await eventually { subject.time.remaining == [.seconds(80)] })
    subject.time.advance(by: .seconds(75))
    feed.fail(KubernetesError(.transport, "silent for 75 s"))
    _ = await subject.server.expectWatch(.watch("10"))
    #expect(subject.informer.statistics.withLock { $0.failures } == 0)
    subject.stop()
  }

  @Test func aWatchThatIsNeverAnsweredIsAFailure() async {
    let subject = WatchedInformer()
    await subject.listed()
    #expect(await eventually { subject.server.count == 2 })
    await subject.time.pass(.seconds(80))
    await subject.server.expect(.watch("10"), .failure(KubernetesError(.transport, "cancelled")))
    await subject.time.pass(.seconds(1))
    _ = await subject.server.expectWatch(.watch("10"))
    #expect(subject.informer.statistics.withLock { $0.failures } == 1)
    subject.stop()
  }

  @Test func afterTwoSilentWatchesAListShowsThatTheServerHasAnotherHistory() async {
    let subject = WatchedInformer()
    await subject.listed(ConfigMap("old", version: "9"))
    for _ in 0..<2 {
      _ = await subject.server.expectWatch(.watch("10"))
      await subject.time.pass(.seconds(80))
    }
    #expect(subject.warnings == [])
    await subject.server.expect(.list(""), .page([ConfigMap("new", version: "2")], version: "3"))
    _ = await subject.server.expectWatch(.watch("3"))
    #expect(await subject.toldSoon(["+old?", "+new?", "-old"]))
    #expect(subject.warnings.count == 1)
    #expect(subject.warnings.first?.contains("version=3 seen=10") == true)
    subject.stop()
  }

  @Test func aBookmarkFromThePastMeansListingFromEtcd() async {
    let subject = WatchedInformer()
    await subject.listed(ConfigMap("old", version: "9"))
    let feed = await subject.server.expectWatch(.watch("10"))
    feed.send(.bookmark(resourceVersion: "4", initialEventsEnd: false), .added(ConfigMap("mixed", version: "5")))
    await subject.server.expect(.list(""), .page([ConfigMap("new", version: "2")], version: "4"))
    _ = await subject.server.expectWatch(.watch("4"))
    #expect(await subject.toldSoon(["+old?", "+new?", "-old"]))
    #expect(subject.warnings.first?.contains("version=4 seen=10") == true)
    subject.stop()
  }

  @Test func nothingOfAListFromThePastReachesTheStore() async {
    let subject = WatchedInformer()
    await subject.listed(ConfigMap("a", version: "9"))
    await subject.server.expect(.watch("10"), .failure(KubernetesError(.forbidden, status: 403, "no")))
    await subject.time.pass(.seconds(1))
    await subject.server.expect(.list("10"), .page([ConfigMap("past", version: "2")], version: "4"))
    #expect(subject.informer.store.keys == [key("a")])
    await subject.time.pass(.seconds(2))
    await subject.server.expect(.list(""), .page([ConfigMap("a", version: "9")], version: "12"))
    _ = await subject.server.expectWatch(.watch("12"))
    #expect(subject.changes == ["+a?"])
    subject.stop()
  }

  @Test func bookmarksKeepAWatchAlive() async {
    let subject = WatchedInformer()
    await subject.listed()
    let feed = await subject.server.expectWatch(.watch("10"))
    for minute in 1...5 {
      // The beat tells that the bookmark was read.
      #expect(await eventually { subject.time.sleeperCount == 1 })
      subject.time.advance(by: .seconds(60))
      let now = subject.time.now
      feed.send(.bookmark(resourceVersion: "\(10 + minute)", initialEventsEnd: false))
      #expect(await eventually { subject.informer.statistics.withLock { $0.beat } == now })
    }
    #expect(subject.server.count == 2)
    feed.end()
    _ = await subject.server.expectWatch(.watch("15"))
    subject.stop()
  }

  @Test func aServerThatRefusesConnectionsIsNotListed() async {
    let subject = WatchedInformer()
    await subject.listed(ConfigMap("a", version: "1"))
    let refused = KubernetesError(.transport, "connection refused")
    await subject.server.expect(.watch("10"), .failure(refused))
    for delay in [1, 2, 4, 8] {
      await subject.time.pass(.seconds(delay))
      await subject.server.expect(.watch("10"), .failure(refused))
    }
    #expect(subject.informer.store.count == 1)
    #expect(subject.informer.hasSynced)
    subject.stop()
  }

  @Test func retryAfterIsWaitedFor() async {
    let subject = WatchedInformer()
    await subject.listed()
    await subject.server.expect(
      .watch("10"),
      .failure(KubernetesError(.tooManyRequests, status: 429, "later", retryAfter: .seconds(20)))
    )
    await subject.time.pass(.seconds(20))
    _ = await subject.server.expectWatch(.watch("10"))
    subject.stop()
  }

  @Test func aListThatFailsIsTriedAgainAndKeepsWhatIsKnown() async {
    let subject = WatchedInformer()
    await subject.server.expect(.list("0"), .failure(KubernetesError(.forbidden, status: 403, "no")))
    #expect(!subject.informer.hasSynced)
    await subject.time.pass(.seconds(1))
    await subject.listed(ConfigMap("a", version: "1"))
    _ = await subject.server.expectWatch(.watch("10"))
    #expect(subject.informer.hasSynced)
    subject.stop()
  }

  @Test func whatNobodyReadsIsDroppedBeforeItIsStored() async {
    let subject = WatchedInformer(transform: { object in
      var object = object
      object.data = nil
      return object
    })
    await subject.listed(ConfigMap("a", version: "1", data: ["secret": "x"]))
    let feed = await subject.server.expectWatch(.watch("10"))
    feed.send(.added(ConfigMap("b", version: "11", data: ["secret": "x"])))
    #expect(await subject.toldSoon(["+a?", "+b"]))
    #expect(subject.informer.store.all.allSatisfy { $0.data == nil })
    subject.stop()
  }

  @Test func aLateCallerGetsWhatThereIs() async {
    let subject = WatchedInformer()
    await subject.listed(ConfigMap("a", version: "1"), ConfigMap("b", version: "2"))
    _ = await subject.server.expectWatch(.watch("10"))
    let late = Locked<[Change<ConfigMap>]>([])
    subject.informer.onChange { changes in late.withLock { $0 += changes } }
    let told = late.withLock { $0 }
    #expect(Set(told.compactMap { $0.new?.key }) == [key("a"), key("b")])
    #expect(told.allSatisfy { $0.isInitial && $0.old == nil })
    subject.stop()
  }

  @Test func waitingForTheFirstListEndsWithItOrWithTheTask() async {
    let subject = WatchedInformer()
    let cancelled = Task { await subject.informer.waitForSync() }
    cancelled.cancel()
    await cancelled.value
    #expect(!subject.informer.hasSynced)
    let waiting = Task { await subject.informer.waitForSync() }
    await subject.listed()
    await waiting.value
    #expect(subject.informer.hasSynced)
    subject.stop()
  }
}
