public import Cloud
internal import Foundations

extension TwingateClient {
  /// Every resource in these remote networks, including those of others.
  public func resources(in remoteNetworkIDs: [String], lane: Lane) async throws(CloudError) -> [Resource] {
    try await resources(filter: ["remoteNetworkId": ["in": Self.strings(remoteNetworkIDs)]], lane: lane)
  }

  /// Every resource with all of these tags, in any remote network.
  public func resources(tagged tags: [String: String], lane: Lane) async throws(CloudError) -> [Resource] {
    let conditions = tags.sorted { $0.key < $1.key }.map { tag -> JSONValue in
      ["key": .string(tag.key), "value": ["eq": .string(tag.value)]]
    }
    return try await resources(filter: ["tags": ["and": .array(conditions)]], lane: lane)
  }

  private func resources(filter: JSONValue, lane: Lane) async throws(CloudError) -> [Resource] {
    let found: [ReadResource] = try await list(.resources, filter: filter, lane: lane)
    var resources: [Resource] = []
    for read in found {
      if let resource = try await whole(read, lane: lane) { resources.append(resource) }
    }
    return resources
  }

  /// The resource with its whole access list; nil: it was deleted meanwhile.
  private func whole(_ read: ReadResource, lane: Lane) async throws(CloudError) -> Resource? {
    guard let next = read.next else { return read.resource }
    let rest: [AccessGrant]? = try await nested(
      .resourceAccess,
      id: read.resource.id,
      after: next,
      lane: lane
    )
    guard let rest else { return nil }
    var resource = read.resource
    let known = Set(resource.access.map(\.principalID))
    resource.access += rest.filter { !known.contains($0.principalID) }
    return resource
  }

  /// - Returns: the resource; its access list is complete if it fits on a page.
  public func createResource(_ draft: ResourceDraft, lane: Lane) async throws(CloudError) -> Resource {
    var variables: [String: JSONValue] = [
      "name": .string(draft.name), "address": .string(draft.address), "remoteNetworkId": .string(draft.remoteNetworkID),
      "protocols": Self.input(draft.protocols), "tags": Self.input(draft.tags),
    ]
    variables["alias"] = draft.alias.map { .string($0) }
    if !draft.groupIDs.isEmpty { variables["groupIds"] = Self.strings(draft.groupIDs) }
    variables["securityPolicyId"] = draft.securityPolicyID.map { .string($0) }
    variables["approvalMode"] = draft.approvalMode.map { .string($0.rawValue) }
    variables["accessPolicy"] = draft.accessPolicy.map(Self.input)
    let made: ReadResource = try await entity(.resourceCreate, variables, lane: lane)
    return made.resource
  }

  /// Sends only the fields that change.
  public func updateResource(
    _ id: String,
    _ change: ResourceChange,
    lane: Lane
  ) async throws(CloudError) -> Resource {
    var variables: [String: JSONValue] = ["id": .string(id)]
    variables["name"] = change.name.map { .string($0) }
    variables["address"] = change.address.map { .string($0) }
    variables["remoteNetworkId"] = change.remoteNetworkID.map { .string($0) }
    variables["alias"] = Self.input(change.alias) { .string($0) }
    variables["protocols"] = change.protocols.map(Self.input)
    variables["securityPolicyId"] = Self.input(change.securityPolicyID) { .string($0) }
    variables["isActive"] = change.isActive.map { .bool($0) }
    variables["tags"] = change.tags.map(Self.input)
    variables["approvalMode"] = Self.input(change.approvalMode) { .string($0.rawValue) }
    variables["accessPolicy"] = Self.input(change.accessPolicy, Self.input)
    let made: ReadResource = try await entity(.resourceUpdate, variables, lane: lane)
    return made.resource
  }

  /// A resource that does not exist counts as deleted.
  public func deleteResource(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.resourceDelete, id, lane: lane)
  }

  /// Grants access, or changes what was granted to the same principals.
  public func grant(_ grants: [AccessGrant], on resourceID: String, lane: Lane) async throws(CloudError) {
    let access = JSONValue.array(grants.map(Self.input))
    let _: Done = try await mutate(
      .resourceAccessAdd,
      ["resourceId": .string(resourceID), "access": access],
      lane: lane
    )
  }

  /// Revokes access.
  public func revoke(_ principalIDs: [String], on resourceID: String, lane: Lane) async throws(CloudError) {
    let variables: [String: JSONValue] = [
      "resourceId": .string(resourceID), "principalIds": Self.strings(principalIDs),
    ]
    let _: Done = try await mutate(.resourceAccessRemove, variables, lane: lane)
  }
}
