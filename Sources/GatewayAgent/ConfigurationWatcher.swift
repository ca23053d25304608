internal import Foundations
internal import Gateway

/// Puts a changed configuration in force, or reports why it cannot and keeps the former one. One thread.
final class ConfigurationWatcher: Sendable {
  /// Writers other than the kubelet change one file at a time, so the folder must be unchanged for this long.
  private static let settling = Duration.milliseconds(50)
  /// How often the folder is read even if no change was noticed: often enough for a beat, and for folders that cannot
  /// be watched.
  private static let period = Duration.seconds(10)
  private static let unwatchedPeriod = Duration.milliseconds(250)
  private let context: AgentContext
  private let folder: ConfigurationFolder

  init(context: AgentContext, folder: ConfigurationFolder) {
    self.context = context
    self.folder = folder
  }

  func start() {
    WorkerThread.start("configuration") { self.run() }
  }

  private func run() {
    let watch = FolderWatch(path: folder.path)
    let pause = Wakeup()
    var seen: [String]?
    while true {
      context.beat("configuration")
      let isWatched = watch.arm()
      let fingerprint = folder.fingerprint()
      if fingerprint != seen {
        pause.wait(for: Self.settling)
        guard folder.fingerprint() == fingerprint || seen == nil else { continue }
        seen = fingerprint
        load()
      }
      watch.wait(for: isWatched ? Self.period : Self.unwatchedPeriod)
    }
  }

  private func load() {
    do throws(ConfigurationRefusal) {
      let (configuration, files) = try folder.load()
      let material = try GatewayMaterial(configuration, files: files, runtime: context.runtime)
      if let problem = PodNetwork.conflict(with: material.networks) { throw ConfigurationRefusal(problem) }
      let former = context.read { $0.material }
      let restarts = former?.daemon != material.daemon
      context.update { state in
        state.material = material
        state.configurationError = nil
        state.measures.reloads &+= 1
        let ports = Set(configuration.forwards.map(\.forwardPort))
        state.reachability = state.reachability.filter { ports.contains($0.key) }
        let questions = Set(configuration.forwards.compactMap(AgentState.question))
        state.resolutions = state.resolutions.filter { questions.contains($0.key) }
      }
      context.log.info(
        "configuration is in force",
        [
          "revision": .string(configuration.revision), "connection": .string(configuration.connection),
          "tunnel": .string(configuration.tunnel), "forwards": .int(configuration.forwards.count),
          "restartsTunnel": .bool(restarts),
        ]
      )
    } catch {
      context.update { state in
        state.configurationError = error.message
        state.measures.refusedReloads &+= 1
        if state.material == nil { state.tunnel.failed(DaemonFailure(.configurationRefused, error.message)) }
      }
      context.log.error("configuration was refused", ["error": .string(error.message)])
    }
  }
}
