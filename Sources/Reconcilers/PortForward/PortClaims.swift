internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Who gets a port of a connection: the older PortForward keeps it, the younger is told by whom it was taken.
///
///     created            same port   outcome for B
///     A before B         yes         B refused, names A
///     A and B together   yes         the lower namespace/name wins, so that every replica decides the same
///     A suspended        yes         B accepted: a suspended forward holds no port
///     A invalid, deleted yes         B accepted
///     A itself refused   yes         B refused, names A: claims queue up, so that one change moves one forward
///     any                no          B accepted
enum PortClaims {
  struct Port: Hashable {
    var transport: String
    var number: Int
  }

  /// Whether `forward` takes part at all.
  static func isClaimant(_ forward: PortForward) -> Bool {
    forward.metadata.deletionTimestamp == nil && !forward.spec.isSuspended && forward.validate().isEmpty
  }

  static func ports(of forward: PortForward) -> [Port] {
    forward.spec.ports.map { Port(transport: $0.effectiveProtocol.rawValue, number: $0.port) }
  }

  /// The first port of `forward` that an older claimant among `rivals` holds, and that claimant.
  static func conflict(of forward: PortForward, among rivals: [PortForward]) -> (port: Port, holder: ObjectKey)? {
    let wanted = ports(of: forward)
    for rival in rivals.sorted(by: Precedence.isOlder)
    where rival.key != forward.key && isClaimant(rival) && Precedence.isOlder(rival, forward) {
      let held = Set(ports(of: rival))
      if let port = wanted.first(where: held.contains) { return (port, rival.key) }
    }
    return nil
  }

  /// The forwards of a connection that get all their ports, oldest first: those for which `conflict` finds nobody,
  /// in one pass. A refused forward keeps its place in the queue for every port it names.
  static func accepted(_ forwards: [PortForward]) -> [PortForward] {
    var claimed: Set<Port> = []
    return forwards.filter(isClaimant).sorted(by: Precedence.isOlder).filter { forward in
      let ports = ports(of: forward)
      let isFree = claimed.isDisjoint(with: ports)
      claimed.formUnion(ports)
      return isFree
    }
  }
}

extension PortForward {
  /// Whether every target lies in `networks`, as far as that can be known before names are resolved.
  func isWithin(_ networks: [String]) -> Bool { targetsOutside(networks).isEmpty }
}
