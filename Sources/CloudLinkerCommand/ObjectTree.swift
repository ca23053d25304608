internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// The objects that belong to each Backbone and to each connection: clusters, forwards, and the pods that run for a
/// connection in the gateways' namespace.
struct ObjectTree {
  let session: Session

  func text() async throws(KubernetesError) -> String {
    let connections = try await session.list(VPNConnection.self, in: session.scope)
    let forwards = try await session.list(PortForward.self, in: session.scope)
    let clusters = try await session.list(PrivateCluster.self, in: session.scope)
    let backbones = try await session.list(Backbone.self, in: session.scope)
    let pods = try await session.list(
      Pod.self,
      in: session.invocation.gatewayNamespace,
      labels: GatewayLabels.connection
    )
    var lines: [String] = []
    for backbone in backbones {
      let own = clusters.filter {
        $0.key.namespace == backbone.key.namespace && $0.spec.backboneRef.name == backbone.key.name
      }
      lines += [Self.line(backbone)] + Self.branches(own.map(Self.line))
    }
    let networks = Set(backbones.map(\.key))
    for cluster in clusters
    where !networks.contains(ObjectKey(namespace: cluster.key.namespace, name: cluster.spec.backboneRef.name)) {
      lines.append(Self.line(cluster) + "  (its Backbone does not exist)")
    }
    for connection in connections {
      lines.append(Self.line(connection))
      let own = forwards.filter {
        $0.key.namespace == connection.key.namespace && $0.spec.vpnConnectionRef.name == connection.key.name
      }
      let running = pods.filter { $0.belongs(to: connection.key) }
      lines += Self.branches(own.map(Self.line) + running.map(Self.line))
    }
    let names = Set(connections.map(\.key))
    for forward in forwards
    where !names.contains(ObjectKey(namespace: forward.key.namespace, name: forward.spec.vpnConnectionRef.name)) {
      lines.append(Self.line(forward) + "  (its connection does not exist)")
    }
    return lines.isEmpty ? "nothing\n" : lines.joined(separator: "\n") + "\n"
  }

  private static func branches(_ lines: [String]) -> [String] {
    lines.enumerated().map { $0.offset == lines.count - 1 ? "└── \($0.element)" : "├── \($0.element)" }
  }

  private static func line(_ object: some EnvironmentObject) -> String {
    "\(object.title)  \(object.ready?.reason ?? "Pending")  \(object.detail)"
  }

  private static func line(_ pod: Pod) -> String {
    let node = (pod.spec?.nodeName).map { " on \($0)" } ?? ""
    let state = PodJudgement.isIdle(pod) ? "runs, without traffic" : PodJudgement.trouble(pod) ?? "Ready"
    return "Pod \(pod.key)\(node)  \(state)"
  }
}

extension Pod {
  /// Whether a gateway or connector pod runs for this connection.
  func belongs(to connection: ObjectKey) -> Bool {
    LabelSelector(matchLabels: GatewayLabels.connectionSelector(connection)).matches(metadata.labels)
  }
}
