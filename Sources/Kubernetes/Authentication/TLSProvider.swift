internal import Foundations
public import HTTPTransport

/// TLS material that may change while the program runs: files that are rotated, certificates from an exec plugin.
public struct TLSProvider: Sendable {
  private let material: Refreshed<TLSConfiguration>
  private let plugin: ExecPlugin?

  /// - Parameter read: reads the files. Called at once, and then every minute if there are requests.
  init(
    time: any TimeSource,
    logger: Logger,
    plugin: ExecPlugin? = nil,
    read: @escaping @Sendable () throws(KubernetesError) -> TLSConfiguration
  ) throws(KubernetesError) {
    // Files that are wrong from the start are reported at the start.
    _ = try read()
    self.plugin = plugin
    material = Refreshed(time: time, logger: logger) { () async throws(KubernetesError) in
      let tls = try await BlockingThread.run(read)
      return Refreshed.Fetched(value: tls, refreshAt: time.now.advanced(by: .seconds(60)))
    }
  }

  /// The current material.
  public func current() async throws(KubernetesError) -> TLSConfiguration {
    var tls = try await material.value()
    if let certificate = try await plugin?.credential().certificate {
      tls.clientCertificate = certificate.certificate
      tls.clientKey = certificate.key
    }
    return tls
  }
}

/// Informs a transport when its certificates have changed.
struct ReloadingTransport: Transport {
  private let base: any Transport
  private let tls: TLSProvider
  private let inUse: Locked<TLSConfiguration>
  private let reload: @Sendable (TLSConfiguration) -> Void

  init(
    base: any Transport,
    tls: TLSProvider,
    first: TLSConfiguration,
    reload: @escaping @Sendable (TLSConfiguration) -> Void
  ) {
    self.base = base
    self.tls = tls
    inUse = Locked(first)
    self.reload = reload
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try await prepare()
    return try await base.send(request)
  }

  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await prepare()
    return try await base.stream(request)
  }

  private func prepare() async throws(TransportError) {
    let current: TLSConfiguration
    do {
      current = try await tls.current()
    } catch {
      throw TransportError(.tls, error.message, mayHaveBeenProcessed: false)
    }
    inUse.withLock { inUse in
      guard inUse != current else { return }
      reload(current)
      inUse = current
    }
  }
}
