import Cloud
import Foundations
import TestSupport
import Testing

@testable import TwingateResources

/// One request for a list that several ask for, and never one from before a change.
@Suite(.timeLimit(.minutes(1))) struct SharedReadsTests {
  private let time = VirtualTimeSource()
  private let count = Locked(0)

  private func read(_ reads: SharedReads, _ age: Int = 30, fails: Bool = false) async throws(CloudError) -> Int {
    let count = count
    return try await reads.read("list", youngerThan: .seconds(age)) { () async throws(CloudError) in
      let number = count.withLock { count in
        count += 1
        return count
      }
      if fails { throw CloudError(.unavailable, operation: "list", message: "injected") }
      return number
    }
  }

  @Test func manyAskOnce() async throws {
    let reads = SharedReads(time: time)
    let answers = await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<8 { group.addTask { try? await self.read(reads) } }
      var answers: Set<Int?> = []
      for await answer in group { answers.insert(answer) }
      return answers
    }
    #expect(answers == [1])
    time.advance(by: .seconds(31))
    #expect(try await read(reads) == 2)
    #expect(try await read(reads, 0) == 3, "who may use nothing old asks")
    #expect(try await read(reads) == 3)
  }

  @Test func whatWasChangedIsAskedForAgain() async throws {
    let reads = SharedReads(time: time)
    #expect(try await read(reads) == 1)
    await reads.forget()
    #expect(try await read(reads) == 2)
  }

  @Test func aFailureIsNotShared() async throws {
    let reads = SharedReads(time: time)
    await #expect(throws: CloudError.self) { try await self.read(reads, fails: true) }
    #expect(try await read(reads) == 2)
  }
}
