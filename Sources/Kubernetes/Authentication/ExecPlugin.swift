internal import FoundationEssentials
internal import Foundations
internal import Glibc

/// A program that provides credentials (Kubernetes docs, "client-go credential plugins"), API v1 and v1beta1.
///
/// It runs when a credential is first needed, 10 s before its last one expires, and after a 401.
final class ExecPlugin: CredentialProvider {
  struct Settings: Sendable {
    /// `client.authentication.k8s.io/v1` or `…/v1beta1`.
    var apiVersion: String
    /// With a slash, a path; without, a name that is looked for in PATH.
    var command: String
    var arguments: [String]
    /// The whole environment except `KUBERNETES_EXEC_INFO`.
    var environment: [String: String]
    var installHint: String?
    var interactiveMode: InteractiveMode
    /// Information about the cluster for `KUBERNETES_EXEC_INFO`; nil unless `provideClusterInfo`.
    var cluster: JSONValue?
    /// The time limit if no person is involved. Default 60 s.
    var timeout: Duration = .seconds(60)
  }
  /// Whether the program may talk to a person over standard input, which it gets only if that is a terminal.
  enum InteractiveMode: String, Sendable {
    case never = "Never"
    case ifAvailable = "IfAvailable"
    case always = "Always"
  }

  struct Credential: Sendable, Hashable {
    struct Certificate: Sendable, Hashable {
      /// In PEM.
      var certificate: [UInt8]
      var key: [UInt8]
    }
    var token: String?
    var certificate: Certificate?
    var expires: Timestamp?
  }

  private let latest: Refreshed<Credential>

  /// - Parameter describe: puts file, entry and field in front of a message.
  init(
    _ settings: Settings,
    time: any TimeSource,
    logger: Logger,
    describe: @escaping @Sendable (String) -> KubernetesError
  ) {
    latest = Refreshed(time: time, logger: logger) { () async throws(KubernetesError) in
      let credential = try await BlockingThread.run { () throws(KubernetesError) in try Self.run(settings, describe) }
      let left = credential.expires.map { $0.since(time.timestamp) - .seconds(10) }
      return Refreshed.Fetched(value: credential, refreshAt: left.map { time.now.advanced(by: max($0, .seconds(1))) })
    }
  }

  func headers(fresh: Bool) async throws(KubernetesError) -> [(String, String)] {
    guard let token = try await latest.value(fresh: fresh).token else { return [] }
    return [("Authorization", "Bearer \(token)")]
  }

  func credential() async throws(KubernetesError) -> Credential { try await latest.value() }

  private static func run(
    _ settings: Settings,
    _ describe: @Sendable (String) -> KubernetesError
  ) throws(KubernetesError) -> Credential {
    let isTerminal = isatty(STDIN_FILENO) == 1
    if settings.interactiveMode == .always, !isTerminal {
      throw describe("\(settings.command) needs a terminal (interactiveMode: Always), and there is none")
    }
    let isInteractive = isTerminal && settings.interactiveMode != .never
    var environment = settings.environment
    environment["KUBERNETES_EXEC_INFO"] = ExecCredential.request(settings, isInteractive: isInteractive)
    let result: ChildProcess.Output
    do {
      result = try ChildProcess.run(
        settings.command,
        settings.arguments,
        environment: environment,
        isInteractive: isInteractive,
        timeout: isInteractive ? nil : settings.timeout
      )
    } catch {
      throw describe("\(settings.command) \(error.words)" + (settings.installHint.map { "\n\($0)" } ?? ""))
    }
    guard result.exitCode == 0 else {
      throw describe("\(settings.command) failed with exit code \(result.exitCode); it says why on standard error")
    }
    do {
      return try ExecCredential.credential(result.output, apiVersion: settings.apiVersion)
    } catch {
      throw describe("\(settings.command) \(error.message)")
    }
  }
}
