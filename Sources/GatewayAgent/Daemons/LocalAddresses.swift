internal import Foundations
internal import Gateway

/// Gives the pod the address that its packets have in a tunnel whose server gives none. It stands on the loopback device,
/// where no neighbour sees it, until the container starts again or another takes its place.
enum LocalAddresses {
  /// - Returns: why it cannot be used; nil when it can.
  static func install(_ address: IPv4Address, siblings: Set<IPv4Address>) -> DaemonFailure? {
    if let problem = PodNetwork.clusterAddresses(siblings: siblings).refusal(ofLocal: address) {
      return DaemonFailure(.addressRefused, problem)
    }
    remove()
    let added = Command.run("ip", ["address", "replace", "\(address)/32", "dev", "lo"])
    guard added.succeeded else {
      return DaemonFailure(
        .missingPrivilege,
        "cannot give the pod the address \(address): \(TunnelRoutes.printableOutput(added.output)): the pod needs the "
          + "capability NET_ADMIN"
      )
    }
    return nil
  }

  /// 127.0.0.1 has another scope and stays.
  static func remove() { _ = Command.run("ip", ["-4", "address", "flush", "dev", "lo", "scope", "global"]) }
}
