internal import ControllerRuntime
internal import Foundations
internal import HTTPEndpoint

/// `/metrics`, `/healthz` and `/readyz` of the operator.
enum Endpoint {
  /// - Parameter listen: `address:port`; an IPv6 address in brackets.
  static func serve(
    _ listen: String,
    manager: Manager,
    registry: MetricsRegistry,
    logger: Logger
  ) throws -> HTTPServer {
    guard let (address, port) = split(listen) else {
      throw UsageError("--listen: \"\(listen)\" is no address:port, for example [::]:8080")
    }
    let server = try HTTPServer(address: address, port: port) { request in
      switch request.path {
      case "/healthz": EndpointResponse(text: "ok\n")
      case "/readyz":
        manager.isReady ? EndpointResponse(text: "ok\n") : EndpointResponse(503, text: "caches are not filled yet\n")
      case "/metrics":
        EndpointResponse(
          contentType: "text/plain; version=0.0.4; charset=utf-8",
          body: Array(registry.exposition().utf8)
        )
      default: EndpointResponse(404, text: "there are /metrics, /healthz and /readyz\n")
      }
    }
    logger.info("served HTTP", ["address": .string(listen)])
    return server
  }

  private static func split(_ listen: String) -> (String, UInt16)? {
    guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]) else {
      return nil
    }
    let address = listen[..<colon]
    return (String(address.hasPrefix("[") ? address.dropFirst().dropLast() : address), port)
  }
}
