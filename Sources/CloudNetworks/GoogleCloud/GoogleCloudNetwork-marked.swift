package import Cloud
internal import GoogleCloud

extension GoogleCloudNetwork {
  package func markedNetworks() async throws(CloudError) -> [MarkedNetwork] {
    try await compute.list(Network.self, region: region).compactMap { network in
      GoogleCloudMark.mark(in: network.description).map { MarkedNetwork(id: network.name, mark: $0) }
    }
  }
}

extension GoogleCloudMark {
  /// The mark of any Backbone in a description.
  static func mark(in description: String?) -> OwnershipMark? {
    let opening = "\(OwnershipMark.key)="
    guard let description, description.hasPrefix(opening) else { return nil }
    return description.dropFirst(opening.count).split(separator: " ").first.flatMap { OwnershipMark(value: String($0)) }
  }
}
