internal import FoundationEssentials
public import Foundations

/// What a pod is given to talk to its own API server (Kubernetes docs, "Accessing the API from a Pod").
public struct InCluster: Sendable {
  public var server: String
  public var folder: String

  /// Nil outside a cluster: the environment or the token is not there.
  public init?(
    environment: [String: String],
    folder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
  ) {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"],
      FileManager.default.isReadableFile(atPath: "\(folder)/token")
    else { return nil }
    server = host.contains(":") ? "https://[\(host)]:\(port)" : "https://\(host):\(port)"
    self.folder = folder
  }
  /// PEM of the cluster's CA.
  public func certificateAuthority() throws(KubernetesError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: "\(folder)/ca.crt") else {
      throw KubernetesError(.configuration, "\(folder)/ca.crt cannot be read")
    }
    return [UInt8](data)
  }
  public var credentials: TokenFile { TokenFile(path: "\(folder)/token") }
}

/// A bearer token from a file that is rotated under us: read again every minute, and at once after a 401.
public final class TokenFile: CredentialProvider {
  private struct Read {
    var token: String
    var at: ContinuousClock.Instant
  }
  private let path: String
  private let time: any TimeSource
  private let last = Locked<Read?>(nil)

  public init(path: String, time: any TimeSource = SystemTimeSource()) {
    self.path = path
    self.time = time
  }

  public func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] {
    let now = time.now
    if !fresh, let known = last.withLock({ $0 }), known.at.duration(to: now) < .seconds(60) {
      return [("Authorization", "Bearer \(known.token)")]
    }
    // A token is 1 kB on a tmpfs: reading it does not block for long.
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    guard let token = text?.split(whereSeparator: \.isWhitespace).first.map(String.init) else {
      throw KubernetesError(.configuration, "token file \(path) cannot be read or is empty")
    }
    last.withLock { $0 = Read(token: token, at: now) }
    return [("Authorization", "Bearer \(token)")]
  }
}
