internal import CMicroHTTPD
internal import Foundations
internal import Glibc

/// A libmicrohttpd daemon: a thread, a listening socket and a core. `retire` stops it, exactly once.
final class Daemon: @unchecked Sendable {
  let core: ServerCore
  private let handle: OpaquePointer
  private let socket: Int32

  /// Spare places for connections that are being closed.
  private static let spare: UInt32 = 64

  /// Takes ownership of `socket`, even if it throws.
  init(_ limits: HTTPServer.Limits, tls: EndpointTLS?, core: ServerCore, socket: Int32) throws(EndpointError) {
    self.core = core
    var settings = cmicrohttpd_options()
    settings.listen_socket = socket
    settings.idle_timeout = max(1, limits.silence)
    // Connections beyond our own limit are accepted as well, so that an older one can be closed for them.
    settings.max_connections = max(1, limits.connections) + Self.spare
    settings.connection_memory = max(1024, limits.head)
    let context = Unmanaged.passUnretained(core).toOpaque()
    let started: OpaquePointer?
    if let tls {
      guard MHD_is_feature_supported(.FEATURE_TLS) == .YES else {
        close(socket)
        throw EndpointError(kind: .tls, description: "this libmicrohttpd was built without TLS")
      }
      started = String(decoding: tls.key, as: UTF8.self).withCString { key in
        String(decoding: tls.certificate, as: UTF8.self).withCString { certificate in
          settings.tls_key = key
          settings.tls_certificate = certificate
          return cmicrohttpd_start(
            settings,
            Daemon.handleAccess,
            Daemon.handleCompletion,
            Daemon.handleConnection,
            context
          )
        }
      }
    } else {
      started = cmicrohttpd_start(
        settings,
        Daemon.handleAccess,
        Daemon.handleCompletion,
        Daemon.handleConnection,
        context
      )
    }
    guard let started else {
      close(socket)
      throw tls == nil
        ? EndpointError(kind: .listen, description: "libmicrohttpd did not start")
        : EndpointError(
          kind: .tls,
          description: "libmicrohttpd did not start: the certificate and the key are no PEM, or no pair"
        )
    }
    handle = started
    self.socket = socket
  }

  /// A second descriptor of the listening socket. Do not call it after `retire`.
  func duplicateSocket() throws(EndpointError) -> Int32 {
    let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else {
      throw EndpointError(kind: .listen, description: "no file descriptor: \(String(cString: strerror(errno)))")
    }
    return copy
  }

  /// How long a connection that was just accepted has for its first request, a TLS handshake and a head, once the
  /// daemon accepts no others. A client that only connects must not hold up a reload for longer.
  private static let firstRequest: Duration = .seconds(2)

  /// Stops accepting, lets requests finish for `patience`, then cancels their handlers, and after `grace` answers in
  /// their place. Takes at most a second more. A connection accepted before counts as a request.
  func retire(patience: Duration, grace: Duration) async {
    core.enter(.draining)
    let socket = MHD_quiesce_daemon(handle)
    if socket >= 0 { close(socket) }
    if patience > .zero {
      // The thread may be accepting a connection at this moment.
      await wait(for: .milliseconds(20)) { _ in false }
      await wait(for: min(patience, Self.firstRequest)) { !$0.isAwaited }
    }
    await wait(for: patience) { $0.activeCount == 0 }
    core.enter(.cancelling)
    await wait(for: grace) { $0.activeCount == 0 }
    core.enter(.closed)
    // Connections that were just resumed still send their answers; slow readers get no more than this.
    await wait(for: .seconds(1)) { $0.activeCount == 0 }
    // Every connection has been answered; a thread may still be between the answer and the resume.
    await wait(for: .seconds(3600)) { $0.suspendedCount == 0 }
    MHD_stop_daemon(handle)
  }

  private func wait(for limit: Duration, until condition: (ServerCore) -> Bool) async {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while !condition(core), ContinuousClock.now < deadline {
      // Detached from the caller's cancellation, because a cancelled stop must still wait.
      await Task.detached { try? await Task.sleep(for: .milliseconds(5)) }.value
    }
  }
}
