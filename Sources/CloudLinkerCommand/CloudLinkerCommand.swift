internal import CloudLinkerAPI
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

/// `kubectl cloudlinker` shows what an environment has, what is wrong with it, and what to do.
public enum CloudLinkerCommand {
  /// Runs a command line.
  /// - Parameters:
  ///   - progress: receives a line when a person has to wait or should know something; meant for standard error.
  /// - Returns: what to print and the exit code; nothing is thrown.
  public static func run(_ words: [String], progress: @escaping @Sendable (String) -> Void) async -> Outcome {
    do {
      let invocation = try Invocation(words)
      switch invocation.command {
      case .help: return Outcome(Command.usage)
      case .completion: return Outcome(try Completion.script(invocation.subjects[0]))
      default: break
      }
      let configuration = try await ClientConfiguration.load(
        kubeconfig: invocation.kubeconfig,
        context: invocation.context
      )
      let client = try await configuration.client(userAgent: "kubectl-cloudlinker")
      let session = Session(
        api: client,
        server: client,
        invocation: invocation,
        namespace: invocation.namespace ?? configuration.namespace,
        time: SystemTimeSource(),
        progress: progress
      )
      return try await run(session)
    } catch {
      progress(message(of: error))
      return Outcome("", exitCode: error is CommandLineError ? 2 : 3)
    }
  }

  static func run(_ session: Session) async throws -> Outcome {
    switch session.invocation.command {
    case .status:
      let report = try await EnvironmentReport.read(session)
      let text = session.isJSON ? Gathering.encode(report) : report.text(namespace: session.scope)
      return Outcome(text, exitCode: report.exitCode)
    case .tree: return Outcome(try await ObjectTree(session: session).text())
    case .doctor:
      let findings = await Doctor(session: session).run()
      let text = findings.map { "\($0.grade.rawValue.padded(to: 4))  \($0.message)\n" }.joined()
      let hasFailed = findings.contains { $0.grade == .fail }
      return Outcome(session.isJSON ? Gathering.encode(findings) : text, exitCode: hasFailed ? 1 : 0)
    case .plan, .reconcile, .suspend, .resume: return try await ObjectChange(session: session).run()
    case .logs: return Outcome(try await ConnectionLog(session: session).text())
    case .try: return try await ConnectionTrial(session: session).run()
    case .gather: return try await gather(session)
    case .orphans: return try await OrphanSearch(session: session).run()
    case .migrate: return try await StorageMigration(session: session).run()
    case .uninstall: return try await UninstallCheck(session: session).run()
    case .version: return Outcome(try await version(session))
    case .completion, .help: return Outcome(Command.usage)
    }
  }

  private static func gather(_ session: Session) async throws -> Outcome {
    let stamp = session.time.timestamp.description.filter { $0 != ":" && $0 != "-" }
    let folder = session.invocation.folder ?? "cloudlinker-\(stamp)"
    let files = await Gathering(session: session).files()
    let manager = FileManager.default
    guard !manager.fileExists(atPath: folder) else { throw CommandLineError("\(folder) is there already") }
    try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, content) in files { try content.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8) }
    let size = files.values.map(\.utf8.count).reduce(0, +)
    return Outcome("written: \(folder) (\(files.count) files, \(size / 1024 + 1) kB)\n")
  }

  private static func version(_ session: Session) async throws(KubernetesError) -> String {
    let served = try await session.server.versions(group: CloudLinker.group)
    let server = try await session.server.serverVersion()
    return """
      API    \(CloudLinker.group)/\(CloudLinker.version), served: \(served.isEmpty ? "none" : served.commas)
      server \(server.gitVersion)

      """
  }

  private static func message(of error: any Error) -> String {
    switch error {
    case let error as CommandLineError: error.message
    case let error as KubernetesError: error.message
    default: "\(error)"
    }
  }
}

extension Session {
  var isJSON: Bool { invocation.output == .json }
}
