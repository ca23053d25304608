import Cloud
import Foundations
import TestSupport
import Testing

@Suite struct CredentialCacheTests {
  private let time = VirtualTimeSource()

  /// These tokens one after the other; nil is a failure.
  private func tokens(
    _ answers: [String?],
    lifetime: Duration? = .seconds(3600),
    asked: Locked<Int> = Locked(0)
  ) -> CredentialCache<String> {
    return CredentialCache(time: time) { () async throws(CloudError) in
      let index = asked.withLock { count in
        defer { count += 1 }
        return count
      }
      guard index < answers.count, let value = answers[index] else {
        throw CloudError(.unavailable, operation: "oauth2.token", message: "down")
      }
      return CredentialCache.Fetched(value, lifetime: lifetime)
    }
  }

  @Test func aTokenIsUsedUntilItNearsItsEnd() async throws {
    let tokens = tokens(["a", "b"])
    #expect(try await tokens.credentials() == "a")
    time.advance(by: .seconds(3299))
    #expect(try await tokens.credentials() == "a")
    time.advance(by: .seconds(1))
    #expect(try await tokens.credentials() == "b")
  }

  @Test func theOldTokenServesUntilItEndsWhereThereIsNoNewOne() async throws {
    let tokens = tokens(["a", nil, nil])
    _ = try await tokens.credentials()
    time.advance(by: .seconds(3599))
    #expect(try await tokens.credentials() == "a")
    time.advance(by: .seconds(1))
    await #expect(throws: CloudError.self) { try await tokens.credentials() }
  }

  @Test func aFailedRenewalIsNotRepeatedAtOnce() async throws {
    let asked = Locked(0)
    let tokens = tokens(["a", nil, "b"], asked: asked)
    _ = try await tokens.credentials()
    time.advance(by: .seconds(3400))
    #expect(try await tokens.credentials() == "a")
    #expect(try await tokens.credentials() == "a")
    #expect(asked.withLock { $0 } == 2)
    time.advance(by: .seconds(11))
    #expect(try await tokens.credentials() == "b")
  }

  @Test func aShortLifeIsHalfUsed() async throws {
    let tokens = tokens(["a", "b"], lifetime: .seconds(60))
    _ = try await tokens.credentials()
    time.advance(by: .seconds(29))
    #expect(try await tokens.credentials() == "a")
    time.advance(by: .seconds(1))
    #expect(try await tokens.credentials() == "b")
  }

  @Test func whatDoesNotExpireIsKeptUntilItIsRefused() async throws {
    let tokens = tokens(["a", "b"], lifetime: nil)
    _ = try await tokens.credentials()
    time.advance(by: .seconds(1_000_000))
    #expect(try await tokens.credentials() == "a")
    #expect(try await tokens.credentials(refusing: "a") == "b")
  }

  @Test func whatWasFetchedIsNotShown() {
    #expect(!"\(CredentialCache.Fetched("hush", lifetime: nil))".contains("hush"))
  }

  @Test func aRefusedTokenIsReplacedOnce() async throws {
    let asked = Locked(0)
    let tokens = tokens(["a", "b", "c"], asked: asked)
    _ = try await tokens.credentials()
    #expect(try await tokens.credentials(refusing: "a") == "b")
    #expect(try await tokens.credentials(refusing: "a") == "b")
    #expect(asked.withLock { $0 } == 2)
  }

  @Test func aRefusedTokenIsNotServedAgain() async throws {
    let tokens = tokens(["a", nil])
    _ = try await tokens.credentials()
    await #expect(throws: CloudError.self) { try await tokens.credentials(refusing: "a") }
  }

  @Test func manyWhoAskAtOnceMakeOneRequest() async throws {
    let asked = Locked(0)
    let gate = VirtualTimeSource()
    let tokens = CredentialCache(time: time) { () async throws(CloudError) in
      asked.withLock { $0 += 1 }
      try? await gate.sleep(for: .seconds(1))
      return CredentialCache.Fetched("a", lifetime: .seconds(3600))
    }
    let waiting = (0..<20).map { _ in Task { try await tokens.credentials() } }
    #expect(await eventually { gate.sleeperCount > 0 })
    gate.advance(by: .seconds(1))
    for task in waiting { #expect(try await task.value == "a") }
    #expect(asked.withLock { $0 } == 1)
  }
}
