import Azure
import Cloud
import TestSupport
import Testing

@Suite struct CredentialSecrecyTests {
  @Test(arguments: ["tenantId", "clientId", "clientSecret", "subscriptionId"])
  func aRefusedSecretDoesNotShowItsContent(key: String) {
    for secret in SecretShapes.samples {
      for value in [secret, "\(secret) \(secret)"] {
        var data = ["tenantId": "a", "clientId": "b", "clientSecret": "c", "subscriptionId": "d"].mapValues {
          Array($0.utf8)
        }
        data[key] = Array(value.utf8)
        do throws(CloudError) { _ = try AzureCredentialSource(secretData: data) } catch {
          #expect(SecretShapes.leak(of: secret, in: "\(error)") == nil, "\(error)")
        }
      }
    }
  }
}
