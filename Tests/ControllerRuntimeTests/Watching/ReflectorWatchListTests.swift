import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct ReflectorWatchListTests {
  @Test func streamsFirstWhenAllowed() {
    var reflector = Reflector(streams: true)
    #expect(reflector.next(.started) == .stream(resourceVersion: "", after: .zero))
    #expect(reflector.state == .streaming)
  }

  @Test func syntheticEventsDoNotMoveTheVersion() {
    var reflector = ReflectorTests.streaming()
    #expect(reflector.saw(.object(resourceVersion: "40")) == false)
    #expect(reflector.saw(.bookmark(resourceVersion: "41", initialEventsEnd: false)) == false)
    #expect(reflector.resourceVersion == "")
  }

  @Test func theEndBookmarkMakesTheStreamTheWatch() {
    var reflector = ReflectorTests.streaming()
    #expect(reflector.saw(.bookmark(resourceVersion: "50", initialEventsEnd: true)) == true)
    #expect(reflector.state == .watching)
    #expect(reflector.resourceVersion == "50")
    #expect(
      reflector.next(.watchEnded(events: 3, lasted: .seconds(300))) == .watch(resourceVersion: "50", after: .zero)
    )
  }

  @Test(arguments: [KubernetesError.Kind.invalid, .badRequest])
  func aServerThatRejectsItIsListedForGood(_ kind: KubernetesError.Kind) {
    var reflector = ReflectorTests.streaming()
    #expect(
      reflector.next(.watchFailed(KubernetesError(kind, "forbidden: sendInitialEvents"), lasted: .zero))
        == .list(resourceVersion: "0", after: .zero)
    )
    #expect(reflector.failures == 0)
    _ = reflector.next(.listed(resourceVersion: "9"))
    #expect(
      reflector.next(.watchFailed(KubernetesError(.gone, "old"), lasted: .seconds(5)))
        == .list(resourceVersion: "", after: .zero)
    )
  }

  @Test func aServerThatIgnoresItIsListedForGood() {
    var reflector = ReflectorTests.streaming()
    _ = reflector.saw(.object(resourceVersion: "40"))
    #expect(reflector.next(.overdue) == .list(resourceVersion: "0", after: .zero))
    _ = reflector.next(.listed(resourceVersion: "41"))
    #expect(
      reflector.next(.watchFailed(KubernetesError(.gone, "old"), lasted: .seconds(5)))
        == .list(resourceVersion: "", after: .zero)
    )
  }

  @Test func troubleIsNoReasonToGiveItUp() {
    var reflector = ReflectorTests.streaming()
    #expect(
      reflector.next(.watchFailed(KubernetesError(.transport, "reset"), lasted: .seconds(1)))
        == .stream(resourceVersion: "", after: .seconds(1))
    )
    #expect(
      reflector.next(.watchEnded(events: 5, lasted: .seconds(1))) == .stream(resourceVersion: "", after: .seconds(2))
    )
  }

  @Test func anExpiredVersionStreamsAnew() {
    var reflector = ReflectorTests.streaming()
    _ = reflector.saw(.bookmark(resourceVersion: "50", initialEventsEnd: true))
    #expect(
      reflector.next(.watchFailed(KubernetesError(.gone, "old"), lasted: .seconds(5)))
        == .stream(resourceVersion: "", after: .zero)
    )
    #expect(reflector.state == .streaming)
  }

  @Test func aPauseOfTenSecondsBeforeTheEndBookmarkIsTooLong() {
    let reflector = ReflectorTests.streaming()
    let opened = ContinuousClock.now
    #expect(reflector.deadline(heard: opened, opened: opened) == opened.advanced(by: .seconds(10)))
  }

  @Test func aStreamThatIsNeverSilentHasTwoMinutesForItsEndBookmark() {
    let reflector = ReflectorTests.streaming()
    let opened = ContinuousClock.now
    #expect(
      reflector.deadline(heard: opened.advanced(by: .seconds(115)), opened: opened)
        == opened.advanced(by: .seconds(120))
    )
  }

  @Test func aWatchHasSeventyFiveSecondsFromItsLastNews() {
    let reflector = ReflectorTests.watching()
    let opened = ContinuousClock.now
    let heard = opened.advanced(by: .seconds(500))
    #expect(reflector.deadline(heard: heard, opened: opened) == opened.advanced(by: .seconds(575)))
  }
}
