import Foundations
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct InformerUndecodableTests {
  private func bad(
    _ name: String,
    _ version: String,
    uid: String? = "u",
    _ reason: String = "spec.ports.Index 0 has no name"
  ) -> UndecodableObject {
    UndecodableObject(key: key(name), uid: uid, resourceVersion: version, reason: reason)
  }

  private func good(_ name: String, _ version: String) -> ConfigMap {
    var object = ConfigMap(name, version: version)
    object.metadata.uid = "u"
    return object
  }

  /// Lists these at version 10 and returns the watch that follows.
  private func start(_ objects: [ConfigMap], _ bad: [UndecodableObject] = []) async -> (WatchedInformer, EventFeed) {
    let subject = WatchedInformer()
    await subject.server.expect(.list("0"), .page(objects, bad: bad, version: "10"))
    return (subject, await subject.server.expectWatch(.watch("10")))
  }

  /// Makes the informer list again, which it does at "".
  private func relist(_ feed: EventFeed) { feed.send(.error(KubernetesError(.gone, status: 410, "too old"))) }

  @Test func theOtherObjectsOfAListAreThere() async {
    let (subject, _) = await start([good("a", "1")], [bad("b", "2")])
    #expect(subject.informer.hasSynced)
    #expect(subject.informer.store.keys == [key("a")])
    #expect(subject.informer.undecodable == [bad("b", "2")])
    #expect(subject.warnings.count == 1)
    #expect(subject.warnings.first?.contains("team/b") == true)
    #expect(subject.warnings.first?.contains("spec.ports.Index 0 has no name") == true)
    subject.stop()
  }

  @Test func whatWasLastKnownStaysThroughListsUntilTheObjectIsDeleted() async {
    let (subject, feed) = await start([good("a", "1")])
    feed.send(.undecodable(bad("a", "11"), isDeleted: false))
    #expect(await eventually { subject.informer.undecodable == [bad("a", "11")] })
    relist(feed)
    await subject.server.expect(.list(""), .page([], bad: [bad("a", "11")], version: "20"))
    let second = await subject.server.expectWatch(.watch("20"))
    #expect(subject.informer.store.get(key("a"))?.metadata.resourceVersion == "1")
    second.send(.undecodable(bad("a", "21"), isDeleted: true))
    #expect(await subject.toldSoon(["+a?", "-a"]))
    #expect(subject.informer.undecodable == [])
    subject.stop()
  }

  @Test func whatAListDoesNotNameAnyMoreIsGone() async {
    let (subject, feed) = await start([good("a", "1")])
    feed.send(.undecodable(bad("a", "11"), isDeleted: false))
    relist(feed)
    await subject.server.expect(.list(""), .page([], version: "20"))
    #expect(await subject.toldSoon(["+a?", "-a"]))
    #expect(subject.informer.undecodable == [])
    subject.stop()
  }

  @Test func anObjectThatCanBeDecodedAgainIsAChange() async {
    let (subject, feed) = await start([good("a", "1")], [bad("b", "2")])
    feed.send(.undecodable(bad("a", "11"), isDeleted: false))
    feed.send(.modified(good("a", "12")), .modified(good("b", "13")))
    #expect(await subject.toldSoon(["+a?", "~a", "+b"]))
    #expect(subject.informer.undecodable == [])
    subject.stop()
  }

  @Test func theWatchGoesOnFromItsVersion() async {
    let (subject, feed) = await start([])
    feed.send(.undecodable(bad("a", "15"), isDeleted: false))
    #expect(await eventually { !subject.informer.undecodable.isEmpty })
    feed.end()
    await subject.time.pass(Reflector.shortest)
    let second = await subject.server.expectWatch(.watch("15"))
    second.send(.undecodable(bad("a", "16"), isDeleted: true))
    #expect(await eventually { subject.informer.undecodable.isEmpty })
    second.end()
    await subject.time.pass(Reflector.shortest)
    _ = await subject.server.expectWatch(.watch("16"))
    subject.stop()
  }

  @Test func itIsNamedAgainOnlyWhenItsTroubleIsAnotherOne() async {
    let (subject, feed) = await start([], [bad("a", "1")])
    relist(feed)
    await subject.server.expect(.list(""), .page([], bad: [bad("a", "1")], version: "20"))
    let second = await subject.server.expectWatch(.watch("20"))
    second.send(.undecodable(bad("a", "21"), isDeleted: false))
    second.send(.undecodable(bad("a", "22", "spec has another type"), isDeleted: false))
    // The cache knows of the second trouble before the log does.
    #expect(await eventually { subject.informer.undecodable.first?.resourceVersion == "22" })
    #expect(await eventually { subject.warnings.count == 2 })
    second.send(.modified(good("a", "23")))
    second.send(.undecodable(bad("a", "24"), isDeleted: false))
    #expect(await eventually { subject.warnings.count == 3 })
    subject.stop()
  }

  @Test func manyAreNotNamedOneByOne() async {
    let (subject, feed) = await start([], (0..<12).map { bad("b\($0)", "1") })
    #expect(subject.informer.undecodable.count == 12)
    #expect(subject.warnings.count == 11)
    #expect(subject.warnings.last?.contains("more objects cannot be decoded") == true)
    // Neither is one whose trouble changes all the time.
    for version in 11..<31 { feed.send(.undecodable(bad("b0", "\(version)", "\(version)"), isDeleted: false)) }
    #expect(await eventually { subject.informer.undecodable.contains { $0.resourceVersion == "30" } })
    #expect(subject.warnings.count == 11)
    subject.time.advance(by: .seconds(60))
    feed.send(.undecodable(bad("b0", "31", "spec is null"), isDeleted: false))
    #expect(await eventually { subject.warnings.last?.contains("spec is null") == true })
    #expect(subject.warnings.count == 12)
    subject.stop()
  }

  @Test func anotherObjectOfTheSameNameMeansThatTheFirstIsGone() async {
    let (subject, feed) = await start([good("a", "1")])
    relist(feed)
    await subject.server.expect(.list(""), .page([], bad: [bad("a", "15", uid: "other")], version: "20"))
    #expect(await subject.toldSoon(["+a?", "-a"]))
    #expect(subject.informer.undecodable.map(\.uid) == ["other"])
    subject.stop()
  }

  @Test func inAStreamOfInitialObjectsItCountsAsSeen() async {
    let subject = WatchedInformer(.watchList)
    let feed = await subject.server.expectWatch(.stream)
    feed.send(.added(good("a", "1")), .added(good("c", "3")), .bookmark(resourceVersion: "20", initialEventsEnd: true))
    relist(feed)
    let second = await subject.server.expectWatch(.stream)
    second.send(.undecodable(bad("a", "21"), isDeleted: false), .undecodable(bad("b", "22"), isDeleted: false))
    second.send(.undecodable(bad("b", "23"), isDeleted: true))
    second.send(.bookmark(resourceVersion: "30", initialEventsEnd: true))
    #expect(await subject.toldSoon(["+a?", "+c?", "-c"]))
    #expect(subject.informer.undecodable == [bad("a", "21")])
    subject.stop()
  }
}
