import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

/// Silence, and servers whose history is another one than was seen: etcd restored from a backup, a replica that lags.
@Suite struct ReflectorHistoryTests {
  private static let rewatch = Reflector.Action.watch(resourceVersion: "7", after: .zero)

  @Test func aSilentWatchIsNoFailure() {
    var reflector = ReflectorTests.watching()
    for _ in 0..<3 { _ = reflector.next(.watchFailed(KubernetesError(.transport, "reset"), lasted: .seconds(3))) }
    #expect(reflector.next(.watchSilent(events: 3, lasted: .seconds(400))) == Self.rewatch)
    #expect(reflector.failures == 0)
  }

  @Test func anIdleKindIsNeverDeafAndListedOnceInTwoSilences() {
    var reflector = ReflectorTests.watching()
    for _ in 0..<100 {
      #expect(reflector.next(.watchSilent(events: 0, lasted: .seconds(75))) == Self.rewatch)
      #expect(
        reflector.next(.watchSilent(events: 0, lasted: .seconds(75))) == .list(resourceVersion: "", after: .zero)
      )
      #expect(reflector.next(.listed(resourceVersion: "7")) == Self.rewatch)
    }
  }

  @Test func aServerThatStreamsIsStreamedAfterTwoSilences() {
    var reflector = ReflectorTests.streaming()
    _ = reflector.saw(.bookmark(resourceVersion: "7", initialEventsEnd: true))
    #expect(reflector.next(.watchSilent(events: 0, lasted: .seconds(80))) == Self.rewatch)
    #expect(
      reflector.next(.watchSilent(events: 0, lasted: .seconds(80))) == .stream(resourceVersion: "", after: .zero)
    )
  }

  @Test func anythingHeardInBetweenStartsTheCountAgain() {
    var reflector = ReflectorTests.watching()
    for events in [0, 1, 0, 2, 0] {
      #expect(reflector.next(.watchSilent(events: events, lasted: .seconds(80))) == Self.rewatch)
    }
  }

  @Test func watchesThatAProxyCutsAreAddedUp() {
    var reflector = ReflectorTests.watching()
    let reset = KubernetesError(.transport, "reset")
    for _ in 0..<2 { #expect(reflector.next(.watchEnded(events: 0, lasted: .seconds(30))) == Self.rewatch) }
    #expect(
      reflector.next(.watchFailed(reset, lasted: .seconds(60))) == .watch(resourceVersion: "7", after: .seconds(1))
    )
    #expect(
      reflector.next(.watchFailed(reset, lasted: .seconds(20))) == .list(resourceVersion: "", after: .seconds(2)),
      "140 s without news, and a server in trouble is not asked at once"
    )
  }

  @Test func aServerThatRefusesConnectionsForLongIsNotListed() {
    var reflector = ReflectorTests.watching()
    for _ in 0..<100 {
      guard case .watch = reflector.next(.watchFailed(KubernetesError(.transport, "refused"), lasted: .zero)) else {
        Issue.record("a list would only add to the trouble")
        return
      }
    }
  }

  @Test func aListOfTheNewestIsTheTruthHoweverLowItsVersion() {
    var reflector = ReflectorTests.watching()
    for _ in 0..<2 { _ = reflector.next(.watchSilent(events: 0, lasted: .seconds(75))) }
    #expect(reflector.isBehind("3"))
    #expect(reflector.next(.listed(resourceVersion: "3")) == .watch(resourceVersion: "3", after: .zero))
    #expect(!reflector.isBehind("3"))
  }

  @Test func anythingElseFromThePastIsFollowedByTheNewestAndBacksOff() {
    var reflector = ReflectorTests.watching()
    #expect(reflector.saw(.bookmark(resourceVersion: "3", initialEventsEnd: false)) == .wentBack)
    #expect(reflector.resourceVersion == "7")
    #expect(reflector.next(.wentBack) == .list(resourceVersion: "", after: .zero))
    #expect(reflector.next(.wentBack) == .list(resourceVersion: "", after: .seconds(2)))
    #expect(reflector.next(.listed(resourceVersion: "3")) == .watch(resourceVersion: "3", after: .zero))
  }

  @Test func aStreamOfTheNewestMayEndBelowWhatWasSeen() {
    var reflector = ReflectorTests.streaming()
    _ = reflector.saw(.bookmark(resourceVersion: "70", initialEventsEnd: true))
    _ = reflector.next(.wentBack)
    #expect(reflector.saw(.bookmark(resourceVersion: "9", initialEventsEnd: false)) == .readOn)
    #expect(reflector.saw(.bookmark(resourceVersion: "9", initialEventsEnd: true)) == .complete)
    #expect(reflector.resourceVersion == "9")
  }

  @Test func anObjectOutOfOrderMovesNothingBack() {
    var reflector = ReflectorTests.watching()
    #expect(reflector.saw(.object(resourceVersion: "6")) == .readOn)
    #expect(reflector.resourceVersion == "7")
  }

  @Test(arguments: [
    ("6", "7", true), ("7", "7", false), ("8", "7", false), ("9", "10", true), ("10", "9", false), ("009", "10", true),
    ("18446744073709551616", "18446744073709551617", true), ("", "7", false), ("7", "", false), ("abc", "abd", false),
    ("0x6", "7", false), ("-1", "7", false), ("6", "v7", false),
  ])
  func onlyDecimalVersionsHaveAnOrder(_ version: String, _ other: String, _ isLower: Bool) {
    #expect(ResourceVersion.isLower(version, than: other) == isLower)
  }
}
