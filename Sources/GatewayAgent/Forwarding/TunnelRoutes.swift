internal import Foundations
internal import Gateway

/// Sets the tunnel's addresses and routes with iproute2.
enum TunnelRoutes {
  /// The metric of the guard routes: the worst possible, so that any real route wins.
  static let guardMetric: UInt32 = 4_294_967_295

  /// Adds routes that refuse packets while no tunnel has better ones, so that clients fail at once and nothing takes
  /// the default route.
  static func installGuards(_ networks: [IPv4Network]) -> Command.Result {
    ip(networks.map { "route replace unreachable \($0) metric \(guardMetric)" })
  }
  static func removeGuards(_ networks: [IPv4Network]) {
    _ = ip(networks.map { "route del unreachable \($0) metric \(guardMetric)" })
  }

  /// Comes after the table of local addresses and before charon's table 220. This pod's own packets have `lo` as their
  /// incoming device, so the rule concerns only packets that would be forwarded.
  static let refusingRule = "pref 100 not iif lo prohibit"

  /// Makes routing refuse every packet that is neither for this pod nor from it, as if `ip_forward` were 0.
  /// - Returns: whether that holds for everything that the kernel forwards.
  static func refuseForwarding() -> Bool {
    removeRefusingRule()
    let refusesIPv6 = Command.run("ip", ["-6", "-batch", "-"], input: "rule add \(refusingRule)\n").succeeded
    return ip(["rule add \(refusingRule)"]).succeeded && (refusesIPv6 || !PodNetwork.forwardsIPv6)
  }
  private static func removeRefusingRule() {
    for family in ["-4", "-6"] { _ = Command.run("ip", [family, "-batch", "-"], input: "rule del \(refusingRule)\n") }
  }

  /// Sets the tun device up with the networks that the *gateway* routes through it. Its address is a host address, so
  /// the server never chooses a network that is routed.
  static func configure(
    device: String,
    address: IPv4Address,
    mtu: Int,
    networks: [IPv4Network]
  ) -> DaemonFailure? {
    // If the address changes, the old one is removed first, and the routes that name it.
    let present = Command.run("ip", ["-o", "-4", "addr", "show", "dev", device]).output
    var commands: [String] = []
    if !present.contains(" \(address)/32 ") { commands.append("addr flush dev \(device)") }
    commands += ["addr replace \(address)/32 dev \(device)", "link set dev \(device) mtu \(mtu) up"]
    commands += networks.map { "route replace \($0) dev \(device) src \(address)" }
    let result = ip(commands)
    guard result.succeeded else {
      return DaemonFailure(
        .missingPrivilege,
        "cannot set up \(device): \(printableOutput(result.output)): the pod needs the capability NET_ADMIN"
      )
    }
    return nil
  }

  /// Applies a change of the networks while the tunnel is up.
  static func change(device: String, address: IPv4Address, from old: [IPv4Network], to new: [IPv4Network]) {
    _ = ip(
      old.filter { !new.contains($0) }.map { "route del \($0) dev \(device)" }
        + new.map { "route replace \($0) dev \(device) src \(address)" }
    )
  }

  /// Removes what an earlier run of this container left in the pod's network namespace: unwatched SAs, policies and
  /// devices.
  static func removeLeftovers() {
    removeRefusingRule()
    LocalAddresses.remove()
    for arguments in [["xfrm", "state", "flush"], ["xfrm", "policy", "flush"], ["route", "flush", "table", "220"]] {
      _ = Command.run("ip", arguments)
    }
    for device in [OpenVPNRendering.device, IPsecRendering.userlandDevice] {
      _ = Command.run("ip", ["link", "delete", "dev", device])
    }
  }

  private static func ip(_ commands: [String]) -> Command.Result {
    Command.run("ip", ["-batch", "-"], input: commands.map { $0 + "\n" }.joined())
  }

  static func printableOutput(_ output: String) -> String {
    printable(String(output.split(separator: "\n").first ?? "no reason given"), limit: 256)
  }
}
