internal import Foundations
internal import Gateway
internal import Glibc

/// UDP: a session for each client of a port.
extension CopyLoop {
  struct SessionKey: Hashable {
    var port: ForwardPort
    var client: ForwardTarget
  }
  struct Session {
    var descriptor: Int32
    var used: ContinuousClock.Instant
  }

  mutating func receive(_ port: ForwardPort, _ listener: Int32) {
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

  mutating func endSession(_ key: SessionKey) {
    guard let session = sessions.removeValue(forKey: key) else { return }
    close(session.descriptor)
    sessionShares.giveBack(key.client.address)
  }

  mutating func answer(_ key: SessionKey, _ session: Session) {
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
