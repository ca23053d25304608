import Foundations
import Gateway
import Glibc
import TestSupport
import Testing

@testable import GatewayAgent

/// Real sockets: the listener's clients come from addresses of the loopback network. Its time stands still, so that
/// nobody is served because somebody else's time was over.
@Suite(.serialized) struct StatusListenerTests {
  static let patience = Duration.seconds(60)
  let time = VirtualTimeSource()
  let context: AgentContext
  let listener: StatusListener

  init() throws {
    context = AgentContext(
      log: Logger(level: .error, format: .text, write: { _ in }),
      time: time,
      runtime: RuntimeDirectory(path: "/nonexistent")
    )
    listener = try #require(StatusListener(context: context, port: 0))
    listener.start()
  }

  private func client(_ address: UInt32) throws -> TestClient {
    try #require(TestClient(from: IPv4Address(bits: 0x7f00_0000 + address), to: listener.port))
  }
  /// What a kubelet asks.
  private func probe(from address: UInt32 = 1) throws -> String {
    try client(address).ask("/livez", patience: Self.patience)
  }
  private func hold(from address: UInt32) throws -> TestClient {
    let tag = EndpointAnswer.entityTag(of: context.snapshot.status)
    let client = try client(address)
    client.send("GET /status HTTP/1.1\r\nIf-None-Match: \(tag)\r\nPrefer: wait=30\r\n\r\n")
    return client
  }

  @Test func silentClientsFailNoProbe() throws {
    for addresses in [UInt32(1), 30, 300] {
      let silent = try (0..<300).map { try client(2 + $0 % addresses) }
      for _ in 0..<3 { #expect(try probe().hasPrefix("HTTP/1.1 200 OK\r\n"), "\(addresses) addresses") }
      withExtendedLifetime(silent) {}
    }
  }

  /// They may come through the node's address, as the kubelet does.
  @Test func silentClientsOfTheProbesOwnAddressFailNoProbe() throws {
    let silent = try (0..<300).map { _ in try client(1) }
    for _ in 0..<3 { #expect(try probe().hasPrefix("HTTP/1.1 200 OK\r\n")) }
    withExtendedLifetime(silent) {}
  }

  @Test func manyHeldRequestsFailNeitherProbesNorTheOperator() throws {
    let operators = try hold(from: 1)
    let others = try (0..<300).map { try hold(from: 2 + $0 % 100) }
    for _ in 0..<3 { #expect(try probe().hasPrefix("HTTP/1.1 200 OK\r\n")) }
    let full = try client(1).ask("/status", patience: Self.patience)
    #expect(full.contains("ETag: ") && full.contains("\"state\":\"Connecting\""))
    #expect(operators.receive(for: .milliseconds(1)) == "", "nothing has changed")
    context.update { $0.tunnel.failed(DaemonFailure(.other, "news")) }
    let news = operators.receive(for: Self.patience)
    #expect(news.hasPrefix("HTTP/1.1 200 OK\r\n") && news.contains("\"lastError\":\"news\""))
    withExtendedLifetime(others) {}
  }

  @Test func theFifthHeldRequestOfAnAddressReleasesTheFirst() throws {
    let held = try (0..<5).map { _ in try hold(from: 2) }
    #expect(held[0].receive(for: Self.patience).hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
    for client in held.dropFirst() { #expect(client.receive(for: .milliseconds(1)) == "") }
  }

  @Test func silenceEnds() async throws {
    let silent = try client(2)
    silent.send("GET /livez HTT")
    // The listener looks at the time when something happens, and every few seconds.
    let hasEnded = await eventually {
      time.advance(by: StatusListener.patience)
      return silent.receive(for: .milliseconds(10)) == "" && silent.isClosed
    }
    #expect(hasEnded)
  }
}
