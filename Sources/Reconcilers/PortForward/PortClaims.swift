internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Decides who gets a port of a connection: the older PortForward keeps it, and the younger one is told who has it.
///
///     created            same port   outcome for B
///     A before B         yes         B refused, names A
///     A and B together   yes         the lower namespace/name wins, so that every replica decides the same
///     A suspended        yes         B accepted: a suspended forward holds no port
///     A invalid, deleted yes         B accepted
///     A itself refused   yes         B refused, names A: claims queue up, so that one change moves one forward
///     any                no          B accepted
struct PortClaims {
  /// The oldest claimant of each port.
  private var holders: [ForwardPort: ObjectKey] = [:]

  struct Conflict: Sendable, Equatable {
    var port: ForwardPort
    var holder: ObjectKey
  }

  /// Adds the ports of a valid forward that is younger than all previous ones. A refused forward keeps its place in the
  /// queue for every port it names.
  /// - Returns: the first of its ports that is claimed already.
  mutating func add(_ forward: PortForward) -> Conflict? {
    var conflict: Conflict?
    for port in Self.ports(of: forward) {
      if let holder = holders[port] { conflict = conflict ?? Conflict(port: port, holder: holder) }
      holders[port] = holders[port] ?? forward.key
    }
    return conflict
  }

  /// The first port of `forward` that an older claimant among `rivals` holds.
  static func conflict(of forward: PortForward, among rivals: [PortForward]) -> Conflict? {
    var claims = PortClaims()
    for rival in rivals.sorted(by: Precedence.isOlder)
    where rival.key != forward.key && isClaimant(rival) && Precedence.isOlder(rival, forward) {
      _ = claims.add(rival)
    }
    return claims.add(forward)
  }

  /// Whether `forward` asks for its ports, valid or not.
  static func asksForPorts(_ forward: PortForward) -> Bool { !forward.isBeingDeleted && !forward.spec.isSuspended }

  static func isClaimant(_ forward: PortForward) -> Bool { asksForPorts(forward) && forward.validate().isEmpty }

  static func ports(of forward: PortForward) -> [ForwardPort] {
    forward.spec.ports.compactMap { port in
      port.effectiveProtocol.known.map { ForwardPort(transport: $0, port: port.port) }
    }
  }
}
