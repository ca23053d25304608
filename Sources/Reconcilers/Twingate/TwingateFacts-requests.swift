internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes
internal import TwingateResources

extension TwingateFacts {
  /// The one list of resources, of everyone who asks for some: the spec, and annotated Services and Ingresses.
  var requests: (requests: [ResourceRequest], refusals: [TwingateReport.Refusal]) {
    let since = connection.metadata.creationTimestamp ?? Timestamp(seconds: 0)
    var (entries, refusals): ([ResourceMerge.Entry], [TwingateReport.Refusal]) = ([], [])
    for request in (spec.resources ?? []).map(ResourceRequest.init) {
      if let refusal = unreachable(request) {
        refusals.append(refusal)
      } else {
        entries.append(.init(request, since: since))
      }
    }
    let exposed = ExposeRules(self.exposed, spec, clusterDomain: defaults.clusterDomain)
    let merged = ResourceMerge.merge(entries + exposed.entries, limit: TwingateSpec.maximumResources)
    return (merged.requests, refusals + merged.refusals + exposed.refusals)
  }

  /// Names of Services mean nothing outside the cluster.
  private func unreachable(_ request: ResourceRequest) -> TwingateReport.Refusal? {
    guard spec.connectors?.backboneRef != nil,
      request.address.hasSuffix(".svc") || request.address.hasSuffix(".svc.\(defaults.clusterDomain)")
    else { return nil }
    return TwingateReport.Refusal(
      origin: request.origin,
      reason: .notReachable,
      message:
        "resource \(request.name): address \(request.address): the connectors are in a Backbone and resolve no name "
        + "of this cluster: give the address of an internal load balancer"
    )
  }
}
