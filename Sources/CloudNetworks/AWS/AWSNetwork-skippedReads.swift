internal import AWS
internal import CloudResources

/// Reads that can be left out, because what was read already shows that they would bring nothing.
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

  /// Whether a flow log of ours may exist: the workload group has a tag of its own as long as that is so.
  func mayHaveFlowLog(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> Bool {
    desired.flowLogDestination != nil || desired.knownIDs[AWSRole.flowLog] != nil
      || state.securityGroups.contains { desired.owns($0.tags) && $0.tags[DesiredNetwork.flowLogTag] != nil }
  }
}
