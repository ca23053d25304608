internal import CloudResources
internal import Twingate

extension TwingatePlanner {
  mutating func planResources(in network: RemoteNetwork) {
    var rest = seen.resources
    for request in wanted.resources {
      if let resource = take(request, from: &rest, in: network) {
        planExisting(request, resource, in: network)
      } else {
        planMissing(request, in: network)
      }
    }
    // Resources that are marked as the connection's but not requested any more, and duplicates that lost answers left
    // behind.
    for resource in rest where wanted.owner.origin(of: resource) != nil { delete(resource) }
  }

  mutating func delete(_ resource: Resource) {
    let role = TwingateRole.resource(wanted.owner.origin(of: resource) ?? resource.id)
    act(.resources, .revocation, .deleteResource(resource.id), role: role, "delete resource \(resource.name)")
  }

  /// Finds the resource of a request, first by its mark.
  private func take(
    _ request: ResourceRequest,
    from rest: inout [Resource],
    in network: RemoteNetwork
  ) -> Resource? {
    let known = ledger.ids[TwingateRole.resource(request.origin)]
    let marked = rest.indices.filter { wanted.owner.origin(of: rest[$0]) == request.origin }
    // If two have the same mark, takes the one that the ledger knows.
    let index =
      marked.first { rest[$0].id == known } ?? marked.min { rest[$0].id < rest[$1].id }
      ?? rest.firstIndex { $0.id == known && !TwingateOwner.isMarked($0) }
      ?? rest.firstIndex {
        !wanted.remoteNetwork.adopts && !TwingateOwner.isMarked($0) && $0.remoteNetworkID == network.id
          && $0.name == request.name && $0.address == request.address
      }
    return index.map { rest.remove(at: $0) }
  }

  private func tags(_ request: ResourceRequest) -> [String: String] {
    request.tags.merging(wanted.owner.tags(request.origin)) { _, mark in mark }
  }

  private mutating func planMissing(_ request: ResourceRequest, in network: RemoteNetwork) {
    guard let policy = policy(request.securityPolicy, request) else { return }
    let access = resolve(request, known: [])
    settleGrants(request, Set(access.grants.map(\.principalID)))
    let draft = ResourceDraft(
      name: request.name,
      address: request.address,
      remoteNetworkID: network.id,
      alias: request.alias,
      protocols: request.protocols,
      groupIDs: access.grants.filter(\.isPlain).map(\.principalID),
      securityPolicyID: policy.id,
      tags: tags(request),
      approvalMode: request.approvalMode,
      accessPolicy: request.accessPolicy
    )
    let role = TwingateRole.resource(request.origin)
    act(.resources, .change, .createResource(draft), role: role, "create resource \(request.name)")
  }

  private mutating func planExisting(_ request: ResourceRequest, _ resource: Resource, in network: RemoteNetwork) {
    guard resource.kind == "NetworkResource" else {
      let message =
        "resource \(request.name) is a \(resource.kind) at Twingate: delete it there, or choose another name"
      return refuse(.resources, request.origin, .foreignObject, message)
    }
    guard let policy = policy(request.securityPolicy, request) else { return }
    let role = TwingateRole.resource(request.origin)
    plan.report.found[role] = resource.id
    let fingerprint = TwingateOwner.fingerprint(request.sorted)
    let isDrift = ledger.settled[role] == fingerprint
    let lane = isDrift ? Lane.repair : .change
    let (change, fields) = difference(request, resource, in: network, policyID: policy.id)
    if !change.isEmpty {
      act(
        .resources,
        lane,
        .updateResource(resource.id, change),
        role: role,
        "update \(fields.joined(separator: ", ")) of resource \(request.name)",
        repairs: isDrift ? fields.map { "resource \(request.name): its \($0) was changed" } : []
      )
    }
    let isGranted = planAccess(request, resource, lane: lane)
    guard change.isEmpty, isGranted else { return }
    plan.report.ready.append(request.origin)
    plan.report.settled[role] = fingerprint
  }

  private func difference(
    _ request: ResourceRequest,
    _ resource: Resource,
    in network: RemoteNetwork,
    policyID: String?
  ) -> (ResourceChange, [String]) {
    var change = ResourceChange()
    var fields: [String] = []
    func note(_ field: String, _ differs: Bool, _ body: () -> Void) {
      guard differs else { return }
      fields.append(field)
      body()
    }
    note("name", resource.name != request.name) { change.name = request.name }
    note("address", resource.address != request.address) { change.address = request.address }
    note("remote network", resource.remoteNetworkID != network.id) { change.remoteNetworkID = network.id }
    note("alias", resource.alias != request.alias) { change.alias = .to(request.alias) }
    note("ports", resource.protocols != request.protocols) { change.protocols = request.protocols }
    note("tags", resource.tags != tags(request)) { change.tags = tags(request) }
    note("activity", !resource.isActive) { change.isActive = true }
    note("security policy", effective(resource.securityPolicyID) != policyID) {
      change.securityPolicyID = .to(policyID)
    }
    note("access policy", resource.accessPolicy != request.accessPolicy) {
      change.accessPolicy = .to(request.accessPolicy)
    }
    note("approval mode", resource.approvalMode != request.approvalMode) {
      change.approvalMode = .to(request.approvalMode)
    }
    return (change, fields)
  }
}

extension FieldChange {
  static func to(_ value: Value?) -> FieldChange { value.map { .set($0) } ?? .clear }
}

extension ResourceRequest {
  /// In an order that is the same in every process, which a dictionary's order is not.
  fileprivate var sorted: [String] {
    var plain = self
    plain.tags = [:]
    return ["\(plain)"] + tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}
