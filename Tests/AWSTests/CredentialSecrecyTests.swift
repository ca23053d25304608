import Cloud
import HTTPTransport
import HTTPTransportTesting
import TestSupport
import Testing

@testable import AWS

@Suite struct CredentialSecrecyTests {
  @Test(arguments: ["accessKeyId", "secretAccessKey", "sessionToken", "roleArn", "externalId"])
  func aRefusedSecretDoesNotShowItsContent(key: String) {
    let nobody = InMemoryTransport { _ in .whole(.xml("", status: 500)) }
    for secret in SecretShapes.samples {
      do throws(CloudError) {
        _ = try AWSCredentialSource(secret: [key: Array(secret.utf8)], .init(region: "eu-west-1", transport: nobody))
        Issue.record("one key is not enough")
      } catch {
        #expect(SecretShapes.leak(of: secret, in: "\(error)") == nil, "\(error)")
      }
    }
  }
}
