/// A port of every gateway that no NetworkPolicy admits. Whoever reaches it has proof that nothing enforces the
/// policies. The operator tries now and then, since without enforcement every pod of the cluster reaches every company
/// network.
public enum PolicyCanary {
  /// No forward may use it. Gateways, the connections' policies and the operator agree on it.
  public static let port = 15022
  /// Tells a gateway apart from a proxy that accepts every connection.
  public static let body = "cloudlinker-gateway: no NetworkPolicy admits this port\n"
  /// The whole answer. Everyone gets the same, and the gateway does not read the request.
  public static let answer = """
    HTTP/1.1 200 OK\r
    Content-Type: text/plain; charset=utf-8\r
    Content-Length: \(body.utf8.count)\r
    Connection: close\r
    \r
    \(body)
    """
}
