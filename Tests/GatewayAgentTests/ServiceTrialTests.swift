import Glibc
import TestSupport
import Testing

@testable import GatewayAgent

@Suite struct ServiceTrialTests {
  private struct Listener {
    var descriptor: Int32
    var port: UInt16
  }

  private func listener() throws -> Listener {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    try #require(isBound)
    return Listener(descriptor: descriptor, port: UInt16(bigEndian: address.sin_port))
  }

  @Test func aListenerIsReached() throws {
    let listener = try listener()
    defer { close(listener.descriptor) }
    listen(listener.descriptor, 1)
    let verdict = ServiceTrial.attempt("127.0.0.1", listener.port, patience: .seconds(30), hold: .milliseconds(50))
    #expect(verdict.isReached)
    #expect(verdict.message.hasPrefix("127.0.0.1 is 127.0.0.1, connected in "))
  }

  /// Bound and not listening: nobody else gets the port.
  @Test func aClosedPortRefuses() throws {
    let listener = try listener()
    defer { close(listener.descriptor) }
    let verdict = ServiceTrial.attempt("127.0.0.1", listener.port, patience: .seconds(30), hold: .zero)
    #expect(verdict == .init(isReached: false, message: "127.0.0.1 is 127.0.0.1, which refused the connection"))
  }

  /// What a gateway in user space does whose target does not answer.
  @Test func aConnectionThatIsClosedAtOnceDoesNotCount() throws {
    let listener = try listener()
    listen(listener.descriptor, 1)
    WorkerThread.start("closer") {
      let accepted = accept(listener.descriptor, nil, nil)
      close(accepted)
      close(listener.descriptor)
    }
    let verdict = ServiceTrial.attempt("127.0.0.1", listener.port, patience: .seconds(60), hold: .seconds(60))
    #expect(!verdict.isReached)
    #expect(verdict.message.hasSuffix("closed it: what is behind it does not answer"))
  }

  @Test func whatIsNoAddressIsRefused() {
    for words in [[], ["vpn"], ["vpn:0"], [":80"], ["vpn:70000"], ["vpn:80", "vpn:81"]] {
      #expect(ServiceTrial.run(words) == 2)
    }
  }
}
