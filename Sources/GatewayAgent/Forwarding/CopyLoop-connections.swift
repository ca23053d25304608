internal import Foundations
internal import Gateway
internal import Glibc

extension CopyLoop {
  struct Connection {
    var port: ForwardPort
    var source: IPv4Address
    var up: CopiedStream
    var down: CopiedStream
    var isConnecting = true
    var deadline: ContinuousClock.Instant
    var client: Int32 { up.from }
    var target: Int32 { up.to }
  }

  /// The most connections accepted in one step, as many as can wait. Without a limit, a client that connects without a
  /// pause would starve the others.
  private static let mostAtOnce = Int(UserlandForwarder.backlog)

  static func events(in reading: CopiedStream, out writing: CopiedStream) -> Int16 {
    Int16((reading.pending.isEmpty && !reading.ended ? POLLIN : 0) | (writing.pending.isEmpty ? 0 : POLLOUT))
  }

  /// False when the connection is over.
  func advance(
    _ connection: inout Connection,
    _ client: Int16,
    _ target: Int16,
    _ now: ContinuousClock.Instant
  ) -> Bool {
    guard (client | target) & Int16(POLLERR) == 0 else { return false }
    if connection.isConnecting {
      guard client == 0 else { return false }
      guard target != 0 else { return now < connection.deadline }
      var error: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(connection.target, SOL_SOCKET, SO_ERROR, &error, &size)
      guard error == 0 else { return false }
      connection.isConnecting = false
      return true
    }
    let (readable, writable) = (Int16(POLLIN | POLLHUP | POLLERR), Int16(POLLOUT))
    guard connection.up.move(canRead: client & readable != 0, canWrite: target & writable != 0, scratch),
      connection.down.move(canRead: target & readable != 0, canWrite: client & writable != 0, scratch)
    else { return false }
    return !(connection.up.isClosed && connection.down.isClosed)
  }

  /// Closes both ends at once, with a reset unless both sides had finished.
  mutating func end(_ connection: Connection) {
    connectionShares.giveBack(connection.source)
    if !(connection.up.isClosed && connection.down.isClosed) {
      var immediate = linger(l_onoff: 1, l_linger: 0)
      let size = socklen_t(MemoryLayout<linger>.size)
      setsockopt(connection.client, SOL_SOCKET, SO_LINGER, &immediate, size)
      setsockopt(connection.target, SOL_SOCKET, SO_LINGER, &immediate, size)
    }
    close(connection.client)
    close(connection.target)
  }

  /// Closes new connections of an address that has its share: left in the queue, they would keep others waiting.
  mutating func accept(_ port: ForwardPort, _ listener: Int32) -> [Connection] {
    var accepted: [Connection] = []
    while accepted.count < Self.mostAtOnce, let (client, address) = ServerSocket.accept(listener, &pause) {
      let source = address.address
      guard let (target, device) = wanted?.destination(of: port, from: source), connectionShares.take(source) else {
        close(client)
        continue
      }
      guard let descriptor = SocketProbe.makeSocket(Int32(SOCK_STREAM.rawValue), device: device) else {
        connectionShares.giveBack(source)
        close(client)
        continue
      }
      var yes: Int32 = 1
      for socket in [client, descriptor] {
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
      }
      let result = SocketProbe.withAddress(target) { connect(descriptor, $0, $1) }
      guard result == 0 || errno == EINPROGRESS else {
        connectionShares.giveBack(source)
        close(client)
        close(descriptor)
        continue
      }
      context.count { $0.userlandConnections &+= 1 }
      accepted.append(
        Connection(
          port: port,
          source: source,
          up: CopiedStream(from: client, to: descriptor),
          down: CopiedStream(from: descriptor, to: client),
          deadline: .now.advanced(by: UserlandForwarder.connectTimeout)
        )
      )
    }
    return accepted
  }
}
