public import Foundations
public import HTTPTransport

extension ClientConfiguration {
  /// A libcurl transport with this configuration's certificates and proxy. Certificates that change on disk are
  /// reloaded.
  public func transport() async throws(KubernetesError) -> any Transport {
    let first = try await tls.current()
    let curl = CurlTransport(CurlTransport.Options(tls: first, proxy: proxy))
    return ReloadingTransport(base: curl, tls: tls, first: first) { curl.reload(tls: $0) }
  }

  /// A client over `transport()`.
  public func client(
    logger: Logger = .none,
    userAgent: String = ProgramName.current,
    observe: @escaping KubernetesClient.Observer = { _, _, _ in }
  ) async throws(KubernetesError) -> KubernetesClient {
    KubernetesClient(
      transport: try await transport(),
      server: server,
      credentials: credentials,
      logger: logger,
      userAgent: userAgent,
      observe: observe
    )
  }
}
