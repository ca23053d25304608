public import Cloud
internal import Foundations

extension TwingateClient {
  /// The remote networks with these names.
  public func remoteNetworks(named names: [String], lane: Lane) async throws(CloudError) -> [RemoteNetwork] {
    try await list(.remoteNetworks, filter: Self.named(names), lane: lane)
  }

  /// Every remote network of the tenant.
  public func remoteNetworks(lane: Lane) async throws(CloudError) -> [RemoteNetwork] {
    try await list(.remoteNetworks, lane: lane)
  }

  public func createRemoteNetwork(
    _ name: String,
    location: RemoteNetwork.Location,
    lane: Lane
  ) async throws(CloudError) -> RemoteNetwork {
    try await entity(
      .remoteNetworkCreate,
      ["name": .string(name), "location": .string(location.rawValue)],
      lane: lane
    )
  }

  /// The remote network with that id; nil: it does not exist.
  public func remoteNetwork(_ id: String, lane: Lane) async throws(CloudError) -> RemoteNetwork? {
    do throws(CloudError) { return try await query(.remoteNetwork, ["id": .string(id)], lane: lane) } catch {
      if error.kind == .notFound { return nil }
      throw error
    }
  }

  /// - Parameter name: nil if it stays: Twingate refuses an update that repeats the name.
  public func updateRemoteNetwork(
    _ id: String,
    name: String?,
    location: RemoteNetwork.Location?,
    lane: Lane
  ) async throws(CloudError) -> RemoteNetwork {
    var variables: [String: JSONValue] = ["id": .string(id)]
    variables["name"] = name.map { .string($0) }
    variables["location"] = location.map { .string($0.rawValue) }
    return try await entity(.remoteNetworkUpdate, variables, lane: lane)
  }

  public func deleteRemoteNetwork(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.remoteNetworkDelete, id, lane: lane)
  }
}
