public import Cloud

extension EC2Client {
  /// Objects that keep a VPC from being deleted and that no other call here shows: network ACLs other than the default
  /// one, and attached VPN gateways and egress-only internet gateways. Three reads.
  public func attachments(of vpcID: String) async throws(CloudError) -> [EC2.Attachment] {
    func all(
      _ kind: String,
      _ action: String,
      set: String,
      id: String,
      filters: [Filter],
      where isAttached: (XMLElement) -> Bool = { _ in true }
    ) async throws(CloudError) -> [EC2.Attachment] {
      // The list of VPN gateways has no pages.
      let pageSize = action == "DescribeVpnGateways" ? nil : 255
      return try await describe(action, filters, set: set, pageSize: pageSize) { item in
        guard isAttached(item), let id = item.string(id) else { return nil }
        return EC2.Attachment(kind: kind, id: id, tags: item.tags())
      }
    }
    let inside = Filter("vpc-id", [vpcID])
    return try await all(
      "network ACL",
      "DescribeNetworkAcls",
      set: "networkAclSet",
      id: "networkAclId",
      filters: [inside, Filter("default", ["false"])]
    )
      + all(
        "VPN gateway",
        "DescribeVpnGateways",
        set: "vpnGatewaySet",
        id: "vpnGatewayId",
        filters: [Filter("attachment.vpc-id", [vpcID]), Filter("attachment.state", ["attaching", "attached"])]
      )
      + all(
        "egress-only internet gateway",
        "DescribeEgressOnlyInternetGateways",
        set: "egressOnlyInternetGatewaySet",
        id: "egressOnlyInternetGatewayId",
        filters: [],
        where: { $0.list("attachmentSet").contains { $0.string("vpcId") == vpcID } }
      )
  }
}
