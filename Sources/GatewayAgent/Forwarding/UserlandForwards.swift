internal import Foundations
internal import Gateway

/// The work of the userland forwarder.
struct UserlandForwards: Sendable, Hashable {
  struct Target: Sendable, Hashable {
    /// The target as configured: when it changes, the port's connections end.
    var declared: String
    var resolved: ForwardTarget?
  }
  /// The device that sockets into the tunnel are bound to, so that their packets cannot leave by another.
  var device: String
  /// The only device on which clients are accepted, where nothing else keeps the other end of the tunnel from the
  /// ports; nil: any device.
  var clientDevice: String?
  var handOver: IPv4Address?
  var siblings: Set<IPv4Address>
  var ports: [ForwardPort: Target] = [:]

  /// Where a new connection of `client` goes, and by which device.
  func destination(of port: ForwardPort, from client: IPv4Address) -> (target: ForwardTarget, device: String?)? {
    // A sibling that hands over to us must not get its connections back.
    if let handOver, !siblings.contains(client) {
      return (ForwardTarget(address: handOver, port: port.port), nil)
    }
    return ports[port]?.resolved.map { ($0, device) }
  }
}
