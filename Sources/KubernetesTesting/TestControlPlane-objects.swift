internal import FoundationEssentials
public import Kubernetes

extension TestControlPlane {
  /// A namespace nobody else has; its name.
  public func createNamespace(_ prefix: String = "test") async throws(KubernetesError) -> String {
    let name = "\(prefix)-\(UUID().uuidString.prefix(8).lowercased())"
    return try await client().create(Namespace(metadata: ObjectMeta(name: name))).key.name
  }

  /// Applies every manifest in a file or folder that defines kinds, and waits until they are served.
  ///
  /// The server's schema checks are off: those before 1.25 do not know `x-kubernetes-validations`.
  public func install(definitions path: String) async throws {
    try await kubectl(["apply", "--validate=false", "-f", path])
    try await kubectl(["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"])
  }

  /// Runs kubectl with every right and returns what it printed.
  @discardableResult public func kubectl(_ arguments: [String]) async throws -> String {
    let kubeconfig = existing == nil ? ["--kubeconfig", try kubeconfig()] : []
    let program = existing == nil ? try binary("kubectl") : "kubectl"
    return try await BlockingThread.run { () throws(TestControlPlaneError) in
      try TestCommand.run(program, kubeconfig + arguments)
    }
  }

  /// Writes a kubeconfig with every right and returns its path; for other programs, and to test the reading of one.
  public func kubeconfig() throws(TestControlPlaneError) -> String {
    let text = """
      apiVersion: v1
      kind: Config
      current-context: test
      contexts: [{name: test, context: {cluster: test, user: test}}]
      clusters: [{name: test, cluster: {server: "\(server)", certificate-authority: ca.crt}}]
      users: [{name: test, user: {client-certificate: admin.crt, client-key: admin.key}}]
      """
    let path = "\(folder)/kubeconfig"
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch { throw TestControlPlaneError("\(path) cannot be written") }
    return path
  }
}
