internal import AWS
internal import CloudResources

/// Decides which reads can be left out because earlier reads show that they would return nothing.
extension AWSNetwork {
  /// Whether each service has an endpoint of ours with a network interface in every zone of the spec.
  static func hasAllInterfaceEndpoints(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> Bool {
    let zones = Dictionary(state.subnets.map { ($0.id, $0.zone) }) { first, _ in first }
    let wanted = Set(desired.subnets.map(\.zone))
    return desired.privateServices.allSatisfy { service in
      state.endpoints.contains { endpoint in
        desired.owns(endpoint.tags) && desired.role(endpoint.id, endpoint.tags) == AWSRole.endpoint(service)
          && wanted.isSubset(of: endpoint.subnetIDs.compactMap { zones[$0] })
      }
    }
  }

  /// Whether a flow log of ours may exist. The workload group bears `flowLogTag` as long as one may.
  func mayHaveFlowLog(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> Bool {
    desired.flowLogDestination != nil || desired.knownIDs[AWSRole.flowLog] != nil
      || state.securityGroups.contains { desired.owns($0.tags) && $0.tags[DesiredNetwork.flowLogTag] != nil }
  }
}
