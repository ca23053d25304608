import TestSupport
import Testing

@testable import ControllerRuntime

@Suite struct DelayHeapTests {
  let now = ContinuousClock.now
  private func after(_ seconds: Int) -> ContinuousClock.Instant { now.advanced(by: .seconds(seconds)) }

  @Test func keysComeInOrderOfTheirTime() {
    var heap = DelayHeap<Int>()
    var generator = SeededGenerator(7)
    for key in (0..<200).shuffled(using: &generator) { heap.add(key, due: after(key), .user) }
    #expect(heap.next == after(0))
    #expect(heap.popDue(after(99)).map(\.key) == Array(0...99))
    #expect(heap.count == 100)
    #expect(heap.popDue(after(1000)).map(\.key) == Array(100...199))
    #expect(heap.next == nil)
  }

  @Test func theEarliestOfSeveralTimesCounts() {
    var heap = DelayHeap<String>()
    heap.add("a", due: after(10), .user)
    heap.add("a", due: after(20), .user)
    #expect(heap.popDue(after(9)).isEmpty)
    heap.add("a", due: after(5), .user)
    #expect(heap.next == after(5))
    #expect(heap.popDue(after(5)).map(\.key) == ["a"])
    #expect(heap.popDue(after(100)).isEmpty)
    #expect(heap.count == 0)
  }

  @Test func theMostUrgentPriorityCountsWhicheverTimeItCameWith() {
    var heap = DelayHeap<String>()
    heap.add("later", due: after(10), .user)
    heap.add("later", due: after(5), .background)
    heap.add("sooner", due: after(5), .background)
    heap.add("sooner", due: after(10), .user)
    heap.add("never", due: after(5), .background)
    heap.add("never", due: after(3), .background)
    let due = Dictionary(uniqueKeysWithValues: heap.popDue(after(5)).map { ($0.key, $0.priority) })
    #expect(due == ["later": .user, "sooner": .user, "never": .background])
    heap.add("later", due: after(20), .background)
    #expect(heap.remove("later") == .background, "a key that came up is forgotten")
    #expect(heap.remove("later") == nil)
  }

  @Test func aRemovedKeyDoesNotComeUp() {
    var heap = DelayHeap<Int>()
    for key in 0..<10 { heap.add(key, due: after(key), .user) }
    for key in [0, 3, 9] { heap.remove(key) }
    heap.remove(77)
    #expect(heap.popDue(after(100)).map(\.key) == [1, 2, 4, 5, 6, 7, 8])
  }

  @Test func aKeyThatComesAndGoesAllTheTimeLeavesTheOthersInOrder() {
    var heap = DelayHeap<Int>()
    for key in 1...5 { heap.add(key, due: after(1000 * key), .user) }
    for round in 1...500 {
      heap.add(0, due: after(round), .user)
      heap.remove(0)
    }
    #expect(heap.count == 5)
    #expect(heap.popDue(after(10_000)).map(\.key) == [1, 2, 3, 4, 5])
  }
}
