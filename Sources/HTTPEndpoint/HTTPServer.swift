internal import Foundations
internal import Glibc

/// A small HTTP/1.1 server for the requests of machines: `/metrics`, `/healthz`, `/readyz`, `/status`.
///
/// One thread waits on all connections. Handlers are async and may take their time: a waiting request costs only
/// memory.
///
///     var routes = Routes()
///     routes.get("/healthz") { _ in EndpointResponse(text: "ok\n") }
///     let server = try HTTPServer(address: "::", port: 8080, routes: routes)
///     …
///     await server.stop()
public final class HTTPServer: Sendable {
  /// Limits against clients that are slow or many. The defaults let no number of silent clients hold up a probe; see
  /// `ConnectionTable`.
  public struct Limits: Sendable {
    /// Seconds of silence after which a connection is closed; a handler may hold its answer for longer. Default 5.
    public var silence: UInt32 = 5
    /// Seconds that a request may take to arrive completely. After that the connection is closed when another client
    /// comes. Default 10.
    public var request: UInt32 = 10
    /// The most connections; a further one replaces the connection that has been idle longest. Default 256.
    public var connections: UInt32 = 256
    /// The most connections of one client address, replaced likewise. Default 16; 0: no such limit.
    public var connectionsPerAddress: UInt32 = 16
    /// The most bytes of a request's head; a larger one is answered 431. Default 32 KiB.
    public var head = 32 * 1024
    /// The most bytes of a request's body; a larger one is answered 413. Default 0: no bodies.
    public var body = 0
    public init() {}
  }
  public typealias Handler = @Sendable (EndpointRequest) async -> EndpointResponse

  private struct State {
    var daemon: Daemon?
    var isReloading = false
  }
  /// The port on which the server listens, also if it was started with port 0.
  public let port: UInt16
  private let limits: Limits
  private let handler: Handler
  private let state: Locked<State>

  /// Listens at once and answers GET and HEAD; other methods get 405.
  /// - Parameters:
  ///   - address: IPv4 or IPv6 literal; `::` also takes IPv4, and is `0.0.0.0` on a machine without IPv6.
  ///   - port: 0: any free one.
  ///   - tls: nil, the default: plain HTTP.
  ///   - handle: answers each request; may take its time, and is cancelled when the server stops.
  /// - Throws: `EndpointError` if the address is invalid or taken, or the certificate is unusable.
  public convenience init(
    address: String,
    port: UInt16,
    limits: Limits = Limits(),
    tls: EndpointTLS? = nil,
    handle: @escaping Handler
  ) throws(EndpointError) {
    let reading: Handler = { request in
      ["GET", "HEAD"].contains(request.method) ? await handle(request) : .methodNotAllowed(["GET", "HEAD"])
    }
    try self.init(address: address, port: port, limits: limits, tls: tls, every: reading)
  }

  /// As above, but `routes` decide about paths and methods.
  public convenience init(
    address: String,
    port: UInt16,
    limits: Limits = Limits(),
    tls: EndpointTLS? = nil,
    routes: Routes
  ) throws(EndpointError) {
    try self.init(address: address, port: port, limits: limits, tls: tls, every: { await routes.respond(to: $0) })
  }

  private init(
    address: String,
    port: UInt16,
    limits: Limits,
    tls: EndpointTLS?,
    every handler: @escaping Handler
  ) throws(EndpointError) {
    let socket = try ListeningSocket(address: address, port: port)
    self.port = socket.port
    self.limits = limits
    self.handler = handler
    let core = ServerCore(limits, handler: handler)
    state = Locked(State(daemon: try Daemon(limits, tls: tls, core: core, socket: socket.descriptor)))
  }

  deinit {
    guard let daemon = state.withLock({ $0.daemon }) else { return }
    Task { await daemon.retire(patience: .zero, grace: .zero) }
  }

  /// Requests that have begun and whose answers have not been sent completely.
  public var activeRequests: Int { state.withLock { $0.daemon }?.core.activeCount ?? 0 }

  /// Replaces the certificate and key. A second daemon continues with the same listening socket, and the first ends
  /// when its requests have ended: no request fails, and an unusable pair changes nothing.
  /// - Parameter patience: how long the requests of the old daemon may take before their handlers are cancelled.
  /// - Throws: `.tls` for an unusable pair, `.stopped` after `stop` or during another reload.
  public func reload(tls: EndpointTLS, patience: Duration = .seconds(30)) async throws(EndpointError) {
    let old = state.withLock { state -> Daemon? in
      guard let daemon = state.daemon, !state.isReloading else { return nil }
      state.isReloading = true
      return daemon
    }
    guard let old else { throw EndpointError(kind: .stopped, description: "the server has stopped or is reloading") }
    defer { state.withLock { $0.isReloading = false } }
    let core = ServerCore(limits, handler: handler)
    let new = try Daemon(limits, tls: tls, core: core, socket: try old.duplicateSocket())
    let isStopped = state.withLock { state in
      if state.daemon != nil { state.daemon = new }
      return state.daemon == nil
    }
    await (isStopped ? new : old).retire(patience: isStopped ? .zero : patience, grace: .seconds(2))
  }

  /// Closes the listening socket, cancels the handlers of running requests and gives them `grace` to answer. Then it
  /// answers 503 in place of handlers that ignore the cancellation, and ends. Later calls do nothing.
  public func stop(grace: Duration = .seconds(2)) async {
    let daemon = state.withLock { state in
      defer { state.daemon = nil }
      return state.daemon
    }
    await daemon?.retire(patience: .zero, grace: grace)
  }
}
