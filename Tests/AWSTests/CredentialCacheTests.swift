import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

@Suite struct CredentialCacheTests {
  /// Gives `1`, `2`, … each good for an hour, or fails while it is told to.
  private final class Counting: CredentialProvider {
    let time: ImpatientTimeSource
    let count = Locked(0)
    let fails = Locked(false)
    init(_ time: ImpatientTimeSource) { self.time = time }
    var canChange: Bool { true }
    func fetch() async throws(CloudError) -> AWSCredentials {
      await Task.yield()
      let number = count.withLock { count in
        count += 1
        return count
      }
      if fails.withLock({ $0 }) { throw CloudError(.unavailable, operation: "sts:X", message: "down") }
      let expiration = time.timestamp.advanced(by: .seconds(3600))
      return AWSCredentials(accessKeyID: "\(number)", secretAccessKey: "s", expiration: expiration)
    }
  }
  private let time = ImpatientTimeSource()

  @Test func credentialsAreKeptUntilFiveMinutesBeforeTheirEnd() async throws {
    let source = AWSCredentialSource(Counting(time), time: time)
    #expect(try await source.credentials().accessKeyID == "1")
    time.advance(by: .seconds(3300))
    #expect(try await source.credentials().accessKeyID == "1")
    time.advance(by: .seconds(1))
    #expect(try await source.credentials().accessKeyID == "2")
  }

  @Test func manyWhoAskAtOnceCauseOneFetch() async {
    let provider = Counting(time)
    let source = AWSCredentialSource(provider, time: time)
    let keys = await withTaskGroup(of: String?.self) { group in
      for _ in 0..<50 { group.addTask { try? await source.credentials().accessKeyID } }
      return await group.reduce(into: Set<String?>()) { $0.insert($1) }
    }
    #expect(keys == ["1"])
    #expect(provider.count.withLock { $0 } == 1)
  }

  @Test func theOldOnesServeWhileARefreshFailsAndNotLonger() async throws {
    let provider = Counting(time)
    let source = AWSCredentialSource(provider, time: time)
    _ = try await source.credentials()
    provider.fails.withLock { $0 = true }
    time.advance(by: .seconds(3400))
    #expect(try await source.credentials().accessKeyID == "1")
    #expect(try await source.credentials().accessKeyID == "1")
    #expect(provider.count.withLock { $0 } == 2, "a failed refresh is not repeated at once")
    time.advance(by: .seconds(300))
    #expect(await failure { () async throws(CloudError) in try await source.credentials() }?.kind == .unavailable)
  }

  @Test func refusedCredentialsAreReplacedOnce() async throws {
    let source = AWSCredentialSource(Counting(time), time: time)
    let first = try await source.credentials()
    #expect(try await source.credentials(refusing: first).accessKeyID == "2")
    #expect(try await source.credentials(refusing: first).accessKeyID == "2")
  }

  @Test func anExpiredTokenIsReplacedAndTheCallRepeated() async throws {
    let client = TestClient(credentials: AWSCredentialSource(Counting(time), time: time)) { request in
      let isOld = request.headers["Authorization"]?.contains("Credential=1/") == true
      return .whole(isOld ? .ec2Error("ExpiredToken") : .xml("<R><vpcSet/></R>"))
    }
    #expect(try await client.ec2.vpcs([]).isEmpty)
    #expect(client.actions.count == 2)
  }

  @Test func credentialsThatAreRefusedTwiceAreRefused() async {
    let client = TestClient(credentials: AWSCredentialSource(Counting(time), time: time)) { _ in
      .whole(.ec2Error("AuthFailure", status: 401))
    }
    #expect(await failure { () async throws(CloudError) in try await client.ec2.vpcs([]) }?.kind == .unauthenticated)
    #expect(client.actions.count == 2)
  }

  @Test func fixedKeysThatAreRefusedAreNotTriedAgain() async {
    let client = TestClient(.whole(.ec2Error("AuthFailure", status: 401)))
    #expect(await failure { () async throws(CloudError) in try await client.ec2.vpcs([]) }?.kind == .unauthenticated)
    #expect(client.actions.count == 1)
  }
}
