internal import Foundations
internal import Gateway
internal import Glibc

/// Answers on the policy canary's port: the same few bytes to everyone, at once and without reading what the client
/// sends, so that no client waits for another.
final class CanaryListener: Sendable {
  /// The most clients that have their answer but have not closed yet. If the gateway closed first, a late request would
  /// reset the connection, and the answer could be lost.
  static let mostLingering = 32
  static let patience = Duration.seconds(2)

  let port: Int
  private let descriptor: Int32

  /// Nil when the port is taken, with the reason in `errno`.
  /// - Parameters:
  ///   - port: 0: any free one.
  ///   - device: accept only what arrives on this device; nil: on any.
  init?(port: Int = PolicyCanary.port, device: String? = nil) {
    guard let descriptor = ServerSocket.open(port: port, backlog: 64, device: device) else { return nil }
    self.descriptor = descriptor
    self.port = ServerSocket.port(of: descriptor) ?? port
  }

  func start() {
    WorkerThread.start("canary") {
      var lingering: [(descriptor: Int32, deadline: ContinuousClock.Instant)] = []
      var pause = AcceptPause()
      while true {
        let began = ContinuousClock.now
        let waiting = [(self.descriptor, pause.events(now: began))] + lingering.map { ($0.descriptor, Int16(POLLIN)) }
        let patience = lingering.isEmpty ? Duration.seconds(3600) : .milliseconds(500)
        let events = Poll.wait(waiting, for: min(patience, pause.left(now: began) ?? patience))
        let now = ContinuousClock.now
        var kept = zip(lingering, events.dropFirst()).filter { client, event in
          (event == 0 || Self.isOpen(client.descriptor)) && now < client.deadline
        }.map(\.0)
        if events[0] != 0, let client = ServerSocket.accept(self.descriptor, &pause)?.descriptor {
          Self.answer(client)
          kept.append((client, now.advanced(by: Self.patience)))
        }
        if kept.count > Self.mostLingering { kept.removeFirst() }
        let open = Set(kept.map(\.descriptor))
        for (descriptor, _) in lingering where !open.contains(descriptor) { close(descriptor) }
        lingering = kept
      }
    }
  }

  /// The answer fits into the send buffer of a new connection.
  private static func answer(_ client: Int32) {
    _ = UnixSocket.sendAll(client, Array(PolicyCanary.answer.utf8))
    shutdown(client, Int32(SHUT_WR))
  }

  /// Discards what the client sent. False when the connection is closed.
  private static func isOpen(_ client: Int32) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(client, &buffer, buffer.count, 0)
    return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
  }
}
