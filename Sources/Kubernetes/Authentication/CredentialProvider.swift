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

/// The same headers every time: basic authentication.
struct StaticHeaders: CredentialProvider {
  let fields: [(String, String)]
  func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] { fields }
}

/// Acts as somebody else (Kubernetes docs, "User impersonation"). A group a header, so names repeat.
struct Impersonation: CredentialProvider {
  let base: any CredentialProvider
  let fields: [(String, String)]
  func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] {
    try await base.headers(fresh: fresh) + fields
  }
}
