internal import Foundations
internal import Gateway
internal import Glibc

/// The open sockets of a `UserlandForwarder`'s thread, and its steps.
struct CopyLoop {
  let context: AgentContext
  var wanted: UserlandForwards?
  var listeners: [ForwardPort: Int32] = [:]
  var connections: [Connection] = []
  /// The number of connections that was reported last.
  var counted = 0
  var sessions: [SessionKey: Session] = [:]
  var connectionShares: SourceShares
  var sessionShares: SourceShares
  var pause = AcceptPause()

  /// Buffer for data in transit; lives as long as the loop, which never ends.
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
    let began = ContinuousClock.now
    waiting += ports.map { ($0.value, $0.key.transport == .tcp ? pause.events(now: began) : Int16(POLLIN)) }
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
    let events = Poll.wait(waiting, for: pause.left(now: began) ?? .seconds(1))
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
}
