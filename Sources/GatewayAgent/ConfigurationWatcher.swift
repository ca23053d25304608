internal import Foundations
internal import Gateway

/// Takes a changed configuration into force, or says why not and leaves the former one there. One thread.
final class ConfigurationWatcher: Sendable {
  private let context: AgentContext
  private let folder: ConfigurationFolder
  private let wakeup: Wakeup

  init(context: AgentContext, folder: ConfigurationFolder) {
    self.context = context
    self.folder = folder
    wakeup = Wakeup()
  }

  func start() {
    WorkerThread.start("configuration") { self.run() }
  }

  private func run() {
    var seen: [String]?
    while true {
      context.beat("configuration")
      let fingerprint = folder.fingerprint()
      if fingerprint != seen {
        // Writers other than the kubelet change file by file: wait until they are done.
        wakeup.wait(for: .milliseconds(50))
        if folder.fingerprint() == fingerprint || seen == nil {
          seen = fingerprint
          load()
        }
      }
      wakeup.wait(for: .milliseconds(250))
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
