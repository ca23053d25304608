import Foundations
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

/// How namespaces share a queue and its workers.
@Suite(.timeLimit(.minutes(10))) struct WorkQueueFairnessTests {
  private let now = ContinuousClock.now

  private func state(workers: Int? = nil) -> WorkQueueState<ObjectKey> {
    WorkQueueState(workers: workers, group: { $0.fairnessGroup })
  }
  private func add(
    _ count: Int,
    _ namespace: String,
    _ priority: WorkPriority = .user,
    to state: inout WorkQueueState<ObjectKey>
  ) {
    for number in 0..<count { _ = state.add(ObjectKey(namespace: namespace, name: "\(number)"), priority, at: now) }
  }
  /// The namespaces of the next keys, "-" where none may be taken.
  private func take(_ count: Int, from state: inout WorkQueueState<ObjectKey>) -> String {
    (0..<count).map { _ in state.take(at: now)?.key.namespace ?? "-" }.joined()
  }

  @Test func namespacesTakeTurnsHoweverManyKeysEachHas() {
    var state = state()
    add(100, "a", to: &state)
    add(2, "b", to: &state)
    add(1, "c", to: &state)
    #expect(take(7, from: &state) == "abcabaa")
  }

  @Test func aNamespaceThatComesLaterWaitsForOneTurn() {
    var state = state()
    add(100, "a", to: &state)
    #expect(take(3, from: &state) == "aaa")
    add(1, "b", to: &state)
    #expect(take(3, from: &state) == "aba")
  }

  @Test func keysOfOneNamespaceStayInTheirOrder() {
    var state = state()
    add(5, "a", to: &state)
    add(5, "b", to: &state)
    var names: [String: [String]] = [:]
    while let (key, _) = state.take(at: now) { names[key.namespace, default: []].append(key.name) }
    #expect(names == ["a": ["0", "1", "2", "3", "4"], "b": ["0", "1", "2", "3", "4"]])
  }

  @Test func aNamespaceNeverHoldsAllWorkers() {
    var state = state(workers: 4)
    add(10, "a", to: &state)
    #expect(take(4, from: &state) == "aaa-")
    add(1, "b", to: &state)
    #expect(take(1, from: &state) == "b")
  }

  @Test func aNamespaceHoldsHalfOfTheWorkersWhileOthersWait() {
    var state = state(workers: 5)
    add(10, "a", to: &state)
    #expect(take(4, from: &state) == "aaaa")
    add(10, "b", to: &state)
    #expect(take(1, from: &state) == "b")
    // Once it holds fewer than three, it takes turns again.
    for (name, next) in [("0", "b"), ("1", "a"), ("2", "b")] {
      _ = state.done(ObjectKey(namespace: "a", name: name))
      #expect(take(1, from: &state) == next)
    }
  }

  @Test func workersOfANamespaceThatIsDoneAreFreeForIt() {
    var state = state(workers: 2)
    add(3, "a", to: &state)
    #expect(take(2, from: &state) == "a-")
    _ = state.done(ObjectKey(namespace: "a", name: "0"))
    #expect(take(2, from: &state) == "a-")
  }

  @Test func aSingleWorkerServesASingleNamespace() {
    var state = state(workers: 1)
    add(2, "a", to: &state)
    #expect(take(1, from: &state) == "a")
    _ = state.done(ObjectKey(namespace: "a", name: "0"))
    #expect(take(1, from: &state) == "a")
  }

  @Test func keysWithoutNamespaceHaveNoLimit() {
    var state = state(workers: 3)
    for name in ["x", "y", "z"] { _ = state.add(ObjectKey(name: name), .user, at: now) }
    #expect((0..<3).map { _ in state.take(at: now)?.key.name } == ["x", "y", "z"])
  }

  @Test func aBackgroundKeyOfAnotherNamespaceComesBeforeAUsersKeyBeyondTheLimit() {
    var state = state(workers: 4)
    add(10, "a", to: &state)
    add(10, "b", .background, to: &state)
    #expect(take(4, from: &state) == "aabb")
  }

  @Test func aKeyThatBecomesUrgentLeavesItsTurnInTheBackground() {
    var state = state()
    for namespace in ["a", "b", "c"] { add(1, namespace, .background, to: &state) }
    add(1, "b", .user, to: &state)
    add(1, "b", .background, to: &state)
    #expect(take(4, from: &state) == "bac-")
  }

  @Test(arguments: [(10_000, 1), (1, 10_000), (100, 100)])
  func tenThousandKeysAreTakenOnceEach(namespaces: Int, keys: Int) {
    var state = state()
    for namespace in 0..<namespaces { add(keys, "\(namespace)", .background, to: &state) }
    var taken: Set<ObjectKey> = []
    var first: Set<String> = []
    while let (key, _) = state.take(at: now) {
      if taken.count < namespaces { first.insert(key.namespace) }
      taken.insert(key)
      _ = state.done(key)
    }
    #expect(taken.count == 10_000)
    #expect(first.count == namespaces, "every namespace has its turn before any has a second")
    #expect(state.depth == 0)
  }

  @Test func limitsHoldWhateverIsDone() {
    let workers = 6
    var (state, generator) = (state(workers: workers), SeededGenerator(11))
    var holding: [ObjectKey] = []
    func held(_ namespace: String) -> Int { holding.filter { $0.namespace == namespace }.count }
    var (wanted, taken) = (Set<ObjectKey>(), 0)
    for _ in 0..<20_000 {
      let key = ObjectKey(
        namespace: ["a", "a", "a", "b", "c"].randomElement(using: &generator) ?? "",
        name: "\(Int.random(in: 0..<8, using: &generator))"
      )
      switch Int.random(in: 0..<3, using: &generator) {
      case 0:
        _ = state.add(key, Bool.random(using: &generator) ? .user : .background, at: now)
        wanted.insert(key)
      case 1:
        guard let key = holding.randomElement(using: &generator) else { continue }
        holding.removeAll { $0 == key }
        _ = state.done(key)
      default:
        guard holding.count < workers else { continue }
        let waiting = wanted.filter { !holding.contains($0) }
        guard let (key, _) = state.take(at: now) else {
          #expect(waiting.allSatisfy { held($0.namespace) == workers - 1 }, "a free worker idles for no reason")
          continue
        }
        taken += 1
        #expect(waiting.contains(key))
        if held(key.namespace) >= workers / 2 {
          #expect(waiting.allSatisfy { held($0.namespace) >= workers / 2 }, "it took more than its half")
        }
        wanted.remove(key)
        holding.append(key)
        #expect(held(key.namespace) < workers)
      }
      #expect(state.depth == wanted.count)
    }
    #expect(taken > 1000)
  }
}
