import Foundations
import Gateway
import Testing

@testable import GatewayAgent

/// The lines are conntrack's own (1.4.7, on Linux 6.1).
@Suite struct ConnectionTrackerTests {
  private static let began =
    "[1795705428.411015]\t    [NEW] tcp      6 120 SYN_SENT src=10.244.1.5 dst=10.244.1.9 sport=50938 dport=33000 "
    + "[UNREPLIED] src=192.168.100.30 dst=10.0.0.5 sport=8080 dport=50938 id=715388847"
  private static let closed =
    "[1795705430.161015]\t [UPDATE] tcp      6 120 TIME_WAIT src=10.244.1.5 dst=10.244.1.9 sport=50938 dport=33000 "
    + "src=192.168.100.30 dst=10.0.0.5 sport=8080 dport=50938 [ASSURED] id=715388847"
  private static let forgotten =
    "[1795705550.437001]\t[DESTROY] tcp      6 118 TIME_WAIT src=10.244.1.5 dst=10.244.1.9 sport=50938 dport=33000 "
    + "packets=6 bytes=399 src=192.168.100.30 dst=10.0.0.5 sport=8080 dport=50938 packets=6 bytes=1226 [ASSURED] "
    + "id=715388847 [USERSPACE] portid=2460511708"
  private static let datagram =
    "[1795705428.413766]\t    [NEW] udp      17 30 src=10.244.1.5 dst=10.244.1.9 sport=46207 dport=33001 [UNREPLIED] "
    + "src=10.244.2.7 dst=10.0.0.5 sport=33001 dport=46207 id=421776272"
  private static let forward = GatewayConfiguration.Forward(
    owner: "production/erp",
    portName: "http",
    transport: .tcp,
    port: 33000,
    targetHost: "192.168.100.30",
    targetPort: 8080
  )

  /// What the log holds after these lines.
  private func log(_ lines: [String], siblings: Set<IPv4Address> = []) -> [String] {
    let written = Locked<[String]>([])
    let logger = Logger(write: { line in written.withLock { $0.append(line) } }).inFormat(.json)
    var tracker = ConnectionTracker()
    for event in lines.compactMap(ConntrackEvent.init) {
      let forwards = [Self.forward.forwardPort: Self.forward]
      guard let line = tracker.line(for: event, forwards, siblings: siblings) else { continue }
      logger.info(line.message, line.fields)
    }
    return written.withLock { $0 }
  }

  @Test func aConnectionHasALineWhenItBeginsAndOneWhenItEnds() {
    let lines = log([Self.began, Self.closed, Self.forgotten])
    #expect(lines.count == 2)
    let way =
      #""client":"10.244.1.5","clientPort":50938,"port":33000,"protocol":"TCP","forward":"production/erp/http","#
      + #""target":"192.168.100.30:8080""#
    #expect(lines.first?.hasSuffix("\"message\":\"connection began\",\(way)}\n") == true, "\(lines)")
    // It ended when it closed, not when the kernel forgot it two minutes later.
    #expect(
      lines.last?.hasSuffix(
        "\"message\":\"connection ended\",\(way),\"began\":\"2026-11-26T15:03:48.411015Z\","
          + "\"ended\":\"2026-11-26T15:03:50.161015Z\",\"seconds\":1.75,\"bytesSent\":399,\"bytesReceived\":1226}\n"
      ) == true,
      "\(lines)"
    )
  }

  /// The log was switched on, or the agent restarted, while the connection was open.
  @Test func theEndOfAConnectionThatBeganUnseenHasNoDuration() {
    let lines = log([
      Self.forgotten.replacing("packets=6 bytes=399 ", with: "").replacing("packets=6 bytes=1226 ", with: "")
    ])
    #expect(
      lines.first?.contains(#""began":"","ended":"2026-11-26T15:05:50.437001Z","seconds":-1.0,"bytesSent":-1"#) == true,
      "\(lines)"
    )
  }

  @Test func oneThatIsHandedOverNamesTheSibling() throws {
    let sibling = try #require(IPv4Address("10.244.2.7"))
    #expect(log([Self.datagram], siblings: [sibling]).first?.contains(#""forward":"","sibling":"10.244.2.7"}"#) == true)
  }

  @Test(
    arguments: [
      "", "NOTICE: Netlink socket buffer size has been set to 8388608 bytes.",
      "conntrack v1.4.7 (conntrack-tools): 9 flow events have been shown.",
      "WARNING: We have hit ENOBUFS! We are losing events.", "[x.y] [NEW] tcp src= dst= sport= dport= id=",
      "[1.000000] [NEW] icmp 1 30 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=9 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=9",
      "[9999999999999999999.000000] [NEW] tcp 6 120 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 "
        + "sport=2 dport=1 id=3",
    ]
  )
  func whatIsNoConnectionIsLeftOut(line: String) {
    #expect(ConntrackEvent(line) == nil)
  }

  @Test func manyConnectionsAreNotAllRemembered() {
    var tracker = ConnectionTracker()
    for id in 0...ConnectionTracker.limit {
      guard let event = ConntrackEvent(Self.began.replacing("id=715388847", with: "id=\(id)")) else { continue }
      #expect(tracker.line(for: event, [:], siblings: []) != nil)
    }
    let last = ConntrackEvent(Self.forgotten.replacing("id=715388847", with: "id=\(ConnectionTracker.limit)"))
    let seconds = last.flatMap { tracker.line(for: $0, [:], siblings: []) }?.fields.first { $0.key == "seconds" }?.value
    guard case .double(-1)? = seconds else {
      Issue.record("its end has a duration")
      return
    }
  }
}
