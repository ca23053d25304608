import Foundations
import Gateway
import Glibc

@testable import GatewayAgent

/// A TCP connection of the loopback network.
final class TestClient {
  private let descriptor: Int32
  private(set) var isClosed = false

  init?(from address: IPv4Address = IPv4Address(bits: 0x7f00_0001), to port: Int) {
    guard let descriptor = SocketProbe.makeSocket(Int32(SOCK_STREAM.rawValue), device: nil) else { return nil }
    self.descriptor = descriptor
    let bound = SocketProbe.withAddress(ForwardTarget(address: address, port: 0)) { bind(descriptor, $0, $1) }
    let server = ForwardTarget(address: IPv4Address(bits: 0x7f00_0001), port: port)
    let connected = SocketProbe.withAddress(server) { connect(descriptor, $0, $1) }
    guard bound == 0, connected == 0 || errno == EINPROGRESS else { return nil }
  }
  deinit { close(descriptor) }

  func send(_ text: String) {
    _ = Poll.wait([(descriptor, Int16(POLLOUT))], for: .seconds(1))
    _ = UnixSocket.sendAll(descriptor, Array(text.utf8))
  }

  func ask(_ path: String, patience: Duration) -> String {
    send("GET \(path) HTTP/1.1\r\nHost: gateway\r\n\r\n")
    return receive(for: patience)
  }

  /// What comes until the connection ends, or the time does.
  func receive(for duration: Duration) -> String {
    let deadline = ContinuousClock.now.advanced(by: duration)
    var received: [UInt8] = []
    while !isClosed, let bytes = UnixSocket.receive(descriptor, timeout: deadline - .now) {
      isClosed = bytes.isEmpty
      received += bytes
    }
    return String(decoding: received, as: UTF8.self)
  }
}
