/// Who we are, as request headers.
public protocol CredentialProvider: Sendable {
  /// - Parameter fresh: the server refused the last ones (401): get new ones if that is possible.
  func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)]
}

/// Says nothing; for client certificates, which the transport carries.
public struct NoCredentials: CredentialProvider {
  public init() {}
  public func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] { [] }
}

/// A bearer token that never changes.
public struct StaticToken: CredentialProvider {
  private let token: String
  public init(_ token: String) { self.token = token }
  public func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] {
    [("Authorization", "Bearer \(token)")]
  }
}
