internal import CloudLinkerAPI
internal import Kubernetes

/// What the statuses of a connection and of its forwards report about each step.
extension ConnectionTrial {
  static func name(_ connection: VPNConnection, from namespace: String) -> Finding {
    func fail(_ message: String) -> Finding { Finding(step: .name, grade: .fail, message: message) }
    if let refused = connection.status?.conditions?[.accepted], refused.status == "False" {
      return fail("\(connection.title): \(refused.reason): \(refused.message)")
    }
    let admitted = [connection.key.namespace] + (connection.spec.allowedNamespaces ?? [])
    guard admitted.contains(namespace) else {
      return fail("\(connection.title) may not be used from namespace \(namespace): add it to spec.allowedNamespaces")
    }
    guard let host = connection.status?.serviceHost else {
      return fail(
        "\(connection.title) has no Service yet: \(connection.ready?.message ?? "the operator has said nothing")"
      )
    }
    return Finding(step: .name, grade: .ok, message: "\(host) is the Service of \(connection.title)")
  }

  static func tunnels(_ connection: VPNConnection) -> Finding {
    func finding(_ grade: Doctor.Finding.Grade, _ message: String) -> Finding {
      Finding(step: .tunnels, grade: grade, message: message)
    }
    guard !connection.isSuspended else { return finding(.fail, "\(connection.title) is suspended") }
    let tunnels = connection.status?.tunnels ?? []
    guard !tunnels.isEmpty else {
      return finding(.fail, "no gateway runs: \(connection.ready?.message ?? "the operator has said nothing")")
    }
    let words = tunnels.map { tunnel in
      let gateway = tunnel.gateway.map { " (Pod \($0))" } ?? ", which has no gateway"
      return "\(tunnel.name) \(tunnel.state)\(gateway)\(tunnel.lastError.map { ": \($0)" } ?? "")"
    }
    let connected = tunnels.count { $0.state == .connected }
    return finding(connected == 0 ? .fail : connected < tunnels.count ? .warn : .ok, words.joined(separator: "; "))
  }

  /// What the forward of the port reports about itself, or about its target.
  static func forward(_ forwards: [PortForward], _ port: Int, target: Bool) -> [Finding] {
    func finding(_ grade: Doctor.Finding.Grade, _ message: String) -> [Finding] {
      [Finding(step: target ? .target : .forward, grade: grade, message: message)]
    }
    let asking = forwards.filter { forward in
      forward.spec.ports.contains { $0.port == port && $0.effectiveProtocol == .tcp }
    }
    // If several ask for a port, one has it, and the statuses of the others say so.
    guard let forward = asking.first(where: { $0.status?.conditions?[.accepted]?.status == "True" }) ?? asking.first,
      let wanted = forward.spec.ports.first(where: { $0.port == port && $0.effectiveProtocol == .tcp })
    else {
      guard !target else { return [] }
      let ports = forwards.flatMap(\.spec.ports).filter { $0.effectiveProtocol == .tcp }.map(\.port)
      let some = Set(ports).sorted().prefix(10).map { "\($0)" }.commas
      return finding(
        .fail,
        "no PortForward has TCP port \(port); \(ports.isEmpty ? "there is none" : "there are \(some)")"
      )
    }
    guard target else {
      guard !forward.isSuspended else { return finding(.fail, "\(forward.title) is suspended") }
      if let refused = forward.status?.conditions?[.accepted], refused.status == "False" {
        return finding(.fail, "\(forward.title): \(refused.reason): \(refused.message)")
      }
      return finding(.ok, "\(forward.title), port \(wanted.name), leads to \(wanted.target.host):\(wanted.target.port)")
    }
    let host = "\(wanted.target.host):\(wanted.target.port)"
    guard let seen = forward.status?.ports?.first(where: { $0.port == port && $0.protocol == .tcp }) else {
      return finding(.warn, "\(host): nothing is known about it yet")
    }
    let place = seen.targetAddress.flatMap { $0 == host ? nil : " (\($0))" } ?? ""
    switch seen.state {
    case .reachable: return finding(.ok, "\(host)\(place) answers the gateways")
    case .unreachable: return finding(.fail, "\(host)\(place): \(seen.lastError ?? "it does not answer")")
    default: return finding(.warn, "\(host)\(place): whether it answers is not known")
    }
  }
}
