internal import AWS
package import Cloud

extension AWSNetwork {
  package func markedNetworks() async throws(CloudError) -> [MarkedNetwork] {
    try await ec2.vpcs([EC2Client.Filter("tag-key", [OwnershipMark.key])]).compactMap { vpc in
      vpc.tags[OwnershipMark.key].flatMap { OwnershipMark(value: $0) }.map { MarkedNetwork(id: vpc.id, mark: $0) }
    }
  }
}
