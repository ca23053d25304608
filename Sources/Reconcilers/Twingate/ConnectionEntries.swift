internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import TwingateResources

/// All requests for resources of one connection: from its spec, annotated Services and Ingresses, and PrivateClusters.
struct ConnectionEntries {
  private(set) var entries: [ResourceMerge.Entry] = []
  private(set) var refusals: [TwingateReport.Refusal] = []

  init(_ connection: VPNConnection, _ spec: TwingateSpec, _ exposed: ExposedObjects, clusterDomain: String) {
    let since = connection.metadata.creationTimestamp ?? Timestamp(seconds: 0)
    let isInBackbone = spec.connectors?.backboneRef != nil
    for request in (spec.resources ?? []).map(ResourceRequest.init) {
      // Names of Services do not resolve outside the cluster.
      if isInBackbone, request.address.hasSuffix(".svc") || request.address.hasSuffix(".svc.\(clusterDomain)") {
        let message =
          "resource \(request.name): address \(request.address): the connectors are in a Backbone and resolve no name of "
          + "this cluster: give the address of an internal load balancer"
        refusals.append(.init(origin: request.origin, reason: .notReachable, message: message))
      } else {
        entries.append(.init(request, since: since))
      }
    }
    let annotated = ExposeRules(exposed, spec, clusterDomain: clusterDomain)
    entries += annotated.entries
    refusals += annotated.refusals
    let clusters = ClusterEntries(exposed.clusters, connection, spec)
    entries += clusters.entries
    refusals += clusters.refusals
  }

  /// The aliases that the connection requests, with the age of each request.
  func claims(_ holder: String, winsTies: Bool) -> [String: ResourceMerge.Claim] {
    var claims: [String: ResourceMerge.Claim] = [:]
    for entry in entries {
      guard let alias = entry.request.alias?.lowercased(), ResourceRules.mistakes(in: entry.request).isEmpty,
        claims[alias].map({ entry.rank < $0.rank }) ?? true
      else { continue }
      claims[alias] = .init(by: entry.voice, since: entry.since, holder: holder, winsTies: winsTies)
    }
    return claims
  }
}

extension TwingateFacts {
  typealias Requests = (requests: [ResourceRequest], refusals: [TwingateReport.Refusal])

  /// Merges all requests into the connection's list of resources.
  func merge() -> Requests {
    let own = ConnectionEntries(connection, spec, exposed, clusterDomain: defaults.clusterDomain)
    let merged = ResourceMerge.merge(own.entries, claims: claims, limit: TwingateSpec.maximumResources)
    return (merged.requests, merged.refusals + own.refusals)
  }

  /// The first claim to each alias among other connections of the same network at Twingate.
  /// - Parameter exposed: the objects that are annotated for a connection.
  static func claims(
    _ others: [VPNConnection],
    against connection: VPNConnection,
    _ exposed: (ObjectKey) -> ExposedObjects,
    clusterDomain: String
  ) -> [String: ResourceMerge.Claim] {
    var claims: [String: ResourceMerge.Claim] = [:]
    for other in others {
      // A refused connection has nothing at Twingate that could be in the way.
      guard let spec = other.spec.twingate, other.status?.conditions?[.accepted]?.status != "False",
        !other.isStrangerAtTwingate
      else { continue }
      let isNear = other.key.namespace == connection.key.namespace
      let holder = isNear ? "VPNConnection \(other.key.name)" : "a VPNConnection of another namespace"
      let entries = ConnectionEntries(other, spec, exposed(other.key), clusterDomain: clusterDomain)
      claims.merge(entries.claims(holder, winsTies: Precedence.isOlder(other, connection))) { old, new in
        new.rank < old.rank ? new : old
      }
    }
    return claims
  }
}
