internal import ControllerRuntime
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport
internal import Kubernetes

/// The client of the API server, as flags and environment say.
enum Connection {
  static func client(
    _ flags: Flags,
    environment: [String: String],
    registry: MetricsRegistry,
    logger: Logger
  ) throws -> KubernetesClient {
    guard let pod = InCluster(environment: environment) else {
      throw UsageError("no kubeconfig and no service account: where is the cluster?")
    }
    let transport = CurlTransport(
      CurlTransport.Options(tls: TLSConfiguration(certificateAuthorities: try pod.certificateAuthority()))
    )
    return KubernetesClient(
      transport: transport,
      server: pod.server,
      credentials: pod.credentials,
      logger: logger
    ) { method, status, host in
      registry.add(
        "rest_client_requests_total",
        ["code": status == 0 ? "<error>" : "\(status)", "host": host, "method": method],
        help: "Requests to the API server"
      )
    }
  }
}
