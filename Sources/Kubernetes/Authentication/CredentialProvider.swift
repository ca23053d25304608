/// Provides request headers that authenticate this program.
public protocol CredentialProvider: Sendable {
  /// - Parameter fresh: whether the server refused the last headers (401), so that new ones are needed if possible.
  func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)]
}

/// Provides no headers. For client certificates, which the transport presents.
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

/// The same headers every time, for basic authentication.
struct StaticHeaders: CredentialProvider {
  let fields: [(String, String)]
  func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] { fields }
}

/// Acts as another user (Kubernetes docs, "User impersonation"). Each group has a header of its own, so names repeat.
struct Impersonation: CredentialProvider {
  let base: any CredentialProvider
  let fields: [(String, String)]
  func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] {
    try await base.headers(fresh: fresh) + fields
  }
}
