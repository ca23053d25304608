internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// The Twingate resources for PrivateClusters: one for each endpoint, TCP 443 only, with the groups from those entries in
/// `spec.access` that name the connection. Pure.
///
/// `spec.twingate.expose` does not limit them, because the role that may write PrivateClusters may write VPNConnections.
struct ClusterEntries {
  private(set) var entries: [ResourceMerge.Entry] = []
  private(set) var refusals: [TwingateReport.Refusal] = []

  init(_ clusters: [PrivateCluster], _ connection: VPNConnection, _ spec: TwingateSpec) {
    for cluster in clusters where !cluster.isBeingDeleted {
      guard let host = Self.host(cluster.status?.endpoint) else { continue }
      let origin = Self.origin(of: cluster)
      let backbone = cluster.spec.backboneRef.name
      guard spec.connectors?.backboneRef?.name == backbone else {
        let message =
          "PrivateCluster \(cluster.key.name): its endpoint is in Backbone \(backbone), and the connectors are not: set "
          + "spec.twingate.connectors.backboneRef.name to \(backbone), or have the PrivateCluster name another connection"
        refusals.append(.init(origin: origin, reason: .notReachable, message: message))
        continue
      }
      let groups = (cluster.spec.access ?? []).compactMap { access in
        access.vpn?.connectionRef.name == connection.key.name ? access.vpn?.group : nil
      }
      let request = ResourceRequest(
        origin: origin,
        name: "\(cluster.key.name) (Kubernetes)",
        address: host,
        protocols: Protocols(tcp: Ports([443...443]), udp: Ports.none, allowsICMP: false),
        access: Set(groups).sorted().map { AccessRequest(.group($0)) }
      )
      entries.append(.init(request, since: cluster.metadata.creationTimestamp ?? Timestamp(seconds: 0)))
    }
  }

  static func origin(of cluster: PrivateCluster) -> String { "PrivateCluster/\(cluster.key.name)" }

  /// The host in an endpoint, such as `ABC.gr7.eu-west-1.eks.amazonaws.com`; nil: there is no endpoint yet.
  private static func host(_ endpoint: String?) -> String? {
    guard let endpoint else { return nil }
    let rest = endpoint.replacing("https://", with: "")
    return rest.split(whereSeparator: { $0 == "/" || $0 == ":" }).first.map { $0.lowercased() }
  }
}
