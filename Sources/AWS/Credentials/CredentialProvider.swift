internal import Cloud

/// One way to get credentials: asked when they are needed and when they are about to expire.
protocol CredentialProvider: Sendable {
  func fetch() async throws(CloudError) -> AWSCredentials
  /// Whether asking again can give others.
  var canChange: Bool { get }
}

struct StaticCredentials: CredentialProvider {
  var credentials: AWSCredentials
  var canChange: Bool { false }
  func fetch() async throws(CloudError) -> AWSCredentials { credentials }
}

/// IAM roles for service accounts: the token of a projected volume for credentials of a role. The file is read each
/// time, because the kubelet replaces it; the request is not signed, the token is the proof.
struct WebIdentityCredentials: CredentialProvider {
  var sts: STSClient
  var roleARN: String
  var tokenFile: String
  var sessionName: String
  var canChange: Bool { true }

  func fetch() async throws(CloudError) -> AWSCredentials {
    let token = try await TokenFile.read(tokenFile, operation: "sts:AssumeRoleWithWebIdentity")
    return try await sts.assumeRole(roleARN, sessionName: sessionName, webIdentityToken: token)
  }
}

/// A role that other credentials may assume.
struct AssumedRoleCredentials: CredentialProvider {
  /// Signs with the other credentials.
  var sts: STSClient
  var roleARN: String
  var externalID: String?
  var trust: String?
  var sessionName: String
  var canChange: Bool { true }

  func fetch() async throws(CloudError) -> AWSCredentials {
    do throws(CloudError) {
      return try await sts.assumeRole(roleARN, sessionName: sessionName, externalID: externalID)
    } catch {
      guard error.kind == .forbidden, let trust else { throw error }
      var explained = error
      explained.message += ". \(trust)"
      throw explained
    }
  }
}
