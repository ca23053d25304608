internal import Foundations
internal import Gateway

/// A line of `conntrack -E -o timestamp,id`, such as
///
///     [1795705428.411015]  [NEW] tcp 6 120 SYN_SENT src=A dst=B sport=1 dport=33000 [UNREPLIED] src=C dst=D sport=8080 … id=7
///     [1795705429.437001] [DESTROY] tcp 6 src=A … packets=6 bytes=399 src=C … packets=6 bytes=1226 [ASSURED] id=7
///
/// The first addresses are those of the client's packets as they arrive, the second those of the answers.
struct ConntrackEvent: Equatable {
  enum Kind: String { case new = "[NEW]", update = "[UPDATE]", destroy = "[DESTROY]" }

  /// Arguments of `conntrack` that select connections sent on to another address, which are the forwarded ones. The
  /// buffer holds some twenty thousand events.
  static let listening = ["-E", "-g", "-e", "NEW,UPDATES,DESTROY", "-o", "timestamp,id", "-b", "8388608"]
  /// The states in which neither side sends any more (nf_conntrack_proto_tcp.c).
  private static let closing: Set<Substring> = ["TIME_WAIT", "CLOSE", "LAST_ACK"]

  var kind: Kind
  var time: Timestamp
  /// Distinguishes two connections that use the same addresses one after the other.
  var id: UInt32
  var client: ForwardTarget
  var port: ForwardPort
  /// The address that answers: the target, or the sibling that took the connection over.
  var target: ForwardTarget
  /// Whether neither side sends any more.
  var isClosing: Bool
  /// Nil: the kernel did not count when the connection began.
  var bytesSent: Int64?
  var bytesReceived: Int64?

  init?(_ line: String) {
    let words = line.split { $0 == " " || $0 == "\t" }
    guard words.count > 6, let time = Self.time(words[0]), let kind = Kind(rawValue: String(words[1])),
      let transport = Self.transports[words[2]]
    else { return nil }
    func values(_ key: String) -> [Substring] { words.filter { $0.hasPrefix(key) }.map { $0.dropFirst(key.count) } }
    let (sources, sourcePorts, ports) = (values("src="), values("sport="), values("dport="))
    guard sources.count == 2, sourcePorts.count == 2, ports.count == 2,
      let id = values("id=").first.flatMap({ UInt32($0) }),
      let client = ForwardTarget("\(sources[0]):\(sourcePorts[0])"),
      let target = ForwardTarget("\(sources[1]):\(sourcePorts[1])"), let port = Int(ports[0])
    else { return nil }
    (self.kind, self.time, self.id, self.client, self.target) = (kind, time, id, client, target)
    self.port = ForwardPort(transport: transport, port: port)
    isClosing = words.contains { Self.closing.contains($0) }
    let bytes = values("bytes=").compactMap { Int64($0) }
    if bytes.count == 2 { (bytesSent, bytesReceived) = (bytes[0], bytes[1]) }
  }

  private static let transports: [Substring: TransportProtocol] = ["tcp": .tcp, "udp": .udp]

  /// `[seconds.microseconds]`
  private static func time(_ word: Substring) -> Timestamp? {
    guard word.hasPrefix("["), word.hasSuffix("]") else { return nil }
    let parts = word.dropFirst().dropLast().split(separator: ".")
    guard parts.count == 2, parts[1].utf8.count == 6, let seconds = Int64(parts[0]), let rest = Int64(parts[1]),
      (0...Int64(UInt32.max)).contains(seconds), rest >= 0
    else { return nil }
    return Timestamp(microseconds: seconds * 1_000_000 + rest)
  }
}
