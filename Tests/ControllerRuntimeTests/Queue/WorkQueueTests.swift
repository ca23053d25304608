import Foundations
import TestSupport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct WorkQueueTests {
  private let time = VirtualTimeSource()
  private func queue(_ metrics: QueueMetrics? = nil) -> WorkQueue<String> { WorkQueue(time: time, metrics: metrics) }

  @Test func aWaitingWorkerIsHandedTheNextKey() async {
    let queue = queue()
    let worker = Task { await queue.next() }
    queue.add("a")
    #expect(await worker.value == "a")
    #expect(queue.count == 0)
  }

  @Test func everyWorkerIsWokenByABatch() async {
    let queue = queue()
    let workers = (0..<3).map { _ in Task { await queue.next() } }
    queue.add(["a", "b", "c", "a"])
    var keys: Set<String?> = []
    for worker in workers { keys.insert(await worker.value) }
    #expect(keys == ["a", "b", "c"])
  }

  @Test func aDelayedKeyComesWhenItsTimeHasComeAndNotSooner() async {
    let queue = queue()
    queue.add("late", after: .seconds(20))
    queue.add("soon", after: .seconds(10))
    #expect(queue.delayedCount == 2)
    await time.pass(.seconds(10))
    #expect(await queue.next() == "soon")
    queue.done("soon")
    #expect(queue.count == 0)
    #expect(queue.delayedCount == 1)
    await time.pass(.seconds(10))
    #expect(await queue.next() == "late")
  }

  @Test func aDelayThatIsNoneIsAPlainAdd() async {
    let queue = queue()
    queue.add("a", after: .zero)
    queue.add("b", after: .seconds(-5))
    #expect(queue.count == 2)
    #expect(time.sleeperCount == 0)
  }

  @Test func failuresDoubleFromFiveMillisecondsAndStartOverWhenForgotten() async {
    let queue = queue()
    for milliseconds in [5, 10, 20, 40, 80, 160] {
      queue.addFailed("a")
      await time.pass(.milliseconds(milliseconds))
      #expect(await queue.next() == "a")
      queue.done("a")
    }
    queue.forget("a")
    queue.addFailed("a")
    await time.pass(.milliseconds(5))
    #expect(await queue.next() == "a")
  }

  @Test func failuresEndAtAThousandSeconds() async {
    let queue = queue()
    for _ in 0..<30 {
      queue.addFailed("a")
      #expect(await eventually { time.sleeperCount == 1 })
      time.advance(by: .seconds(1000))
      #expect(await queue.next() == "a")
      queue.done("a")
    }
    queue.addFailed("a")
    await time.pass(.seconds(1000))
    #expect(await queue.next() == "a")
  }

  @Test func whatTheServerAskedForIsAFloor() async {
    let queue = queue()
    queue.addFailed("a", atLeast: .seconds(3))
    await time.pass(.seconds(3))
    #expect(await queue.next() == "a")
  }

  @Test(arguments: [Duration.seconds(86_400), .seconds(Int64.max)])
  func aServerCannotAskForMoreThanAThousandSeconds(_ floor: Duration) async {
    let queue = queue()
    queue.addFailed("a", atLeast: floor)
    await time.pass(.seconds(1000))
    #expect(await queue.next() == "a")
  }

  @Test func aDelayBeyondEveryClockIsAYear() async {
    let queue = queue()
    queue.add("a", after: .seconds(Int64.max))
    await time.pass(.seconds(366 * 86_400))
    #expect(await queue.next() == "a")
  }

  @Test func aDelayedBackgroundKeyDoesNotOvertakeUsers() async {
    let queue = queue()
    queue.add("background", after: .seconds(1), priority: .background)
    await time.pass(.seconds(1))
    #expect(await eventually { queue.count == 1 })
    queue.add("user")
    #expect(await queue.next() == "user")
    #expect(await queue.next() == "background")
  }

  @Test(arguments: WorkPriority.allCases) func aRetryKeepsThePriorityOfItsKey(_ priority: WorkPriority) async {
    let queue = queue()
    queue.add("a", priority: priority)
    #expect(await queue.next() == "a")
    queue.addFailed("a")
    queue.done("a")
    await time.pass(.milliseconds(5))
    #expect(await queue.next() == "a")
    #expect(queue.priority(ofWorkOn: "a") == priority)
  }

  @Test func aFreeWorkerIsKeptForTheNextGroupAndGivenBack() async {
    let queue = WorkQueue<String>(workers: 2, time: time, group: { String($0.prefix(1)) })
    queue.add(["a1", "a2"])
    #expect(await queue.next() == "a1")
    let second = Task { await queue.next() }
    #expect(queue.count == 1)
    queue.add("b1")
    #expect(await second.value == "b1")
    let third = Task { await queue.next() }
    queue.done("a1")
    #expect(await third.value == "a2")
  }

  @Test func newsOfAKeyEndItsWaiting() async {
    let queue = queue()
    queue.addFailed("a", atLeast: .seconds(60))
    queue.add("a")
    #expect(await queue.next() == "a")
    #expect(queue.delayedCount == 0)
  }

  @Test func shuttingDownSendsWaitingWorkersHomeAndDropsTheRest() async {
    let queue = queue()
    queue.add("in work")
    #expect(await queue.next() == "in work")
    let worker = Task { await queue.next() }
    queue.add("late", after: .seconds(5))
    queue.shutDown()
    #expect(await worker.value == nil)
    queue.add("more")
    queue.add("later", after: .seconds(5))
    queue.done("in work")
    #expect(await queue.next() == nil)
    #expect(queue.count == 0)
    #expect(queue.delayedCount == 0)
    #expect(await eventually { time.sleeperCount == 0 })
  }

  @Test func noKeyIsEverAtTwoWorkersAndNoneIsForgotten() async {
    let queue = WorkQueue<Int>()
    let working = Locked<Set<Int>>([])
    let (seen, collisions) = (Locked<[Int: Int]>([:]), Locked(0))
    let latest = Locked<[Int: Int]>([:])
    let workers = (0..<8).map { _ in
      Task.detached {
        while let key = await queue.next() {
          if !working.withLock({ $0.insert(key).inserted }) { collisions.withLock { $0 += 1 } }
          let value = latest.withLock { $0[key] ?? 0 }
          await Task.yield()
          seen.withLock { $0[key] = max($0[key] ?? 0, value) }
          working.withLock { _ = $0.remove(key) }
          queue.done(key)
        }
      }
    }
    for round in 1...200 {
      for key in 0..<20 {
        latest.withLock { $0[key] = round }
        queue.add(key, priority: key.isMultiple(of: 2) ? .user : .background)
      }
      if round.isMultiple(of: 10) { await Task.yield() }
    }
    // The last add of a key is seen, even when it came while the key was worked on.
    #expect(await eventually { seen.withLock { seen in (0..<20).allSatisfy { seen[$0] == 200 } } })
    queue.shutDown()
    for worker in workers { await worker.value }
    #expect(collisions.withLock { $0 } == 0)
  }

  @Test func aQueueThatIsGoneLeavesNoTimer() async {
    var queue: WorkQueue<String>? = queue()
    queue?.add("a", after: .seconds(5))
    #expect(await eventually { time.sleeperCount == 1 })
    weak let gone = queue
    queue = nil
    await time.pass(.seconds(5))
    #expect(await eventually { gone == nil })
  }
}
