internal import Foundations
internal import Gateway
internal import Glibc

/// Serves `EndpointAnswer`s over HTTP/1.1 on one thread, one request a connection. If the client already has the
/// present `/status`, its request is held until the status changes (docs/decisions/0002). Silent and slow clients are
/// disconnected after 2 s, and an address with many connections loses some when others arrive (`ClientAdmission`).
final class StatusListener: Sendable {
  static let patience = Duration.seconds(2)
  /// How many connections the kernel queues: a burst of others must not keep a probe from being accepted.
  static let backlog: Int32 = 1024

  let port: Int
  private let context: AgentContext
  private let descriptor: Int32
  private let changed: Wakeup

  /// Nil when the port is taken.
  /// - Parameters:
  ///   - port: 0: any free one.
  ///   - device: accept only what arrives on this network device; nil: on any.
  init?(context: AgentContext, port: Int, device: String? = nil) {
    guard let descriptor = ServerSocket.open(port: port, backlog: Self.backlog, device: device) else { return nil }
    self.context = context
    self.descriptor = descriptor
    self.port = ServerSocket.port(of: descriptor) ?? port
    changed = context.listen()
  }

  func start() {
    WorkerThread.start("status") {
      var clients = StatusClients(context: self.context)
      var pause = AcceptPause()
      while true {
        self.context.beat("status")
        let now = ContinuousClock.now
        let waiting = [(self.changed.descriptor, Int16(POLLIN)), (self.descriptor, pause.events(now: now))]
        let patience = min(clients.untilNextDeadline, pause.left(now: now) ?? .seconds(5))
        let events = Poll.wait(waiting + clients.waiting, for: patience)
        if self.changed.take() { clients.statusMayHaveChanged() }
        clients.advance(Array(events.dropFirst(2)))
        // Bounded, so that a stream of new clients does not starve the present ones.
        for _ in 0..<(events[1] == 0 ? 0 : Self.backlog) {
          guard let (descriptor, client) = ServerSocket.accept(self.descriptor, &pause) else { break }
          clients.admit(descriptor, from: client.address)
        }
      }
    }
  }
}
