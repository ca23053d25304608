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
    for key in ["a", "b", "c"] { _ = state.add(key, .initial, at: now) }
    _ = state.add("z", .user, at: now)
    #expect((0..<4).map { _ in state.take(at: now)?.key } == ["z", "a", "b", "c"])
  }

  @Test func aUsersAddOvertakesTheSameKeyOfAListAndKeepsItsAge() {
    var state = WorkQueueState<String>()
    for key in ["a", "b", "c"] { _ = state.add(key, .initial, at: now) }
    #expect(state.add("c", .user, at: after(3)) == false)
    #expect(state.depth == 3)
    let taken = state.take(at: after(4))
    #expect(taken?.key == "c")
    #expect(taken?.since == now)
    #expect((0..<3).map { _ in state.take(at: now)?.key } == ["a", "b", nil])
  }

  @Test func aListDoesNotPutAUsersKeyBack() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .initial, at: now)
    _ = state.add("z", .user, at: now)
    _ = state.add("z", .initial, at: now)
    #expect(state.take(at: now)?.key == "z")
  }

  @Test func aKeyThatBecameUrgentWhileInWorkComesBackUrgent() {
    var state = WorkQueueState<String>()
    _ = state.add("a", .user, at: now)
    _ = state.take(at: now)
    _ = state.add("a", .initial, at: now)
    _ = state.add("a", .user, at: now)
    _ = state.add("b", .initial, at: now)
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
    state.add("a", due: after(10))
    state.add("b", due: after(20))
    #expect(state.delayedCount == 2)
    _ = state.add("a", .user, at: now)
    #expect(state.delayedCount == 1)
    #expect(state.popDue(after(30)) == ["b"])
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
    state.add("b", due: after(1))
    state.shutDown()
    #expect(state.add("c", .user, at: now) == false)
    state.add("d", due: after(1))
    #expect(state.take(at: now) == nil)
    #expect(state.popDue(after(9)) == [])
    #expect(state.depth == 0)
  }
}
