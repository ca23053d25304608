internal import CloudLinkerAPI
internal import Kubernetes

/// The logs of a connection's pods as one, in the order of their times.
struct ConnectionLog {
  let session: Session

  func text() async throws -> String {
    let key = ObjectKey(namespace: session.namespace, name: try name())
    // Also says that there is no such connection.
    _ = try await session.api.get(VPNConnection.self, key)
    let all = try await session.list(
      Pod.self,
      in: session.invocation.gatewayNamespace,
      labels: LabelSelector(matchLabels: GatewayLabels.connectionSelector(key)).description
    )
    let tunnel = session.invocation.tunnel
    let pods = all.filter {
      tunnel == nil || $0.metadata.labels?[GatewayLabels.tunnel] == tunnel.map(GatewayLabels.value)
    }
    guard !pods.isEmpty else {
      let which = tunnel.map { " for tunnel \($0)" } ?? ""
      throw KubernetesError(.notFound, "no pod runs for VPNConnection \(key)\(which)")
    }
    var lines: [(time: Substring, text: String)] = []
    for pod in pods { lines += try await self.lines(of: pod) }
    // The server writes each time in RFC 3339 with all its digits, so text order is time order.
    return lines.sorted { $0.time < $1.time }.map(\.text).joined()
  }

  private func name() throws(CommandLineError) -> String {
    let word = session.invocation.subjects[0]
    guard word.contains("/") else { return word }
    let (type, key) = try session.subject()
    guard type is VPNConnection.Type else { throw CommandLineError("logs are a VPNConnection's, not a \(type.kind)'s") }
    return key.name
  }

  private func lines(of pod: Pod) async throws(KubernetesError) -> [(time: Substring, text: String)] {
    let label = pod.metadata.labels?[GatewayLabels.tunnel] ?? pod.key.name
    let log = try await session.server.log(of: pod.key, container: nil, tail: session.invocation.tail)
    return log.split(separator: "\n").map { line in
      let time = line.prefix { $0 != " " }
      return (time, "\(time) [\(label)]\(line.dropFirst(time.count))\n")
    }
  }
}
