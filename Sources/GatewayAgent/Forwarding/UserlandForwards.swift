internal import Foundations
internal import Gateway

/// What the userland forwarder is to do.
struct UserlandForwards: Sendable, Hashable {
  struct Target: Sendable, Hashable {
    /// As configured: when it changes, the port's connections end.
    var declared: String
    var resolved: ForwardTarget?
  }
  /// What goes into the tunnel is bound to this device, so that it cannot leave by another.
  var device: String
  /// Clients are taken only by this device, where nothing else keeps the other end of the tunnel from the ports; nil: by
  /// any.
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
