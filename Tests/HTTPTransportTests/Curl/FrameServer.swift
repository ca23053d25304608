internal import Foundations

/// A bare HTTP/2 server in the clear (RFC 9113, begun by an upgrade as of RFC 7540 §3.2), for what no real server does on request: to leave answers out, to fall
/// silent, to refuse a stream.
final class FrameServer: Sendable {
  /// Told apart by the first byte of a header block: `:method GET` and `:method POST` are entries 2 and 3 of HPACK's
  /// static table (RFC 7541, appendix A).
  enum Method: Sendable { case get, post }
  typealias Handler = @Sendable (Session, _ stream: UInt32, Method) -> Void

  private let server: RawServer
  private let silenced: Locked<Int>
  private let received = Locked(0)

  /// - Parameter handle: called for each request on its connection's thread.
  init(_ handle: @escaping Handler) {
    let (count, silenced, received) = (Locked(0), Locked(0), received)
    self.silenced = silenced
    server = RawServer { connection in
      let number = count.withLock { count in
        count += 1
        return count
      }
      let session = Session(connection, received) { number <= silenced.withLock { $0 } }
      session.run(handle)
    }
  }

  var url: String { server.url }
  var connections: Int { server.connections.withLock { $0 } }
  /// How many requests came, also those that a silent connection left unanswered.
  var requests: Int { received.withLock { $0 } }

  /// From now on the connections that there are say nothing more; new ones work.
  func silence() { silenced.withLock { $0 = connections } }

  /// One connection, used by its own thread only.
  final class Session {
    private let connection: RawServer.Connection
    private let received: Locked<Int>
    private let isSilent: @Sendable () -> Bool
    private var buffer: [UInt8] = []
    /// For handlers.
    var openStreams: [UInt32] = []

    init(_ connection: RawServer.Connection, _ received: Locked<Int>, isSilent: @escaping @Sendable () -> Bool) {
      self.connection = connection
      self.received = received
      self.isSilent = isSilent
    }

    /// A whole answer of status 200.
    func answer(_ stream: UInt32, _ body: String) {
      begin(stream)
      write(type: 0, flags: 1, stream, Array(body.utf8))
    }
    /// The head of an answer: `:status 200` is entry 8.
    func begin(_ stream: UInt32) { write(type: 1, flags: 4, stream, [0x88]) }
    func send(_ stream: UInt32, _ body: String) { write(type: 0, flags: 0, stream, Array(body.utf8)) }
    /// GOAWAY without an error: streams above `last` were not and will not be processed (§6.8).
    func goAway(last: UInt32) { write(type: 7, flags: 0, 0, bigEndian(last) + [0, 0, 0, 0]) }

    fileprivate func run(_ handle: Handler) {
      guard let first = connection.readRequest() else { return }
      connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
      write(type: 4, flags: 0, 0, [])
      // The client's preface; the request that asked for the upgrade is stream 1.
      guard take(24) != nil else { return }
      received.withLock { $0 += 1 }
      handle(self, 1, first.hasPrefix("GET") ? .get : .post)
      while let head = take(9), let payload = take(Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])) {
        let stream = head[5...8].reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        switch (head[3], head[4]) {
        case (4, let flags) where flags & 1 == 0: write(type: 4, flags: 1, 0, [])
        case (6, let flags) where flags & 1 == 0: write(type: 6, flags: 1, 0, payload)
        case (1, let flags):
          // A priority of five bytes may stand before the block.
          let block = payload.dropFirst(flags & 0x20 == 0 ? 0 : 5)
          received.withLock { $0 += 1 }
          if !isSilent() { handle(self, stream, block.first == 0x82 ? .get : .post) }
        default: break
        }
      }
    }

    private func take(_ count: Int) -> [UInt8]? {
      while buffer.count < count {
        guard let more = connection.read() else { return nil }
        buffer += more
      }
      defer { buffer.removeFirst(count) }
      return Array(buffer.prefix(count))
    }

    private func write(type: UInt8, flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) {
      guard !isSilent() else { return }
      let length = bigEndian(UInt32(payload.count)).dropFirst()
      var frame = Array(length)
      frame += [type, flags]
      frame += bigEndian(stream)
      connection.write(frame + payload)
    }

    private func bigEndian(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
  }
}
