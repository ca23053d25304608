internal import CloudLinkerAPI
internal import Kubernetes

/// The logs of a connection's pods, its events and those of its pods, in the order of their times.
struct ConnectionLog {
  let session: Session

  /// A line each, or with `--output json` a JSON object on each line. What may not be read is said on standard error,
  /// and hides nothing else.
  func text() async throws -> String {
    let key = ObjectKey(namespace: session.namespace, name: try name())
    // Also says that there is no such connection.
    _ = try await session.api.get(VPNConnection.self, key)
    var lines: [LogLine] = []
    var errors: [KubernetesError] = []
    func collect(_ read: () async throws(KubernetesError) -> [LogLine]) async {
      do throws(KubernetesError) {
        lines += try await read()
      } catch {
        errors.append(error)
      }
    }
    let pods: [Pod]
    do throws(KubernetesError) {
      pods = try await self.pods(of: key)
    } catch {
      pods = []
      errors.append(error)
    }
    for pod in pods {
      await collect { () async throws(KubernetesError) in try await log(of: pod) }
    }
    await collect { () async throws(KubernetesError) in try await events(of: key) }
    if !pods.isEmpty { await collect { () async throws(KubernetesError) in try await events(of: pods) } }
    if lines.isEmpty, let error = errors.first { throw error }
    for error in errors { session.progress(error.message) }
    // Lines of one moment stay in their order.
    let sorted = lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    return sorted.map { session.isJSON ? $0.element.json : $0.element.text }.joined()
  }

  private func name() throws(CommandLineError) -> String {
    let word = session.invocation.subjects[0]
    guard word.contains("/") else { return word }
    let (type, key) = try session.subject()
    guard type is VPNConnection.Type else { throw CommandLineError("logs are a VPNConnection's, not a \(type.kind)'s") }
    return key.name
  }

  private func pods(of key: ObjectKey) async throws(KubernetesError) -> [Pod] {
    let all = try await session.list(
      Pod.self,
      in: session.invocation.gatewayNamespace,
      labels: LabelSelector(matchLabels: GatewayLabels.connectionSelector(key)).description
    )
    let tunnel = session.invocation.tunnel
    let pods = all.filter {
      tunnel == nil || $0.metadata.labels?[GatewayLabels.tunnel] == tunnel.map(GatewayLabels.value)
    }
    guard pods.isEmpty else { return pods }
    let which = tunnel.map { " for tunnel \($0)" } ?? ""
    throw KubernetesError(.notFound, "no pod runs for VPNConnection \(key)\(which)")
  }

  private static func label(_ pod: Pod) -> String { pod.metadata.labels?[GatewayLabels.tunnel] ?? pod.key.name }

  private func log(of pod: Pod) async throws(KubernetesError) -> [LogLine] {
    let log = try await session.server.log(of: pod.key, container: nil, tail: session.invocation.tail)
    return log.split(separator: "\n").map { LogLine($0, of: Self.label(pod)) }
  }

  private func events(of key: ObjectKey) async throws(KubernetesError) -> [LogLine] {
    let events = try await session.list(ObservedEvent.self, in: key.namespace)
    return latest(events.filter { $0.regards(VPNConnection.kind, key) }.map { LogLine($0) })
  }

  private func events(of pods: [Pod]) async throws(KubernetesError) -> [LogLine] {
    let events = try await session.list(ObservedEvent.self, in: session.invocation.gatewayNamespace)
    let lines = pods.flatMap { pod in
      events.filter { $0.regards("Pod", pod.key) }.map { LogLine($0, of: Self.label(pod)) }
    }
    return latest(lines)
  }

  /// As many as `--tail` takes of each log.
  private func latest(_ lines: [LogLine]) -> [LogLine] {
    Array(lines.sorted { $0.time < $1.time }.suffix(session.invocation.tail))
  }
}
