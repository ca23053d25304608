internal import Gateway
internal import Glibc

/// One connection to charon's control socket, for one thread. It is unusable after an error.
final class ViciConnection {
  enum Failure: Error, Hashable { case closed, timedOut, malformed, unknown(String) }

  let descriptor: Int32
  private var buffer: [UInt8] = []

  init?(path: String) {
    guard let descriptor = UnixSocket.connect(path) else { return nil }
    self.descriptor = descriptor
  }
  deinit { close(descriptor) }

  /// Sends a command and waits for its answer.
  func request(
    _ command: String,
    _ message: ConfigurationSection = ConfigurationSection(),
    timeout: Duration = .seconds(10)
  ) throws(Failure) -> ConfigurationSection {
    try send(.request(command, message))
    while true {
      switch try receive(timeout: timeout) {
      case .response(let answer): return answer
      case .unknownCommand: throw .unknown(command)
      default: continue
      }
    }
  }

  /// Sends a command and collects the `event`s that carry its answer.
  func stream(_ command: String, event: String) throws(Failure) -> [ConfigurationSection] {
    try register(event)
    try send(.request(command, ConfigurationSection()))
    var parts: [ConfigurationSection] = []
    while true {
      switch try receive(timeout: .seconds(10)) {
      case .event(event, let part): parts.append(part)
      case .response:
        try send(.unregister(event))
        try awaitConfirmation(event)
        return parts
      case .unknownCommand: throw .unknown(command)
      default: continue
      }
    }
  }

  func register(_ event: String) throws(Failure) {
    try send(.register(event))
    try awaitConfirmation(event)
  }
  private func awaitConfirmation(_ event: String) throws(Failure) {
    while true {
      switch try receive(timeout: .seconds(10)) {
      case .confirmed: return
      case .unknownEvent: throw .unknown(event)
      default: continue
      }
    }
  }

  /// The next event; nil after `timeout`.
  func event(timeout: Duration) throws(Failure) -> (name: String, message: ConfigurationSection)? {
    do throws(Failure) {
      if case .event(let name, let message) = try receive(timeout: timeout) { return (name, message) }
      return nil
    } catch {
      if error == .timedOut { return nil }
      throw error
    }
  }

  private func send(_ packet: ViciPacket) throws(Failure) {
    guard UnixSocket.sendAll(descriptor, packet.encoded) else { throw .closed }
  }

  private func receive(timeout: Duration) throws(Failure) -> ViciPacket {
    let deadline = ContinuousClock.now.advanced(by: timeout)
    while true {
      if buffer.count >= 4 {
        let length = buffer[0..<4].reduce(0) { $0 << 8 | Int($1) }
        guard (1...ViciPacket.maximumLength).contains(length) else { throw .malformed }
        if buffer.count >= 4 + length {
          defer { buffer.removeFirst(4 + length) }
          do { return try ViciPacket(decoding: buffer[4..<4 + length]) } catch { throw .malformed }
        }
      }
      guard let bytes = UnixSocket.receive(descriptor, timeout: max(.zero, deadline - .now)) else { throw .timedOut }
      guard !bytes.isEmpty else { throw .closed }
      buffer += bytes
    }
  }
}
