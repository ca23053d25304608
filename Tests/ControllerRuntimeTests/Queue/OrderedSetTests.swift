import TestSupport
import Testing

@testable import ControllerRuntime

@Suite struct OrderedSetTests {
  private func drain(_ set: inout OrderedSet<Int>) -> [Int] {
    var elements: [Int] = []
    while let element = set.popFirst() { elements.append(element) }
    return elements
  }

  @Test func elementsKeepTheOrderInWhichTheyWereAdded() {
    var set = OrderedSet<Int>()
    for element in [3, 1, 2, 1, 3] { set.append(element) }
    #expect(set.count == 3)
    #expect(set.element(after: 3) == 1)
    #expect(set.element(after: 2) == nil)
    #expect(drain(&set) == [3, 1, 2])
    #expect(set.isEmpty)
  }

  @Test(arguments: [(1, [2, 3]), (2, [1, 3]), (3, [1, 2]), (9, [1, 2, 3])])
  func anElementCanBeRemovedFromAnyPlace(removed: Int, left: [Int]) {
    var set = OrderedSet<Int>()
    for element in 1...3 { set.append(element) }
    set.remove(removed)
    set.append(7)
    #expect(drain(&set) == left + [7])
  }

  @Test func itAgreesWithAnArrayWhateverIsDone() {
    var generator = SeededGenerator(3)
    var (set, array) = (OrderedSet<Int>(), [Int]())
    for _ in 0..<20_000 {
      let element = Int.random(in: 0..<40, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0:
        set.append(element)
        if !array.contains(element) { array.append(element) }
      case 1:
        set.remove(element)
        array.removeAll { $0 == element }
      default: #expect(set.popFirst() == (array.isEmpty ? nil : array.removeFirst()))
      }
      #expect(set.first == array.first)
      #expect(set.count == array.count)
    }
    #expect(drain(&set) == array)
  }
}
