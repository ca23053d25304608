import Cloud
import Foundations
import Testing

@testable import GoogleCloud

@Suite struct GoogleTokensTests {
  private let time = VirtualTimeSource()

  /// Tokens of an hour that count up; nil answers are failures.
  private func tokens(_ answers: [String?], asked: Locked<Int> = Locked(0)) -> GoogleTokens {
    let time = self.time
    return GoogleTokens(time: time) { () async throws(CloudError) in
      let index = asked.withLock { count in
        defer { count += 1 }
        return count
      }
      guard index < answers.count, let value = answers[index] else {
        throw CloudError(.unavailable, operation: "oauth2.token", message: "down")
      }
      return AccessToken(value: value, expiresAt: time.now.advanced(by: .seconds(3600)))
    }
  }

  @Test func aTokenIsUsedUntilItNearsItsEnd() async throws {
    let tokens = tokens(["a", "b"])
    #expect(try await tokens.token() == "a")
    time.advance(by: .seconds(3600 - 226))
    #expect(try await tokens.token() == "a")
    time.advance(by: .seconds(1))
    #expect(try await tokens.token() == "b")
  }

  @Test func theOldTokenServesUntilItEndsWhereThereIsNoNewOne() async throws {
    let tokens = tokens(["a", nil, nil])
    _ = try await tokens.token()
    time.advance(by: .seconds(3599))
    #expect(try await tokens.token() == "a")
    time.advance(by: .seconds(1))
    await #expect(throws: CloudError.self) { try await tokens.token() }
  }

  @Test func aRefusedTokenIsReplacedOnce() async throws {
    let asked = Locked(0)
    let tokens = tokens(["a", "b", "c"], asked: asked)
    _ = try await tokens.token()
    #expect(try await tokens.token(refusing: "a") == "b")
    #expect(try await tokens.token(refusing: "a") == "b")
    #expect(asked.withLock { $0 } == 2)
  }

  @Test func aRefusedTokenIsNotServedAgain() async throws {
    let tokens = tokens(["a", nil])
    _ = try await tokens.token()
    await #expect(throws: CloudError.self) { try await tokens.token(refusing: "a") }
  }

  @Test func manyWhoAskAtOnceMakeOneRequest() async throws {
    let asked = Locked(0)
    let (time, gate) = (self.time, VirtualTimeSource())
    let tokens = GoogleTokens(time: time) { () async throws(CloudError) in
      asked.withLock { $0 += 1 }
      try? await gate.sleep(for: .seconds(1))
      return AccessToken(value: "a", expiresAt: time.now.advanced(by: .seconds(3600)))
    }
    let waiting = (0..<20).map { _ in Task { try await tokens.token() } }
    while gate.sleeperCount == 0 { await Task.yield() }
    gate.advance(by: .seconds(1))
    for task in waiting { #expect(try await task.value == "a") }
    #expect(asked.withLock { $0 } == 1)
  }
}
