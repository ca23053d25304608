public import Cloud
internal import Foundations

/// The part of the Security Token Service that credentials and the caller's identity need (API version 2011-06-15).
public struct STSClient: Sendable {
  public static let version = "2011-06-15"
  private let query: QueryClient

  public init(_ query: QueryClient) { self.query = query }

  public struct CallerIdentity: Sendable, Hashable {
    public var account: String
    public var arn: String
  }

  /// The owner of the credentials. Needs no permission.
  public func callerIdentity() async throws(CloudError) -> CallerIdentity {
    let result = try await query.call("GetCallerIdentity", isIdempotent: true)["GetCallerIdentityResult"]
    guard let account = result?.string("Account"), let arn = result?.string("Arn") else {
      throw malformed("GetCallerIdentity", "no account")
    }
    return CallerIdentity(account: account, arn: arn)
  }

  /// - Parameter webIdentityToken: if given, the call is AssumeRoleWithWebIdentity.
  func assumeRole(
    _ arn: String,
    sessionName: String,
    externalID: String? = nil,
    webIdentityToken: String? = nil
  ) async throws(CloudError) -> AWSCredentials {
    let action = webIdentityToken == nil ? "AssumeRole" : "AssumeRoleWithWebIdentity"
    var parameters = QueryParameters()
    parameters["RoleArn"] = arn
    parameters["RoleSessionName"] = sessionName
    parameters["ExternalId"] = externalID
    parameters["WebIdentityToken"] = webIdentityToken
    let answer = try await query.call(action, parameters, isIdempotent: true)
    guard let keys = answer["\(action)Result"]?["Credentials"], let id = keys.string("AccessKeyId"),
      let secret = keys.string("SecretAccessKey"), let token = keys.string("SessionToken"),
      let expiration = keys.string("Expiration").flatMap({ Timestamp($0) })
    else { throw malformed(action, "no credentials") }
    return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiration: expiration)
  }

  private func malformed(_ action: String, _ message: String) -> CloudError {
    CloudError(.malformed, operation: "sts:\(action)", message: "the answer holds \(message)")
  }
}
