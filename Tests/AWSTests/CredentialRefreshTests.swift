import Cloud
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

@Suite struct CredentialRefreshTests {
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
    time.advance(by: .seconds(3299))
    #expect(try await source.credentials().accessKeyID == "1")
    time.advance(by: .seconds(1))
    #expect(try await source.credentials().accessKeyID == "2")
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
