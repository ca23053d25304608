import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct ReflectorTests {
  static let steady = Backoff(initial: .seconds(1), maximum: .seconds(30), jitter: .none)

  /// One that has listed and watches from version 7.
  static func watching() -> Reflector {
    var reflector = Reflector(streams: false, backoff: steady)
    _ = reflector.next(.started)
    _ = reflector.next(.listed(resourceVersion: "7"))
    return reflector
  }

  static func streaming() -> Reflector {
    var reflector = Reflector(streams: true, backoff: steady)
    _ = reflector.next(.started)
    return reflector
  }

  @Test func theFirstListMayComeFromTheServersCache() {
    var reflector = Reflector(streams: false)
    #expect(reflector.next(.started) == .list(resourceVersion: "0", after: .zero))
    #expect(reflector.state == .listing)
  }

  @Test func theFirstListComesInPagesWhereTheyAreAskedFor() {
    var reflector = Reflector(streams: false, pagesFirstList: true, backoff: Self.steady)
    #expect(reflector.next(.started) == .list(resourceVersion: "", after: .zero))
    let error = KubernetesError(.unavailable, status: 503, "starting")
    #expect(reflector.next(.listFailed(error)) == .list(resourceVersion: "", after: .seconds(1)))
    _ = reflector.next(.listed(resourceVersion: "7"))
    let refused = KubernetesError(.forbidden, status: 403, "no")
    let next = reflector.next(.watchFailed(refused, lasted: .seconds(1)))
    guard case .list(resourceVersion: "7", _) = next else {
      Issue.record("\(next)")
      return
    }
  }

  @Test func aWatchBeginsWhereTheListEnded() {
    var reflector = Reflector(streams: false)
    _ = reflector.next(.started)
    #expect(reflector.next(.listed(resourceVersion: "7")) == .watch(resourceVersion: "7", after: .zero))
  }

  @Test func aWatchGoesOnFromTheLastVersionSeen() {
    var reflector = Self.watching()
    #expect(reflector.saw(.object(resourceVersion: "8")) == .readOn)
    #expect(reflector.saw(.bookmark(resourceVersion: "12", initialEventsEnd: false)) == .readOn)
    #expect(
      reflector.next(.watchEnded(events: 2, lasted: .seconds(400))) == .watch(resourceVersion: "12", after: .zero)
    )
  }

  @Test func anObjectWithoutVersionMovesNothing() {
    var reflector = Self.watching()
    _ = reflector.saw(.object(resourceVersion: ""))
    #expect(reflector.resourceVersion == "7")
  }

  @Test func aWatchThatEndsAtOnceWithoutNewsIsAFailure() {
    var reflector = Self.watching()
    #expect(
      reflector.next(.watchEnded(events: 0, lasted: .milliseconds(999)))
        == .watch(resourceVersion: "7", after: .seconds(1))
    )
    #expect(
      reflector.next(.watchEnded(events: 0, lasted: .milliseconds(999)))
        == .watch(resourceVersion: "7", after: .seconds(2))
    )
    #expect(reflector.failures == 2)
  }

  @Test func aShortWatchWithNewsIsOpenedAgainAlmostAtOnce() {
    var reflector = Self.watching()
    #expect(
      reflector.next(.watchEnded(events: 1, lasted: .milliseconds(300))) == .watch(resourceVersion: "7", after: .zero)
    )
    #expect(
      reflector.next(.watchEnded(events: 1, lasted: .milliseconds(10)))
        == .watch(resourceVersion: "7", after: .milliseconds(40))
    )
    #expect(reflector.failures == 0)
  }

  @Test func twoMinutesOfHealthMakeTheNextFailureTheFirst() {
    var reflector = Self.watching()
    for _ in 0..<4 { _ = reflector.next(.watchFailed(KubernetesError(.transport, "reset"), lasted: .seconds(3))) }
    #expect(reflector.failures == 4)
    #expect(
      reflector.next(.watchFailed(KubernetesError(.transport, "reset"), lasted: .seconds(120)))
        == .watch(resourceVersion: "7", after: .seconds(1))
    )
  }

  @Test func aMinuteAndAHalfOfHealthIsNotEnough() {
    var reflector = Self.watching()
    _ = reflector.next(.watchFailed(KubernetesError(.transport, "reset"), lasted: .seconds(3)))
    #expect(
      reflector.next(.watchFailed(KubernetesError(.transport, "reset"), lasted: .seconds(90)))
        == .watch(resourceVersion: "7", after: .seconds(2))
    )
  }

  @Test func delaysDoubleUpToThirtySeconds() {
    var reflector = Self.watching()
    let delays = (0..<7).map { _ -> Duration in
      guard
        case .watch(_, let delay) = reflector.next(
          .watchFailed(KubernetesError(.transport, "reset"), lasted: .seconds(1))
        )
      else { return .seconds(-1) }
      return delay
    }
    #expect(delays == [1, 2, 4, 8, 16, 30, 30].map(Duration.seconds))
  }

  @Test func theUsualBackoffIsThatOfClientGo() {
    #expect(Backoff.watch == Backoff(initial: .milliseconds(800), factor: 2, maximum: .seconds(30), jitter: .full))
    #expect(Reflector.longestSilence == .seconds(75))
    #expect(Informer<ConfigMap>.Options().watchTimeout == 300...600)
    #expect(Informer<ConfigMap>.Options().pageSize == 500)
  }

  @Test(arguments: [
    KubernetesError(.transport, "connection refused"), KubernetesError(.tooManyRequests, status: 429, "later"),
    KubernetesError(.serverError, status: 500, "etcd"), KubernetesError(.unavailable, status: 503, "starting"),
  ])
  func aServerInTroubleIsWatchedAgainNotListed(_ error: KubernetesError) {
    var reflector = Self.watching()
    #expect(
      reflector.next(.watchFailed(error, lasted: .seconds(5))) == .watch(resourceVersion: "7", after: .seconds(1))
    )
  }

  @Test func retryAfterIsAFloor() {
    var reflector = Self.watching()
    let error = KubernetesError(.tooManyRequests, status: 429, "later", retryAfter: .seconds(17))
    #expect(
      reflector.next(.watchFailed(error, lasted: .zero)) == .watch(resourceVersion: "7", after: .seconds(17))
    )
  }

  @Test(arguments: [
    KubernetesError(.gone, status: 410, "too old resource version"),
    KubernetesError(.badRequest, status: 400, "expired", reason: "Expired"),
    KubernetesError(.unavailable, status: 504, "Timeout: Too large resource version: 12, current: 3"),
  ])
  func aVersionTheServerDoesNotHaveMeansListingAtOnceFromEtcd(_ error: KubernetesError) {
    var reflector = Self.watching()
    #expect(reflector.next(.watchFailed(error, lasted: .seconds(5))) == .list(resourceVersion: "", after: .zero))
  }

  @Test func aServerWhoseEveryWatchExpiresIsNotFloodedWithLists() {
    var reflector = Self.watching()
    let gone = KubernetesError(.gone, status: 410, "too old resource version")
    var delays: [Duration] = []
    for _ in 0..<4 {
      guard case .list(let version, let delay) = reflector.next(.watchFailed(gone, lasted: .milliseconds(5))) else {
        break
      }
      #expect(version == "")
      delays.append(delay)
      _ = reflector.next(.listed(resourceVersion: "9"))
    }
    #expect(delays == [.zero, .seconds(2), .seconds(4), .seconds(8)])
  }

  @Test(arguments: [KubernetesError.Kind.unauthorized, .forbidden, .notFound, .methodNotAllowed, .decoding])
  func aWatchThatIsRefusedStartsOverForTheListShowsTheCause(_ kind: KubernetesError.Kind) {
    var reflector = Self.watching()
    #expect(
      reflector.next(.watchFailed(KubernetesError(kind, "no"), lasted: .zero))
        == .list(resourceVersion: "7", after: .seconds(1))
    )
  }

  @Test func aListThatFailsIsTriedAgainLater() {
    var reflector = Reflector(streams: false, backoff: Self.steady)
    _ = reflector.next(.started)
    let error = KubernetesError(.unavailable, status: 503, "starting")
    #expect(reflector.next(.listFailed(error)) == .list(resourceVersion: "0", after: .seconds(1)))
    #expect(reflector.next(.listFailed(error)) == .list(resourceVersion: "0", after: .seconds(2)))
  }

  @Test func aListWhosePagesExpiredIsReadFromEtcd() {
    var reflector = Reflector(streams: false, backoff: Self.steady)
    _ = reflector.next(.started)
    let error = KubernetesError(.gone, status: 410, "The provided continue parameter is too old", reason: "Expired")
    #expect(reflector.next(.listFailed(error)) == .list(resourceVersion: "", after: .seconds(1)))
  }

  @Test func aListOfAVersionThatTheServerDoesNotKnowAsksForTheNewestUntilItSucceeds() {
    var reflector = Self.watching()
    #expect(
      reflector.next(.watchFailed(KubernetesError(.forbidden, status: 403, "no"), lasted: .zero))
        == .list(resourceVersion: "7", after: .seconds(1))
    )
    let ahead = KubernetesError(.gone, status: 504, "Timeout: Too large resource version: 7, current: 3")
    #expect(reflector.next(.listFailed(ahead)) == .list(resourceVersion: "", after: .seconds(2)))
    let busy = KubernetesError(.unavailable, status: 503, "starting")
    #expect(reflector.next(.listFailed(busy)) == .list(resourceVersion: "", after: .seconds(4)))
    #expect(reflector.next(.listed(resourceVersion: "8")) == .watch(resourceVersion: "8", after: .zero))
    #expect(
      reflector.next(.watchFailed(KubernetesError(.forbidden, status: 403, "no"), lasted: .zero))
        == .list(resourceVersion: "8", after: .seconds(8))
    )
  }

  @Test func anUnreasonableRetryAfterIsFiveMinutes() {
    var reflector = Self.watching()
    let error = KubernetesError(.tooManyRequests, status: 429, "later", retryAfter: .seconds(Int64.max))
    #expect(
      reflector.next(.watchFailed(error, lasted: .zero)) == .watch(resourceVersion: "7", after: .seconds(300))
    )
    #expect(
      reflector.next(.listFailed(error)) == .list(resourceVersion: "7", after: .seconds(300))
    )
  }

  @Test func failuresNeverOverflow() {
    var reflector = Self.watching()
    for _ in 0..<2000 { _ = reflector.next(.watchEnded(events: 0, lasted: .zero)) }
    #expect(
      reflector.next(.watchEnded(events: 0, lasted: .zero)) == .watch(resourceVersion: "7", after: .seconds(30))
    )
  }
}
