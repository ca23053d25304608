internal import Foundations
internal import Gateway

/// Gives the pod the source address of its packets in a tunnel whose server assigns none. A label marks the address, so
/// that it can be found again after a crash.
enum LocalAddresses {
  /// - Parameter device: the tunnel's, which disappears with charon; or the pod's, where the kernel encrypts.
  /// - Returns: why the address cannot be used; nil when it can.
  static func install(_ address: IPv4Address, on device: String, siblings: Set<IPv4Address>) -> DaemonFailure? {
    if let problem = PodNetwork.clusterAddresses(siblings: siblings).refusal(ofLocal: address) {
      return DaemonFailure(.addressRefused, problem)
    }
    let added = Command.run(
      "ip",
      ["address", "replace", "\(address)/32", "dev", device, "label", "\(device)\(labelEnd)"]
    )
    guard added.succeeded else {
      return DaemonFailure(
        .missingPrivilege,
        "cannot give \(device) the address \(address): \(TunnelRoutes.printableOutput(added.output)): the pod needs the "
          + "capability NET_ADMIN"
      )
    }
    return nil
  }

  static func remove() { _ = Command.run("ip", ["-4", "address", "flush", "label", "*\(labelEnd)"]) }

  /// Labels have at most 15 characters and begin with the device's name.
  private static let labelEnd = ":vpn"
}
