extension UserReader {
  func plugin(cluster: ClusterReader, server: String) throws(KubernetesError) -> ExecPlugin? {
    guard let exec = fields.entry.content.exec else { return nil }
    let version = exec.apiVersion ?? ""
    guard ExecCredential.apiVersions.contains(version) else {
      throw fields.problem(
        "exec.apiVersion",
        "is \"\(version)\"; \(ExecCredential.apiVersions.joined(separator: " or ")) is known"
      )
    }
    guard let command = exec.command, !command.isEmpty else { throw fields.problem("exec.command", "is missing") }
    var environment = surroundings.environment
    for variable in exec.env ?? [] {
      guard let name = variable.name, !name.isEmpty else {
        throw fields.problem("exec.env", "has a variable without a name")
      }
      environment[name] = variable.value ?? ""
    }
    let fields = self.fields
    return ExecPlugin(
      ExecPlugin.Settings(
        apiVersion: version,
        command: command.contains("/") ? fields.entry.resolve(command) : command,
        arguments: exec.args ?? [],
        environment: environment,
        installHint: exec.installHint,
        interactiveMode: try interactiveMode(exec, version),
        cluster: exec.provideClusterInfo == true ? try cluster.information(server: server) : nil
      ),
      time: surroundings.time,
      logger: surroundings.logger
    ) { fields.problem("exec", $0) }
  }

  /// Required by v1; it did not exist before.
  private func interactiveMode(
    _ exec: Kubeconfig.Exec,
    _ version: String
  ) throws(KubernetesError) -> ExecPlugin.InteractiveMode {
    guard let text = exec.interactiveMode, !text.isEmpty else {
      guard version != ExecCredential.apiVersions.first else {
        throw fields.problem("exec.interactiveMode", "is missing: Never, IfAvailable or Always")
      }
      return .ifAvailable
    }
    guard let mode = ExecPlugin.InteractiveMode(rawValue: text) else {
      throw fields.problem("exec.interactiveMode", "is \"\(text)\"; Never, IfAvailable or Always is known")
    }
    return mode
  }
}
