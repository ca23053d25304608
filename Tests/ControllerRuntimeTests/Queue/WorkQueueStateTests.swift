import Foundations
import Testing

@testable import ControllerRuntime

@Suite struct WorkQueueStateTests {
  let now = ContinuousClock.now
  private func after(_ seconds: Int64) -> ContinuousClock.Instant { now.advanced(by: .seconds(seconds)) }

  @Test func aKeyIsInTheQueueOnce() {
    var state = WorkQueueState<String>()
    #expect(state.add("a", .user, at: now) == true)
    #expect(state.add("a", .user, at: after(1)) == false)
    #expect(state.depth == 1)
    let taken = state.take(at: after(2))
    #expect(taken?.key == "a")
    #expect(taken?.since == now)
    #expect(state.take(at: after(2)) == nil)
  }

  @Test func keysComeFirstInFirstOut() {
    var state = WorkQueueState<Int>()
    for key in 1...5 { _ = state.add(key, .user, at: now) }
    #expect((1...5).map { _ in state.take(at: now)?.key } == [1, 2, 3, 4, 5])
  }

  @Test func aKeyInWorkIsNotGivenOutAgainUntilItIsDone() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .user, at: now)
    _ = state.take(at: now)
    #expect(state.add("a", .user, at: now) == true)
    #expect(state.add("a", .user, at: now) == false)
    #expect(state.depth == 1)
    #expect(state.take(at: now) == nil)
    #expect(state.done("a") == now)
    #expect(state.take(at: now)?.key == "a")
    #expect(state.done("a") == now)
    #expect(state.take(at: now) == nil)
  }

  @Test func whatAUserDidComesBeforeWhatAListBrought() {
    var state = WorkQueueState<String>()
    for key in ["a", "b", "c"] { _ = state.add(key, .background, at: now) }
    _ = state.add("z", .user, at: now)
    #expect((0..<4).map { _ in state.take(at: now)?.key } == ["z", "a", "b", "c"])
  }

  @Test func aUsersAddOvertakesTheSameKeyOfAListAndKeepsItsAge() {
    var state = WorkQueueState<String>()
    for key in ["a", "b", "c"] { _ = state.add(key, .background, at: now) }
    #expect(state.add("c", .user, at: after(3)) == false)
    #expect(state.depth == 3)
    let taken = state.take(at: after(4))
    #expect(taken?.key == "c")
    #expect(taken?.since == now)
    #expect((0..<3).map { _ in state.take(at: now)?.key } == ["a", "b", nil])
  }

  @Test func aListDoesNotPutAUsersKeyBack() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .background, at: now)
    _ = state.add("z", .user, at: now)
    _ = state.add("z", .background, at: now)
    #expect(state.take(at: now)?.key == "z")
  }

  @Test func aKeyThatBecameUrgentWhileInWorkComesBackUrgent() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .user, at: now)
    _ = state.take(at: now)
    _ = state.add("a", .background, at: now)
    _ = state.add("a", .user, at: now)
    _ = state.add("b", .background, at: now)
    _ = state.done("a")
    #expect((0..<3).map { _ in state.take(at: now)?.key } == ["a", "b", nil])
  }

  @Test func doneOfAKeyThatWasNotInWorkIsNothing() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .user, at: now)
    #expect(state.done("a") == nil)
    #expect(state.take(at: now)?.key == "a")
    #expect(state.take(at: now) == nil)
  }

  @Test func anAddEndsAllDelaysOfItsKey() {
    var state = WorkQueueState<String>()
    state.add("a", due: after(10), .user)
    state.add("b", due: after(20), .background)
    #expect(state.delayedCount == 2)
    _ = state.add("a", .user, at: now)
    #expect(state.delayedCount == 1)
    let due = state.popDue(after(30))
    #expect(due.map(\.key) == ["b"])
    #expect(due.map(\.priority) == [.background])
  }

  @Test func anAddInTheBackgroundDoesNotTakeTheUrgencyOfADelayedUsersKey() {
    var state = WorkQueueState<String>()
    _ = state.add("b", .background, at: now)
    state.add("a", due: after(10), .user)
    _ = state.add("a", .background, at: now)
    #expect(state.take(at: now)?.key == "a")
    #expect(state.delayedCount == 0)
  }

  @Test func everyEighthKeyIsABackgroundKeyHoweverBusyUsersAre() {
    var state = WorkQueueState<String>()
    for key in ["b1", "b2", "b3"] { _ = state.add(key, .background, at: now) }
    for number in 0..<10 { _ = state.add("u\(number)", .user, at: now) }
    var background: [Int: String] = [:]
    for turn in 1...32 {
      guard let (key, _) = state.take(at: now) else { break }
      if key.hasPrefix("b") { background[turn] = key }
      _ = state.done(key)
      if key.hasPrefix("u") { _ = state.add(key, .user, at: now) }
    }
    #expect(background == [8: "b1", 16: "b2", 24: "b3"])
  }

  @Test func usersComeFirstAgainAfterAQuietTime() {
    var state = WorkQueueState<Int>()
    for key in 0..<20 { _ = state.add(key, .user, at: now) }
    for _ in 0..<20 { _ = state.take(at: now) }
    // Nothing waited in the background meanwhile, so nothing is owed to it.
    _ = state.add(100, .background, at: now)
    _ = state.add(101, .user, at: now)
    #expect(state.take(at: now)?.key == 101)
  }

  @Test func thePriorityOfAKeyIsKnownWhileItIsWorkedOn() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .background, at: now)
    #expect(state.priority(ofWorkOn: "a") == nil)
    _ = state.take(at: now)
    #expect(state.priority(ofWorkOn: "a") == .background)
    _ = state.done("a")
    #expect(state.priority(ofWorkOn: "a") == nil)
  }

  @Test func failuresAreCountedByKeyUntilForgotten() {
    var state = WorkQueueState<String>()
    #expect([state.fail("a"), state.fail("a"), state.fail("b"), state.fail("a")] == [1, 2, 1, 3])
    state.forget("a")
    #expect(state.fail("a") == 1)
    #expect(state.fail("b") == 2)
  }

  @Test func nothingGetsInAfterTheEnd() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .user, at: now)
    state.add("b", due: after(1), .user)
    state.shutDown()
    #expect(state.add("c", .user, at: now) == false)
    state.add("d", due: after(1), .user)
    #expect(state.take(at: now) == nil)
    #expect(state.popDue(after(9)).isEmpty)
    #expect(state.depth == 0)
  }
}
