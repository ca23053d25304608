internal import CCurl
internal import Glibc

/// The sockets that libcurl has open, so that the loop can find the socket of a transfer. Used on the loop thread only;
/// lives as long as the multi handle.
final class CurlSockets {
  /// How long sent data may stay unacknowledged, in milliseconds (RFC 5482). The kernel's own limit is 15 minutes
  /// (`tcp_retries2`), and keepalive does not run meanwhile. Together with keepalive it also ends a silent connection
  /// to a machine that is gone: after 30 s of rest, and two probes 10 s apart.
  static let userTimeout: Int32 = 30_000

  private var descriptors: Set<Int32> = []

  /// Makes libcurl report the sockets that it opens for this handle. It keeps reporting a connection when other handles
  /// use it.
  func follow(_ easy: UnsafeMutableRawPointer) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_set_pointer(easy, CURLOPT_SOCKOPTDATA, context)
    ccurl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, context)
    ccurl_set_socket_opened_callback(easy) { context, socket, _ in
      CurlSockets.at(context)?.opened(socket)
      return Int32(CURL_SOCKOPT_OK)
    }
    ccurl_set_socket_close_callback(easy) { context, socket in
      CurlSockets.at(context)?.descriptors.remove(socket)
      return close(socket)
    }
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> CurlSockets? {
    context.map { Unmanaged<CurlSockets>.fromOpaque($0).takeUnretainedValue() }
  }

  func opened(_ socket: Int32) {
    descriptors.insert(socket)
    var limit = Self.userTimeout
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Resets a connection and leaves its descriptor to libcurl. After shutdown(2) instead, libcurl 7.88 would take an
  /// HTTP/2 connection for alive, because its check before reuse does not treat the end of the stream as an error.
  static func disconnect(_ socket: Int32) {
    var nobody = sockaddr()
    nobody.sa_family = sa_family_t(AF_UNSPEC)
    connect(socket, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
  }

  /// The open socket of a transfer's connection; nil if it has none.
  func socket(of easy: UnsafeMutableRawPointer) -> Int32? {
    descriptors.first { ccurl_uses_socket(easy, $0) != 0 }
  }
}
