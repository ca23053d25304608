import Foundations
import Gateway
import Glibc
import Testing

@testable import GatewayAgent

/// What the gateway does about the answers to its commands.
@Suite struct ManagementCommandTests {
  let context = AgentContext(
    log: Logger(level: .error, format: .text, write: { _ in }),
    time: VirtualTimeSource(),
    runtime: RuntimeDirectory(path: "/nonexistent")
  )

  /// Handles one line that openvpn sends.
  /// - Returns: what the gateway sends back.
  private func reply(to line: String) throws -> String {
    let material = try Samples.material()
    guard case .openVPN(let rendering) = material.daemon else { throw ConfigurationRefusal("not for openvpn") }
    let run = OpenVPNRun(
      context: context,
      rendering: rendering,
      material: material,
      wakeup: Wakeup(),
      shouldEnd: { false },
      gate: CredentialGate(context: context) { _ in [] }
    )
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    run.handle(ManagementLine(line), ends[0], DaemonLogClassifier(material))
    shutdown(ends[0], Int32(SHUT_WR))
    return String(decoding: UnixSocket.receive(ends[1], timeout: .seconds(60)) ?? [], as: UTF8.self)
  }

  /// Without what it was told openvpn would stay as it is for ever.
  @Test func aRefusedCommandIsReportedAndEndsTheProcess() throws {
    #expect(try reply(to: "ERROR: The password is too long") == "signal SIGTERM\n")
    let tunnel = context.snapshot.status.tunnel
    #expect(tunnel.state == .failed && tunnel.failure == .configurationRefused)
    #expect(tunnel.lastError == "openvpn refused a command of the gateway: The password is too long")
  }

  @Test func anAcceptedCommandChangesNothing() throws {
    let before = context.snapshot
    #expect(try reply(to: "SUCCESS: hold release succeeded") == "")
    #expect(context.snapshot == before)
  }
}
