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
    #expect(reflector.saw(.object(resourceVersion: "40")) == .readOn)
    #expect(reflector.saw(.bookmark(resourceVersion: "41", initialEventsEnd: false)) == .readOn)
    #expect(reflector.resourceVersion == "")
  }

  @Test func theEndBookmarkMakesTheStreamTheWatch() {
    var reflector = ReflectorTests.streaming()
    #expect(reflector.saw(.bookmark(resourceVersion: "50", initialEventsEnd: true)) == .complete)
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

  private static let troubles = [
    KubernetesError(.serverError, status: 500, "etcd"), KubernetesError(.unavailable, status: 504, "timeout"),
    KubernetesError(.methodNotAllowed, status: 405, "no watch"), KubernetesError(.transport, "reset"),
    KubernetesError(.forbidden, status: 403, "no"), KubernetesError(.tooManyRequests, status: 429, "later"),
    KubernetesError(.gone, status: 504, "Timeout: Too large resource version: 7, current: 3"),
  ]

  @Test(arguments: troubles)
  func aListTakesThePlaceOfTheSecondStreamInARowThatFails(_ error: KubernetesError) {
    var reflector = ReflectorTests.streaming()
    let isExpired = Reflector.isExpired(error)
    #expect(
      reflector.next(.watchFailed(error, lasted: .seconds(1)))
        == .stream(resourceVersion: "", after: isExpired ? .zero : .seconds(1))
    )
    #expect(
      reflector.next(.watchFailed(error, lasted: .seconds(1)))
        == .list(resourceVersion: isExpired ? "" : "0", after: .seconds(2))
    )
    #expect(
      reflector.next(.listFailed(error)) == .list(resourceVersion: isExpired ? "" : "0", after: .seconds(4)),
      "until one list has succeeded"
    )
  }

  @Test func aStreamThatEndsRegularlyBeforeItsBookmarkHasFailedToo() {
    var reflector = ReflectorTests.streaming()
    #expect(
      reflector.next(.watchEnded(events: 5, lasted: .seconds(30))) == .stream(resourceVersion: "", after: .seconds(1))
    )
    #expect(
      reflector.next(.watchEnded(events: 5, lasted: .seconds(30))) == .list(resourceVersion: "0", after: .seconds(2))
    )
  }

  @Test func aServerThatWasListedInsteadIsGivenOneStreamTheNextTime() {
    var reflector = ReflectorTests.streaming()
    let reset = KubernetesError(.transport, "reset")
    for _ in 0..<2 { _ = reflector.next(.watchFailed(reset, lasted: .seconds(1))) }
    _ = reflector.next(.listed(resourceVersion: "9"))
    let refused = KubernetesError(.forbidden, status: 403, "no")
    #expect(
      reflector.next(.watchFailed(refused, lasted: .seconds(300))) == .stream(resourceVersion: "", after: .seconds(1))
    )
    #expect(
      reflector.next(.watchFailed(reset, lasted: .seconds(1))) == .list(resourceVersion: "9", after: .seconds(2))
    )
  }

  @Test func aStreamThatSucceedsForgetsEarlierFailures() {
    var reflector = ReflectorTests.streaming()
    let reset = KubernetesError(.transport, "reset")
    for version in ["50", "60"] {
      #expect(
        reflector.next(.watchFailed(reset, lasted: .seconds(300))) == .stream(resourceVersion: "", after: .seconds(1))
      )
      #expect(reflector.saw(.bookmark(resourceVersion: version, initialEventsEnd: true)) == .complete)
      let gone = KubernetesError(.gone, status: 410, "old")
      guard case .stream = reflector.next(.watchFailed(gone, lasted: .seconds(300))) else {
        Issue.record("no stream")
        return
      }
    }
  }

  @Test func anExpiredVersionStreamsAgain() {
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
    #expect(reflector.deadline(heard: opened, opened: opened, isAccepted: true) == opened.advanced(by: .seconds(10)))
  }

  @Test func aStreamThatIsNotAnsweredHasAsMuchTimeAsAWatch() {
    let reflector = ReflectorTests.streaming()
    let opened = ContinuousClock.now
    #expect(
      reflector.deadline(heard: opened, opened: opened, isAccepted: false) == opened.advanced(by: .seconds(80))
    )
  }

  @Test func aStreamThatIsNeverSilentHasTwoMinutesForItsEndBookmark() {
    let reflector = ReflectorTests.streaming()
    let opened = ContinuousClock.now
    #expect(
      reflector.deadline(heard: opened.advanced(by: .seconds(115)), opened: opened, isAccepted: true)
        == opened.advanced(by: .seconds(120))
    )
  }

  @Test func aWatchHasEightySecondsFromItsLastNewsFiveOfThemAfterTheTransports() {
    let reflector = ReflectorTests.watching()
    let opened = ContinuousClock.now
    let heard = opened.advanced(by: .seconds(500))
    #expect(reflector.deadline(heard: heard, opened: opened, isAccepted: true) == opened.advanced(by: .seconds(580)))
  }
}
