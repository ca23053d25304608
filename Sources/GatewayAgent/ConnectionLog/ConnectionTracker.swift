internal import Foundations
internal import Gateway

/// Makes the lines of the connection log out of the kernel's events.
///
///     event      line
///     new        connection began
///     update     none; a connection that closes has ended then, though the kernel remembers it for two minutes more
///     destroy    connection ended, with what it carried
struct ConnectionTracker {
  struct Line {
    var message: String
    var fields: KeyValuePairs<String, Logger.Value>
  }
  private struct Known {
    var began: Timestamp
    var ended: Timestamp?
  }

  /// The most connections whose beginnings are remembered; the end of any other is logged without a duration.
  static let limit = 65_536
  private var known: [UInt32: Known] = [:]

  /// - Parameters:
  ///   - forwards: those of the configuration in force.
  ///   - siblings: the connection's other gateways.
  mutating func line(
    for event: ConntrackEvent,
    _ forwards: [ForwardPort: GatewayConfiguration.Forward],
    siblings: Set<IPv4Address>
  ) -> Line? {
    switch event.kind {
    case .new:
      if known.count < Self.limit { known[event.id] = Known(began: event.time) }
      let (way, place) = Self.way(event, siblings)
      return Line(
        message: "connection began",
        fields: [
          "client": .string(event.client.address.description), "clientPort": .int(event.client.port),
          "port": .int(event.port.port), "protocol": .string(event.port.transport.rawValue),
          "forward": .string(Self.name(forwards[event.port])), way: .string(place),
        ]
      )
    case .update:
      // The connection may open again: by a late segment, or by a new connection with the same ports.
      known[event.id]?.ended = event.isClosing ? event.time : nil
      return nil
    case .destroy:
      let past = known.removeValue(forKey: event.id)
      let (way, place) = Self.way(event, siblings)
      let end = past?.ended ?? event.time
      return Line(
        message: "connection ended",
        fields: [
          "client": .string(event.client.address.description), "clientPort": .int(event.client.port),
          "port": .int(event.port.port), "protocol": .string(event.port.transport.rawValue),
          "forward": .string(Self.name(forwards[event.port])), way: .string(place),
          "began": .string(past?.began.microDescription ?? ""), "ended": .string(end.microDescription),
          "seconds": .double(
            past.map { Double(end.since($0.began).components.seconds) + Self.fraction(end.since($0.began)) } ?? -1
          ),
          "bytesSent": .int(Int(event.bytesSent ?? -1)), "bytesReceived": .int(Int(event.bytesReceived ?? -1)),
        ]
      )
    }
  }

  /// `production/erp/http`; empty when the forward is gone.
  private static func name(_ forward: GatewayConfiguration.Forward?) -> String {
    forward.map { "\($0.owner)/\($0.portName)" } ?? ""
  }

  private static func way(_ event: ConntrackEvent, _ siblings: Set<IPv4Address>) -> (key: String, value: String) {
    siblings.contains(event.target.address)
      ? ("sibling", event.target.address.description) : ("target", event.target.description)
  }

  private static func fraction(_ duration: Duration) -> Double {
    Double(duration.components.attoseconds / 1_000_000_000_000) / 1_000_000
  }
}
