internal import Glibc

/// One direction of a TCP connection.
struct CopiedStream {
  var from: Int32
  var to: Int32
  var pending: ArraySlice<UInt8> = []
  var ended = false
  var isClosed = false

  /// False when the connection is broken.
  mutating func move(canRead: Bool, canWrite: Bool, _ scratch: UnsafeMutableRawBufferPointer) -> Bool {
    if !pending.isEmpty, canWrite {
      let count = pending.withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      pending = pending.dropFirst(count)
    }
    if canRead, pending.isEmpty, !ended {
      let received = recv(from, scratch.baseAddress, scratch.count, 0)
      if received < 0 { return errno == EAGAIN || errno == EINTR }
      ended = received == 0
      if received > 0 {
        let sent = send(to, scratch.baseAddress, received, Int32(MSG_NOSIGNAL))
        if sent < 0 && errno != EAGAIN && errno != EINTR { return false }
        if sent < received { pending = ArraySlice(Array(scratch[max(0, sent)..<received])) }
      }
    }
    if ended && pending.isEmpty && !isClosed {
      shutdown(to, Int32(SHUT_WR))
      isClosed = true
    }
    return true
  }
}
