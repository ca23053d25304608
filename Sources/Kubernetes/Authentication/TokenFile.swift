internal import FoundationEssentials
public import Foundations

/// A bearer token from a file that something else rotates. It is read again every minute, and at once after a 401.
/// While it cannot be read, the last token stays in use.
public final class TokenFile: CredentialProvider {
  private let token: Refreshed<String>

  public init(path: String, time: any TimeSource = SystemTimeSource(), logger: Logger = .none) {
    token = Refreshed(time: time, logger: logger) { () async throws(KubernetesError) in
      let token = try await BlockingThread.run { () throws(KubernetesError) in try Self.read(path) }
      return Refreshed.Fetched(value: token, refreshAt: time.now.advanced(by: .seconds(60)))
    }
  }

  public func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] {
    [("Authorization", "Bearer \(try await token.value(fresh: fresh))")]
  }

  private static func read(_ path: String) throws(KubernetesError) -> String {
    let words = String(decoding: try ConfigurationFile.read(path), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard let token = words.first else { throw KubernetesError(.configuration, "token file \(path) is empty") }
    return String(token)
  }
}
