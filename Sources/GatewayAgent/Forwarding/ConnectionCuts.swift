internal import Gateway

/// Decides when to cut which forwards' connections. Each cut searches the kernel's whole table (4 ms and more). When
/// there are many, it leaves out forwards without connections and cuts only some in a turn, so that a hand-over to a
/// sibling never waits for a change of thousands of forwards. No I/O.
struct ConnectionCuts: Sendable {
  typealias Instant = ContinuousClock.Instant
  static let turn = 16

  private var waiting: [(due: Instant, port: ForwardPort)] = []

  mutating func add(_ ports: [ForwardPort], due: Instant) {
    waiting += ports.map { (due, $0) }
    waiting.sort { $0.due < $1.due }
  }

  var nextDue: Instant? { waiting.first?.due }

  /// The ports to cut now.
  /// - Parameter portsInUse: called only when there are many; it returns nil if the ports are not known.
  mutating func next(now: Instant, portsInUse: () -> Set<ForwardPort>?) -> [ForwardPort] {
    var due = waiting.prefix { $0.due <= now }.map(\.port)
    if due.count > Self.turn, let used = portsInUse() {
      waiting.removeFirst(due.count)
      due = due.filter(used.contains)
      waiting.insert(contentsOf: due.map { (now, $0) }, at: 0)
    }
    let chosen = Array(due.prefix(Self.turn))
    waiting.removeFirst(chosen.count)
    return chosen
  }

  /// Arguments of `conntrack`. The many connections in other states end by themselves within two minutes.
  static let listings = [
    ["-L", "-g", "-p", "tcp", "--state", "ESTABLISHED"], ["-L", "-g", "-p", "tcp", "--state", "SYN_SENT"],
    ["-L", "-g", "-p", "udp"],
  ]

  /// The ports to which the clients of these connections connected; nil when the text is cut off.
  static func ports(ofListing text: String) -> Set<ForwardPort>? {
    guard let lines = ConntrackListing.lines(text) else { return nil }
    var ports: Set<ForwardPort> = []
    for line in lines.lazy.map(\.utf8) {
      let transport: TransportProtocol = line.starts(with: "udp".utf8) ? .udp : .tcp
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 16)
      guard let word = words.first(where: { $0.starts(with: "dport=".utf8) }),
        let port = Int(String(decoding: word.dropFirst(6), as: UTF8.self))
      else { continue }
      ports.insert(ForwardPort(transport: transport, port: port))
    }
    return ports
  }
}
