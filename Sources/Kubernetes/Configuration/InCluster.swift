/// The address and credentials with which a pod talks to its own API server (Kubernetes docs, "Accessing the API from a
/// Pod").
public struct InCluster: Sendable {
  /// `https://host:port`; an IPv6 host is in brackets.
  public var server: String
  /// The folder with `token`, `ca.crt` and `namespace`, all of which the kubelet rotates.
  public var folder: String

  /// Nil outside a cluster: the environment or the token does not exist.
  public init?(
    environment: [String: String],
    folder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
  ) {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty,
      ConfigurationFile.exists("\(folder)/token")
    else { return nil }
    server = host.contains(":") ? "https://[\(host)]:\(port)" : "https://\(host):\(port)"
    self.folder = folder
  }

  /// PEM of the cluster's CA.
  public func certificateAuthority() throws(KubernetesError) -> [UInt8] {
    try ConfigurationFile.read("\(folder)/ca.crt")
  }
  public var credentials: TokenFile { TokenFile(path: "\(folder)/token") }
}
