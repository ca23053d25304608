internal import Foundations
internal import Gateway

/// Keeps the tunnel's packets as large as the route to the server allows: reads that route's MTU, and sets the MTU of
/// the tunnel's device. The agent's own connections take their MSS from the device.
struct TunnelSizes {
  /// How often to read MTUs. The kernel announces changed routes, but not the MTUs that it learns from routers.
  static let period = Duration.seconds(5)

  let context: AgentContext
  private var server: String?
  private var nextReading: ContinuousClock.Instant?

  init(context: AgentContext) { self.context = context }

  mutating func follow(now: ContinuousClock.Instant) {
    guard let link = context.read({ $0.tunnel.link }) else {
      server = nil
      return
    }
    if link.serverAddress != server || nextReading.map({ now >= $0 }) ?? true {
      server = link.serverAddress
      nextReading = now.advanced(by: Self.period)
      read(link)
    }
    let wanted = context.read { $0.tunnelMTU }
    guard let device = link.device, let present = MTU.ofDevice(device), present != wanted else { return }
    if !MTU.set(wanted, ofDevice: device) {
      context.log.warning("could not set the tunnel's MTU", ["device": .string(device), "mtu": .int(wanted)])
    }
  }

  private func read(_ link: TunnelProgress.Link) {
    let mtu = link.serverAddress.flatMap { IPv4Address($0) }.flatMap { MTU.ofRoute(to: $0) }
    let (before, segment) = context.read { ($0.sizing.pathMTU, $0.maximumSegmentSize) }
    guard let mtu, mtu != before else { return }
    context.update { $0.sizing.pathMTU = mtu }
    context.log.info(
      "the route to the server has another MTU",
      ["mtu": .int(mtu), "maximumSegmentSize": .int(context.read { $0.maximumSegmentSize }), "before": .int(segment)]
    )
  }
}
