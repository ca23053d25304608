internal import Cloud

/// A way to get credentials, used when they are needed and before they expire.
protocol CredentialProvider: Sendable {
  func fetch() async throws(CloudError) -> AWSCredentials
  /// Whether asking again can give other credentials.
  var canChange: Bool { get }
}

struct StaticCredentials: CredentialProvider {
  var credentials: AWSCredentials
  var canChange: Bool { false }
  func fetch() async throws(CloudError) -> AWSCredentials { credentials }
}

/// IAM roles for service accounts: exchanges the token of a projected volume for credentials of a role. The file is
/// read each time, because the kubelet replaces it. The request is not signed, because the token is the proof.
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

/// Credentials of a role that other credentials may assume.
struct AssumedRoleCredentials: CredentialProvider {
  /// A client that signs with the other credentials.
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
