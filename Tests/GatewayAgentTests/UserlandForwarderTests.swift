import Foundations
import Gateway
import Glibc
import TestSupport
import Testing

@testable import GatewayAgent

/// Real sockets on the loopback network.
@Suite(.timeLimit(.minutes(10))) struct UserlandForwarderTests {
  private static let context = AgentContext(
    log: Logger(level: .error, format: .text, write: { _ in }),
    time: SystemTimeSource(),
    runtime: RuntimeDirectory(path: "/nonexistent")
  )
  private static func address(_ number: UInt32) -> IPv4Address { IPv4Address(bits: 0x7f00_0000 + number) }

  @Test func `a client address that wants every connection leaves places for others`() async throws {
    let target = try #require(ServerSocket.open(port: 0, backlog: 64))
    let port = try Self.freePort()
    let forwarder = UserlandForwarder(context: Self.context, maximumConnections: 8)
    var forwards = UserlandForwards(device: "lo", siblings: [])
    let targetPort = try #require(ServerSocket.port(of: target))
    forwards.ports[ForwardPort(transport: .tcp, port: port)] = UserlandForwards.Target(
      declared: "target",
      resolved: ForwardTarget(address: Self.address(1), port: targetPort)
    )
    forwarder.follow(forwards)
    forwarder.start()
    var greedy: [TestClient] = []
    func connect() {
      guard let client = TestClient(from: Self.address(2), to: port) else { return }
      _ = client.receive(for: .milliseconds(20))
      greedy.append(client)
    }
    // Refused until the forwarder listens.
    let isListening = await eventually {
      greedy = []
      connect()
      return greedy.contains { !$0.isClosed }
    }
    try #require(isListening)
    while greedy.count < 10 { connect() }
    var arrived: [Int32] = []
    var pause = AcceptPause()
    func accept() { while let (descriptor, _) = ServerSocket.accept(target, &pause) { arrived.append(descriptor) } }
    let areSettled = await eventually {
      accept()
      for client in greedy { _ = client.receive(for: .milliseconds(1)) }
      return arrived.count == 4 && greedy.count(where: \.isClosed) == 6
    }
    #expect(areSettled, "\(arrived.count) arrived")
    let other = try #require(TestClient(from: Self.address(3), to: port))
    other.send("hello")
    #expect(
      await eventually {
        accept()
        return arrived.count == 5
      }
    )
    let last = try #require(arrived.last)
    #expect(UnixSocket.receive(last, timeout: .seconds(30)) == Array("hello".utf8))
    for descriptor in arrived { close(descriptor) }
    close(target)
  }

  private static func freePort() throws -> Int {
    let socket = try #require(ServerSocket.open(port: 0, backlog: 1))
    defer { close(socket) }
    return try #require(ServerSocket.port(of: socket))
  }
}
