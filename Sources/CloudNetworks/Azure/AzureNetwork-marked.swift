internal import Azure
package import Cloud

extension AzureNetwork {
  package func markedNetworks() async throws(CloudError) -> [MarkedNetwork] {
    try await client.virtualNetworks().compactMap { network in
      network.tag(AzureNames.markTag).flatMap { OwnershipMark(value: $0) }.map {
        MarkedNetwork(id: network.id?.name ?? "", mark: $0)
      }
    }
  }
}
