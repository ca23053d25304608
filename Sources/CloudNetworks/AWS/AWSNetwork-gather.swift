internal import AWS
package import Cloud
internal import CloudResources
internal import Foundations

extension AWSNetwork {
  package func zones() async throws(CloudError) -> [String] {
    try await ec2.zones().filter { $0.state == "available" }.map(\.name)
  }

  /// Eight reads for a network that is as it should be, a ninth in every third look (`DNSSightings`), and one for flow
  /// logs; up to three more while it is being created or deleted.
  ///
  /// The VPC is found by its mark. Everything else is found by lying in that VPC, so that objects of others are seen, too;
  /// addresses and detached internet gateways are found by their marks. `knownIDs` serve for one thing: a VPC that has lost
  /// its mark is asked for by id, so that no second one is created.
  package func gather(_ desired: DesiredNetwork, _ goal: NetworkGoal) async throws(CloudError) -> AWSNetworkState {
    let mark = EC2Client.Filter(tag: OwnershipMark.key, desired.mark.value)
    var state = AWSNetworkState()
    state.vpcs = try await ec2.vpcs([mark])
    try await addByID(desired, &state)
    state.addresses = try await ec2.addresses([mark])
    let ids = state.vpcs.map(\.id) + [state.unmarkedVPC].compactMap { $0 }
    if !ids.isEmpty {
      let inside = EC2Client.Filter("vpc-id", ids)
      state.subnets = try await ec2.subnets([inside])
      state.routeTables = try await ec2.routeTables([inside])
      state.natGateways = try await ec2.natGateways([inside])
      state.securityGroups = try await ec2.securityGroups([inside])
      state.endpoints = try await ec2.endpoints([inside])
      if mayHaveFlowLog(desired, state) {
        state.flowLogs = try await ec2.flowLogs([EC2Client.Filter("resource-id", ids)])
      }
      let subnets = state.subnets.filter { state.isPrivate($0, desired) }.map(\.id)
      if goal == .absent, !subnets.isEmpty {
        let own = Set(state.endpoints.filter { desired.owns($0.tags) }.flatMap(\.networkInterfaceIDs))
        state.occupants = try await ec2.networkInterfaces([EC2Client.Filter("subnet-id", subnets)])
          .filter { !own.contains($0.id) }
      }
    }
    if goal == .present, !Self.hasAllInterfaceEndpoints(desired, state) {
      state.endpointServices = try await ec2.endpointServices(desired.privateServices.map(desired.serviceName))
    }
    state.internetGateways = try await internetGateways(desired, state, mark, in: ids)
    let unproven = desired.egress.existingIDs.filter { !state.isUsedByNATGateway($0) }
    if !unproven.isEmpty {
      let shown = Set(state.addresses.map(\.allocationID))
      state.addresses += try await ec2.addresses([EC2Client.Filter("allocation-id", unproven)])
        .filter { !shown.contains($0.allocationID) }
    }
    try await addDNS(desired, &state)
    addUnseen(desired, &state)
    if desired.account != nil, !state.hasAny(of: desired) { state.account = try await sts?.callerIdentity().account }
    return state
  }

  /// Lists our internet gateways by their mark, which also finds one that a crash left unattached, and gateways of others
  /// only where one of ours would be attached.
  private func internetGateways(
    _ desired: DesiredNetwork,
    _ state: AWSNetworkState,
    _ mark: EC2Client.Filter,
    in vpcs: [String]
  ) async throws(CloudError) -> [EC2.InternetGateway] {
    let attached = EC2Client.Filter("attachment.vpc-id", vpcs)
    let isWanted = !vpcs.isEmpty && !desired.natZones.isEmpty
    guard desired.existingNetworkID != nil else {
      let ours = try await ec2.internetGateways([mark])
      let isAttached = ours.contains { $0.vpcID.map(vpcs.contains) ?? false }
      guard isWanted, !isAttached else { return ours }
      return Self.merge(ours, try await ec2.internetGateways([attached]))
    }
    let there = isWanted ? try await ec2.internetGateways([attached]) : []
    // An adopted VPC that has a gateway needs none of ours. If none of ours is known, none is looked for.
    let isForeign = desired.knownIDs[AWSRole.internetGateway] == nil && !there.isEmpty
    guard !isForeign, !there.contains(where: { desired.owns($0.tags) }) else { return there }
    return Self.merge(there, try await ec2.internetGateways([mark]))
  }

  private static func merge(_ some: [EC2.InternetGateway], _ more: [EC2.InternetGateway]) -> [EC2.InternetGateway] {
    let shown = Set(some.map(\.id))
    return some + more.filter { !shown.contains($0.id) }
  }

  /// Reads whether DNS is on in the VPC. It is turned on before NAT gateways are created. While one is pending, passes are
  /// frequent and the network is not Ready, so DNS is read only afterwards, and then now and then (`DNSSightings`). After
  /// an action was refused it is read in any case.
  private func addDNS(_ desired: DesiredNetwork, _ state: inout AWSNetworkState) async throws(CloudError) {
    guard desired.existingNetworkID == nil,
      let vpc = AWSNetworkPlanner(desired, state, now: Timestamp(seconds: 0)).keptVPC
    else { return }
    let isPending = state.natGateways.contains { $0.state == "pending" && desired.owns($0.tags) }
    let isTrusted = isPending || dnsSightings.isTrusted(vpc.id, now: time.now)
    guard !isTrusted || !desired.ledger.refusals.isEmpty else {
      (state.hasDNSHostnames, state.hasDNSSupport) = (true, true)
      return
    }
    state.hasDNSHostnames = try await ec2.hasDNS(.hostnames, vpc.id)
    state.hasDNSSupport = state.hasDNSHostnames ? true : try await ec2.hasDNS(.support, vpc.id)
    dnsSightings.record(state.hasDNSHostnames, in: vpc.id, at: time.now)
  }

  private func addByID(_ desired: DesiredNetwork, _ state: inout AWSNetworkState) async throws(CloudError) {
    if let id = desired.existingNetworkID {
      if !state.vpcs.contains(where: { $0.id == id }) {
        state.vpcs += try await ec2.vpcs([EC2Client.Filter("vpc-id", [id])])
      }
    } else if state.vpcs.isEmpty, let id = desired.knownIDs[AWSRole.vpc] {
      for vpc in try await ec2.vpcs([EC2Client.Filter("vpc-id", [id])]) {
        if desired.owns(vpc.tags) { state.vpcs.append(vpc) } else { state.unmarkedVPC = vpc.id }
      }
    }
  }

  private func addUnseen(_ desired: DesiredNetwork, _ state: inout AWSNetworkState) {
    let shown = state.ids
    recent.forget(shown)
    state.unseen = recent.ids(of: desired.mark, now: time.now)
    // Created by another process, which has crashed since or lost the lead.
    for (role, at) in desired.ledger.fresh {
      guard let id = desired.knownIDs[role], !shown.contains(id) else { continue }
      if (.zero..<RecentlyMade.window).contains(time.timestamp.since(at)) { state.unseen[role] = id }
    }
  }
}
