public import Kubernetes

/// `rest_client_requests_total`, under client-go's name.
public enum ClientMetrics {
  /// Counts the answers that a client receives. Pass it to the client as `observe`.
  public static func observer(_ registry: MetricsRegistry) -> KubernetesClient.Observer {
    { [weak registry] method, status, host in
      registry?.add(
        "rest_client_requests_total",
        ["code": status == 0 ? "<error>" : "\(status)", "host": host, "method": method],
        help: "Requests to the API server"
      )
    }
  }
}
