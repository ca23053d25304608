internal import CCurl
internal import CSystem
internal import Glibc

/// Abandons connections whose other end no longer answers.
///
/// Streams of HTTP/2 share a connection. When a stream reaches its time limit, libcurl ends the stream and keeps the
/// connection, and version 7.88 sends no PING to find out more. TCP does not notice the failure if a load balancer
/// acknowledges packets for a server that hangs. Every later request would then wait on the same connection until its
/// own limit.
///
///     a transfer ended by                  and its connection was silent for                    the connection is
///     its total or idle limit              half of the time that it waited, 4 to 15 s           abandoned
///     the cancellation of a `send`         half of the time that it waited, 4 to 15 s           abandoned
///     either of them                       less, because others are served on it                kept
///     the cancellation of a stream         –                                                    kept
///
/// With requests every few seconds and the default limit of 30 s, requests succeed again less than 50 s after the
/// connection fell silent. A lease request is cancelled after 5 s, so a leader, or a candidate, abandons the connection
/// in less than 10 s. The other streams of the connection fail with `.reset`. libcurl repeats those that are harmless
/// to repeat and have no answer yet.
extension CurlLoop {
  func leaveSilentConnection(of transfer: CurlTransfer, _ kind: TransportError.Kind) {
    guard let waited = transfer.waitedInVain(kind), transfer.wasSent, let socket = sockets.socket(of: transfer.easy)
    else { return }
    let range = options.longestSilence
    let limit = min(max(waited / 2, milliseconds(range.lowerBound)), milliseconds(range.upperBound))
    let silence = Int64(system_silence_milliseconds(socket))
    guard silence < 0 || silence >= limit else { return }
    CurlSockets.disconnect(socket)
    hasLostConnection = true
  }

  /// Makes libcurl notice lost connections before new requests begin, so that none of them begins on one.
  func failLostStreams() {
    var running: Int32 = 0
    while hasLostConnection {
      hasLostConnection = false
      curl_multi_perform(multi, &running)
      collectFinished()
    }
  }

  private func milliseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
  }
}

extension CurlTransfer {
  /// The time that the transfer waited in vain, in milliseconds; nil if it ended for another reason.
  fileprivate func waitedInVain(_ kind: TransportError.Kind) -> Int64? {
    switch (kind, start.sink) {
    case (.timeout, _), (.cancelled, .whole): monotonicMilliseconds() - begun
    case (.idle, _): monotonicMilliseconds() - lastActivity
    default: nil
    }
  }
}
