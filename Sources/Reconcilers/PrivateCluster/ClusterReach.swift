internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Whether people reach a cluster's endpoint through a VPNConnection. The endpoint has a private address of the Backbone, so
/// only connectors in that Backbone lead to it.
///
///     spec.access                                   Reachable
///     nobody has vpn                                False NoConnectors
///     a connection that does not exist              False ConnectionNotFound
///     one without connectors in the Backbone        False ConnectionUnsuitable
///     one that is not Ready                         False ConnectionNotReady
///     one that lists a problem with the endpoint    False, that problem's reason
///     otherwise, with an endpoint                   True Connected
struct ClusterReach {
  let isReachable: Bool
  let reason: Reason
  let message: String

  init(_ facts: PrivateClusterFacts, endpoint: String?) {
    let (spec, name) = (facts.cluster.spec, facts.cluster.spec.backboneRef.name)
    func verdict(_ reason: Reason, _ message: String) -> (Bool, Reason, String) { (false, reason, message) }
    func judge(_ ref: String) -> (Bool, Reason, String)? {
      guard let connection = facts.connections.first(where: { $0.key.name == ref }) else {
        return verdict(
          .connectionNotFound,
          "spec.access: there is no VPNConnection \"\(ref)\" in this namespace: create it, or correct vpn.connectionRef.name"
        )
      }
      guard connection.spec.type == .twingate, connection.spec.twingate?.connectors?.backboneRef?.name == name else {
        return verdict(
          .connectionUnsuitable,
          "spec.access: VPNConnection \(ref) has no connectors in Backbone \(name), where the endpoint is: name one of type "
            + "Twingate with spec.twingate.connectors.backboneRef.name \"\(name)\""
        )
      }
      if let problem = connection.status?.twingate?.problems?.first(where: {
        $0.origin == ClusterEntries.origin(of: facts.cluster)
      }) {
        return verdict(Reason(rawValue: problem.reason) ?? .other, "VPNConnection \(ref): \(problem.message)")
      }
      guard connection.isReady else {
        let cause = connection.status?.conditions?[.ready]?.message ?? "the operator has not looked at it"
        return verdict(.connectionNotReady, "VPNConnection \(ref) is not Ready: \(cause)")
      }
      return nil
    }
    let refs = Set((spec.access ?? []).compactMap { $0.vpn?.connectionRef.name }).sorted()
    let failed = refs.compactMap(judge).first
    let result =
      if refs.isEmpty {
        verdict(
          .noConnectors,
          "Nobody in spec.access has vpn, so no way to the endpoint is open: name a connection and a group there"
        )
      } else if let failed {
        failed
      } else if endpoint == nil {
        verdict(.progressing, "There is no endpoint yet")
      } else {
        (true, Reason.connected, "VPNConnection \(refs.joined(separator: ", ")) leads to the endpoint")
      }
    (isReachable, reason, message) = result
  }
}
