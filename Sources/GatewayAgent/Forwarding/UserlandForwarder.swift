internal import Foundations
internal import Gateway
internal import Glibc

/// Copies between clients and targets where the kernel cannot forward: TCP both ways with half-closes, UDP by session.
/// One thread and `poll`; about a tenth less throughput than the kernel's way, and a copy of each byte (facts).
final class UserlandForwarder: Sendable {
  /// TCP connections, and as many UDP sessions; for how they are shared out see `SourceShares`.
  static let maximumConnections = 4096
  /// Connections to one port that the kernel keeps until they are accepted.
  static let backlog: Int32 = 512
  static let bufferSize = 65_536
  static let sessionIdle = Duration.seconds(60)
  static let connectTimeout = Duration.seconds(10)

  private let context: AgentContext
  private let maximumConnections: Int
  private let wanted = Locked<UserlandForwards?>(nil)
  private let wakeup = Wakeup()

  init(context: AgentContext, maximumConnections: Int = maximumConnections) {
    self.context = context
    self.maximumConnections = maximumConnections
  }

  func start() {
    WorkerThread.start("copying") {
      var loop = Loop(context: self.context, maximumConnections: self.maximumConnections)
      while true {
        self.context.beat("copying")
        if let wanted = self.wanted.withLock({ $0 }), wanted != loop.wanted { loop.follow(wanted) }
        loop.step(wakeup: self.wakeup)
      }
    }
  }

  func follow(_ forwards: UserlandForwards) {
    let changed = wanted.withLock { wanted in
      defer { wanted = forwards }
      return wanted != forwards
    }
    if changed { wakeup.signal() }
  }
}

extension UserlandForwarder {
  /// One direction of a TCP connection.
  private struct Stream {
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

  private struct Connection {
    var port: ForwardPort
    var source: IPv4Address
    var up: Stream
    var down: Stream
    var isConnecting = true
    var deadline: ContinuousClock.Instant
    var client: Int32 { up.from }
    var target: Int32 { up.to }
  }

  private struct SessionKey: Hashable {
    var port: ForwardPort
    var client: ForwardTarget
  }
  private struct Session {
    var descriptor: Int32
    var used: ContinuousClock.Instant
  }

  private struct Loop {
    let context: AgentContext
    var wanted: UserlandForwards?
    var listeners: [ForwardPort: Int32] = [:]
    var connections: [Connection] = []
    /// As reported last.
    var counted = 0
    var sessions: [SessionKey: Session] = [:]
    var connectionShares: SourceShares
    var sessionShares: SourceShares

    /// Connections that are accepted in one step, as many as wait at most: without a limit, a client that comes without a
    /// pause would keep the others from being served.
    private static let mostAtOnce = Int(UserlandForwarder.backlog)

    /// For what is in passing; lives as long as the loop, which is for ever.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: UserlandForwarder.bufferSize, alignment: 16)

    init(context: AgentContext, maximumConnections: Int) {
      self.context = context
      connectionShares = SourceShares(total: maximumConnections)
      sessionShares = SourceShares(total: maximumConnections)
    }

    mutating func follow(_ next: UserlandForwards) {
      let former = wanted
      wanted = next
      for (port, descriptor) in listeners where next.ports[port] == nil {
        close(descriptor)
        listeners[port] = nil
      }
      for port in next.ports.keys where listeners[port] == nil {
        listeners[port] = listen(on: port, next.clientDevice)
      }
      let changed = Set((former?.ports ?? [:]).filter { next.ports[$0.key]?.declared != $0.value.declared }.keys)
      for connection in connections where changed.contains(connection.port) { end(connection) }
      connections.removeAll { changed.contains($0.port) }
      let moved = former?.handOver != next.handOver
      for key in Array(sessions.keys) where changed.contains(key.port) || moved { endSession(key) }
    }

    private func listen(on port: ForwardPort, _ device: String?) -> Int32? {
      let backlog: Int32? = port.transport == .tcp ? UserlandForwarder.backlog : nil
      let descriptor = ServerSocket.open(port: port.port, backlog: backlog, device: device)
      if descriptor == nil { context.log.error("could not listen", ["port": .string(port.description)]) }
      return descriptor
    }

    mutating func step(wakeup: Wakeup) {
      var waiting = [(wakeup.descriptor, Int16(POLLIN))]
      let ports = Array(listeners)
      waiting += ports.map { ($0.value, Int16(POLLIN)) }
      let keys = Array(sessions)
      waiting += keys.map { ($0.value.descriptor, Int16(POLLIN)) }
      for connection in connections {
        waiting.append(
          (connection.client, connection.isConnecting ? 0 : Self.events(in: connection.up, out: connection.down))
        )
        waiting.append(
          connection.isConnecting
            ? (connection.target, Int16(POLLOUT))
            : (connection.target, Self.events(in: connection.down, out: connection.up))
        )
      }
      let events = Poll.wait(waiting, for: .seconds(1))
      wakeup.take()
      var index = 1
      var accepted: [Connection] = []
      for (port, descriptor) in ports {
        if events[index] != 0 {
          if port.transport == .tcp { accepted += accept(port, descriptor) } else { receive(port, descriptor) }
        }
        index += 1
      }
      for (key, session) in keys {
        if events[index] != 0 { answer(key, session) }
        index += 1
      }
      let now = ContinuousClock.now
      var open: [Connection] = []
      for connection in connections {
        var connection = connection
        if advance(&connection, events[index], events[index + 1], now) {
          open.append(connection)
        } else {
          end(connection)
        }
        index += 2
      }
      connections = open + accepted
      if connections.count != counted {
        counted = connections.count
        context.count { [counted] in $0.copiedConnections = Int64(counted) }
      }
      let idle = sessions.filter { now - $0.value.used > UserlandForwarder.sessionIdle }
      for key in idle.keys { endSession(key) }
    }

    private static func events(in reading: Stream, out writing: Stream) -> Int16 {
      Int16((reading.pending.isEmpty && !reading.ended ? POLLIN : 0) | (writing.pending.isEmpty ? 0 : POLLOUT))
    }

    /// False when the connection is over.
    private func advance(
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

    /// Both ends at once; with a reset unless all was said.
    private mutating func end(_ connection: Connection) {
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

    /// Closes those of an address that has its share: left in the queue, they would keep others waiting.
    private mutating func accept(_ port: ForwardPort, _ listener: Int32) -> [Connection] {
      var accepted: [Connection] = []
      while accepted.count < Self.mostAtOnce, let (client, address) = ServerSocket.accept(listener) {
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
            up: Stream(from: client, to: descriptor),
            down: Stream(from: descriptor, to: client),
            deadline: .now.advanced(by: UserlandForwarder.connectTimeout)
          )
        )
      }
      return accepted
    }

    private mutating func receive(_ port: ForwardPort, _ listener: Int32) {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      for _ in 0..<64 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &address) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            recvfrom(listener, &buffer, buffer.count, 0, $0, &size)
          }
        }
        guard count >= 0 else { return }
        let key = SessionKey(port: port, client: ServerSocket.target(address))
        if sessions[key] == nil { sessions[key] = session(key) }
        guard let session = sessions[key] else { continue }
        sessions[key]?.used = .now
        _ = send(session.descriptor, buffer, count, Int32(MSG_NOSIGNAL))
      }
    }

    private mutating func session(_ key: SessionKey) -> Session? {
      guard let (target, device) = wanted?.destination(of: key.port, from: key.client.address),
        sessionShares.take(key.client.address)
      else { return nil }
      if let descriptor = SocketProbe.makeSocket(Int32(SOCK_DGRAM.rawValue), device: device) {
        if SocketProbe.withAddress(target, { connect(descriptor, $0, $1) }) == 0 {
          return Session(descriptor: descriptor, used: .now)
        }
        close(descriptor)
      }
      sessionShares.giveBack(key.client.address)
      return nil
    }

    private mutating func endSession(_ key: SessionKey) {
      guard let session = sessions.removeValue(forKey: key) else { return }
      close(session.descriptor)
      sessionShares.giveBack(key.client.address)
    }

    private mutating func answer(_ key: SessionKey, _ session: Session) {
      guard let listener = listeners[key.port] else { return }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      for _ in 0..<64 {
        let count = recv(session.descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { return }
        sessions[key]?.used = .now
        _ = SocketProbe.withAddress(key.client) { sendto(listener, buffer, count, Int32(MSG_NOSIGNAL), $0, $1) }
      }
    }
  }
}
