public import Cloud
internal import Foundations

extension TwingateClient {
  /// The remote networks of these names.
  public func remoteNetworks(named names: [String], lane: Lane) async throws(CloudError) -> [RemoteNetwork] {
    try await list(.remoteNetworks, filter: Self.named(names), lane: lane)
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

  /// Changes where it is said to be. The name is not sent: Twingate refuses an update that repeats it.
  public func updateRemoteNetwork(
    _ id: String,
    location: RemoteNetwork.Location,
    lane: Lane
  ) async throws(CloudError) -> RemoteNetwork {
    try await entity(.remoteNetworkUpdate, ["id": .string(id), "location": .string(location.rawValue)], lane: lane)
  }

  public func deleteRemoteNetwork(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.remoteNetworkDelete, id, lane: lane)
  }
}
