internal import Foundations
internal import Glibc

extension TestControlPlane {
  /// `CLOUDLINKER_CRD_SERVER`: the custom-resource server of a newer Kubernetes (`hack/build-crd-server` prints its
  /// folder), which knows CEL and ratcheting where the API server of `KUBEBUILDER_ASSETS` may not.
  private static var customResourceServer: String? {
    environment["CLOUDLINKER_CRD_SERVER"].flatMap { $0.isEmpty ? nil : $0 }
  }
  public static var hasCustomResourceServer: Bool { isControllable && customResourceServer != nil }

  /// The server of the shared control plane, started when first asked for.
  /// - Returns: its URL.
  public static func sharedCustomResourceServer() async throws -> String { try await sharedCustomResourceStart.value }
  private static let sharedCustomResourceStart = Task { try await shared().startCustomResourceServer() }

  /// Starts that server beside the API server, with definitions and objects of its own; at most once for each control
  /// plane.
  /// - Returns: its URL. It trusts the API server's tokens and shows the same certificate.
  public func startCustomResourceServer() async throws(TestControlPlaneError) -> String {
    guard let program = Self.customResourceServer, access(program, X_OK) == 0 else {
      throw TestControlPlaneError("CLOUDLINKER_CRD_SERVER names no program")
    }
    let name = "crd-server"
    let (port, kubeconfig) = (try FreePorts.find(1)[0], try kubeconfig())
    let plugins =
      ["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy", "NamespaceLifecycle"]
      + ["MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"]
    let arguments = [
      "--etcd-servers=http://127.0.0.1:\(ports.etcd)", "--etcd-prefix=/\(name)",
      "--bind-address=127.0.0.1", "--secure-port=\(port)",
      "--tls-cert-file=\(folder)/server.crt", "--tls-private-key-file=\(folder)/server.key",
      "--enable-priority-and-fairness=false", "--authentication-skip-lookup",
      "--authentication-kubeconfig=\(kubeconfig)", "--authorization-kubeconfig=\(kubeconfig)",
      "--kubeconfig=\(kubeconfig)", "--disable-admission-plugins=\(plugins.joined(separator: ","))",
    ]
    let process = try TestProcess(name, log: "\(folder)/\(name).log", [program] + arguments)
    processes.withLock { $0.customResourceServer = process }
    let url = "https://127.0.0.1:\(port)"
    guard await isReady(url, \.customResourceServer) else {
      throw TestControlPlaneError("\(name) is not ready:\n\(log(name))")
    }
    return url
  }
}
