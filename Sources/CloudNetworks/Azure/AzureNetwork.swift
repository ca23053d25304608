package import Azure
package import Cloud
package import CloudResources
package import Foundations

/// Backbones in Azure: a resource group, a virtual network, and for each private subnet a security group, a NAT gateway
/// (its zone's or the shared one) and the route table.
package struct AzureNetwork: NetworkProvider {
  package typealias Observed = AzureObserved
  package typealias Action = AzureAction

  package let client: AzureClient
  let region: String
  /// The user-supplied group for everything, which is never deleted; nil: the operator creates one.
  let resourceGroup: String?
  let time: any TimeSource
  private let writes = AzureWrites()

  package init(client: AzureClient, region: String, resourceGroup: String?, time: any TimeSource = SystemTimeSource()) {
    self.client = client
    self.region = region
    self.resourceGroup = resourceGroup
    self.time = time
  }

  /// The id of the virtual network that the operator makes for a Backbone.
  package func networkID(of mark: OwnershipMark) -> ResourceID {
    AzureNames(mark, subscriptionID: client.subscriptionID, givenGroup: resourceGroup).id(.network)
  }

  /// `regional` if the region has no zones. Subnets then use a NAT gateway that is in no zone.
  package func zones() async throws(CloudError) -> [String] {
    let wanted = region.lowercased().filter { $0 != " " }
    guard let location = try await client.locations().first(where: { $0.name.lowercased() == wanted }) else {
      throw CloudError(
        .invalid,
        operation: "Microsoft.Resources/subscriptions/locations/read",
        message: "spec.region: subscription \(client.subscriptionID) has no region \(region)"
      )
    }
    return location.zones.isEmpty ? [Self.noZone] : location.zones
  }

  static let noZone = "regional"

  /// At most eight reads unless a write is under way: the group, its contents, five lists, and one list for each other
  /// group that contains user-supplied addresses, usually one. User-supplied NAT gateways take two lists.
  package func gather(_ desired: DesiredNetwork, _ goal: NetworkGoal) async throws(CloudError) -> AzureObserved {
    var seen = AzureObserved(
      names: AzureNames(desired.mark, subscriptionID: client.subscriptionID, givenGroup: resourceGroup)
    )
    let group = seen.names.groupID
    seen.group = try await client.resourceGroup(group.name)
    if let text = desired.existingNetworkID {
      if let id = ResourceID(text), let json = try await client.get(id) { seen.networks = [VirtualNetwork(json: json)] }
    } else if seen.group != nil {
      seen.networks = try await client.virtualNetworks(in: group)
    }
    if seen.group != nil {
      if !seen.names.groupIsGiven { seen.contents = try await client.resources(in: group) }
      seen.natGateways = try await client.natGateways(in: group)
      seen.addresses = try await client.publicIPAddresses(in: group)
      seen.firewalls = try await client.networkSecurityGroups(in: group)
      seen.routeTables = try await client.routeTables(in: group)
    }
    let gateways = Self.groups(desired.egress.existingNATGatewayIDs, besides: group)
    for other in gateways { seen.natGateways += try await client.natGateways(in: other) }
    for other in Self.groups(desired.egress.existingIDs + desired.egress.existingNATGatewayIDs, besides: group) {
      seen.addresses += try await client.publicIPAddresses(in: other)
    }
    await writes.enter(into: &seen, desired.ledger.failures, client, now: time.timestamp)
    return seen
  }

  private static func groups(_ ids: [String], besides own: ResourceID) -> [ResourceID] {
    ids.compactMap { ResourceID($0)?.groupID }.reduce(into: []) { groups, group in
      if group != own, !groups.contains(group) { groups.append(group) }
    }
  }

  package static func plan(_ desired: DesiredNetwork, goal: NetworkGoal, _ observed: AzureObserved, now: Timestamp)
    -> NetworkPlan<AzureAction>
  {
    var planner = AzurePlanner(desired, observed)
    switch goal {
    case .present: planner.planPresence()
    case .absent: planner.planAbsence()
    case .released: planner.planRelease()
    }
    return planner.planner.finished(busy: .seconds(5), blocked: .seconds(60))
  }

  /// Reads the object again before actions that cannot be undone. A PUT by name would replace an object that someone
  /// else has created meanwhile, subnets included, and deleting a group deletes everything in it.
  package func perform(
    _ action: AzureAction,
    _ desired: DesiredNetwork,
    _ ledger: inout Ledger
  ) async throws(CloudError) {
    switch action.verb {
    case .create:
      if let json = try await client.get(action.id) {
        try checkOwner(GenericResource(json: json), action, desired)
      } else {
        let accepted = try await client.put(action.id, action.body)
        writes.began(accepted.operation, of: action.id, isDeletion: false)
      }
    case .update(let etag):
      let accepted = try await client.put(action.id, action.body, ifMatch: etag)
      writes.began(accepted.operation, of: action.id, isDeletion: false)
    case .tag(let tags): _ = try await client.setTags(action.id, tags)
    case .delete:
      if action.role == .group { try await checkEmpty(action.id) }
      let operation = try await client.delete(action.id)
      writes.began(operation, of: action.id, isDeletion: true)
      ledger.ids[action.role.description] = nil
      return
    }
    ledger.ids[action.role.description] = action.id.description
  }

  private func checkOwner(
    _ resource: GenericResource,
    _ action: AzureAction,
    _ desired: DesiredNetwork
  ) throws(CloudError) {
    let names = AzureNames(desired.mark, subscriptionID: client.subscriptionID, givenGroup: resourceGroup)
    // A subnet has no mark. The next plan decides whose it is.
    if resource.tag(AzureNames.markTag) == names.value { return }
    if case .subnet = action.role {
      throw CloudError(
        .conflict,
        operation: "\(action.id.type)/write",
        message: "\(action.id) has been created meanwhile"
      )
    }
    throw CloudError(
      .alreadyExists,
      operation: "\(action.id.type)/write",
      message: "\(action.id) exists already and does not bear the mark of this Backbone"
    )
  }

  private func checkEmpty(_ group: ResourceID) async throws(CloudError) {
    guard let resource = try await client.resources(in: group).first else { return }
    throw CloudError(
      .inUse,
      operation: "\(group.type)/delete",
      message: "resource group \(group.name) still holds \(resource.id?.description ?? resource.name)"
    )
  }
}
