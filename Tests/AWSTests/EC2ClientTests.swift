import Cloud
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

/// Each call as it is on the wire; that EC2 would take it is what `hack/clouds` checks against botocore's models.
@Suite struct EC2ClientTests {
  struct Wire: Sendable, CustomTestStringConvertible {
    var action: String
    var form: String
    var isIdempotent = true
    var answer = "<return>true</return>"
    var call: @Sendable (EC2Client) async throws(CloudError) -> Void
    var testDescription: String { action }
  }

  static let calls: [Wire] = [
    Wire(
      action: "CreateSubnet",
      form: "AvailabilityZone=z CidrBlock=c TagSpecification.1.ResourceType=subnet TagSpecification.1.Tag.1.Key=a "
        + "TagSpecification.1.Tag.1.Value=1 TagSpecification.1.Tag.2.Key=b TagSpecification.1.Tag.2.Value=2 VpcId=v",
      isIdempotent: false,
      answer: "<subnet><subnetId>s</subnetId></subnet>"
    ) { client throws(CloudError) in
      _ = try await client.createSubnet(vpcID: "v", cidr: "c", zone: "z", tags: ["b": "2", "a": "1"])
    },
    Wire(
      action: "CreateNatGateway",
      form: "AllocationId=a ClientToken=t SubnetId=s",
      answer: "<natGateway><natGatewayId>n</natGatewayId></natGateway>"
    ) { client throws(CloudError) in
      _ = try await client.createNATGateway(subnetID: "s", allocationID: "a", token: "t", tags: [:])
    },
    Wire(
      action: "CreateVpcEndpoint",
      form: "ClientToken=t RouteTableId.1=r1 RouteTableId.2=r2 ServiceName=s VpcEndpointType=Gateway VpcId=v",
      answer: "<vpcEndpoint><vpcEndpointId>e</vpcEndpointId></vpcEndpoint>"
    ) { client throws(CloudError) in
      _ = try await client.createGatewayEndpoint(
        vpcID: "v",
        serviceName: "s",
        routeTableIDs: ["r1", "r2"],
        token: "t",
        tags: [:]
      )
    },
    Wire(
      action: "CreateVpcEndpoint",
      form: "ClientToken=t PrivateDnsEnabled=true SecurityGroupId.1=g ServiceName=s SubnetId.1=s1 SubnetId.2=s2 "
        + "VpcEndpointType=Interface VpcId=v",
      answer: "<vpcEndpoint><vpcEndpointId>e</vpcEndpointId></vpcEndpoint>"
    ) { client throws(CloudError) in
      _ = try await client.createInterfaceEndpoint(
        vpcID: "v",
        serviceName: "s",
        subnetIDs: ["s1", "s2"],
        groupID: "g",
        token: "t",
        tags: [:]
      )
    },
    Wire(
      action: "ModifyVpcEndpoint",
      form: "AddSubnetId.1=s1 PrivateDnsEnabled=true RemoveSecurityGroupId.1=g VpcEndpointId=e"
    ) { client throws(CloudError) in
      var change = EC2Client.EndpointChange()
      change.addedSubnetIDs = ["s1"]
      change.removedGroupIDs = ["g"]
      change.enablesPrivateDNS = true
      try await client.change("e", change)
    },
    Wire(
      action: "AssociateVpcCidrBlock",
      form: "CidrBlock=c VpcId=v",
      isIdempotent: false,
      answer: "<cidrBlockAssociation><associationId>a</associationId></cidrBlockAssociation>"
    ) { client throws(CloudError) in
      _ = try await client.addRange("c", to: "v")
    },
    Wire(
      action: "UpdateSecurityGroupRuleDescriptionsIngress",
      form: "GroupId=g IpPermissions.1.FromPort=1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.IpRanges.1.CidrIp=c "
        + "IpPermissions.1.IpRanges.1.Description=d IpPermissions.1.ToPort=2"
    ) { client throws(CloudError) in
      let rule = EC2.Rule(transport: "tcp", from: 1, to: 2, peer: .ipv4("c"))
      try await client.describe(.ingress, [rule], as: [rule: "d"], groupID: "g")
    },
    Wire(action: "ModifyVpcAttribute", form: "EnableDnsHostnames.Value=true VpcId=v") { client throws(CloudError) in
      try await client.enableDNS(.hostnames, "v")
    },
    Wire(
      action: "AuthorizeSecurityGroupIngress",
      form: "GroupId=g IpPermissions.1.FromPort=1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.IpRanges.1.CidrIp=c "
        + "IpPermissions.1.ToPort=2 IpPermissions.2.Groups.1.GroupId=o IpPermissions.2.IpProtocol=-1"
    ) { client throws(CloudError) in
      let rules = [
        EC2.Rule(transport: "tcp", from: 1, to: 2, peer: .ipv4("c")),
        EC2.Rule(transport: "-1", from: 0, to: 0, peer: .group("o")),
      ]
      try await client.authorize(.ingress, rules, groupID: "g")
    },
    Wire(
      action: "RevokeSecurityGroupEgress",
      form: "GroupId=g IpPermissions.1.IpProtocol=-1 IpPermissions.1.Ipv6Ranges.1.CidrIpv6=c "
        + "IpPermissions.2.IpProtocol=-1 IpPermissions.2.PrefixListIds.1.PrefixListId=p"
    ) { client throws(CloudError) in
      let rules = [EC2.Rule(transport: "-1", peer: .ipv6("c")), EC2.Rule(transport: "-1", peer: .prefixList("p"))]
      try await client.revoke(.egress, rules, groupID: "g")
    },
    Wire(action: "CreateTags", form: "ResourceId.1=x Tag.1.Key=k Tag.1.Value=v") { client throws(CloudError) in
      try await client.createTags(["x"], ["k": "v"])
    },
    Wire(action: "DeleteTags", form: "ResourceId.1=x ResourceId.2=y Tag.1.Key=k") { client throws(CloudError) in
      try await client.deleteTags(["x", "y"], keys: ["k"])
    },
    Wire(action: "AllocateAddress", form: "Domain=vpc", isIdempotent: false, answer: "<allocationId>a</allocationId>") {
      client throws(CloudError) in
      _ = try await client.allocateAddress(tags: [:])
    },
    Wire(
      action: "ReplaceRouteTableAssociation",
      form: "AssociationId=a RouteTableId=r",
      isIdempotent: false
    ) { client throws(CloudError) in
      try await client.replaceAssociation("a", with: "r")
    },
  ]

  @Test(arguments: calls) func callsAreWordedAsEC2WordsThem(wire: Wire) async throws {
    let client = TestClient(.whole(.xml("<R>\(wire.answer)</R>")))
    try await wire.call(client.ec2)
    let request = try #require(client.transport.requests.first)
    var form = request.form
    #expect(form.removeValue(forKey: "Action") == wire.action)
    #expect(form.removeValue(forKey: "Version") == "2016-11-15")
    #expect(form.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ") == wire.form)
    #expect(request.isIdempotent == wire.isIdempotent)
  }

  @Test func aRouteThatIsThereIsReplaced() async throws {
    let client = TestClient(.whole(.ec2Error("RouteAlreadyExists")), .whole(.xml("<R/>")))
    try await client.ec2.setRoute("rtb", to: "0.0.0.0/0", by: "nat-1")
    #expect(client.actions == ["CreateRoute", "ReplaceRoute"])
    #expect(client.transport.requests.last?.form["NatGatewayId"] == "nat-1")
  }

  @Test func oneRuleThatIsThereDoesNotKeepTheOthersOut() async throws {
    let client = TestClient { request in
      let isDuplicate = request.body.map { String(decoding: $0, as: UTF8.self).contains("there") } == true
      return .whole(isDuplicate ? .ec2Error("InvalidPermission.Duplicate") : .xml("<R/>"))
    }
    let rules = ["new1", "there", "new2"].map { EC2.Rule(transport: "-1", peer: .ipv4($0)) }
    try await client.ec2.authorize(.egress, rules, groupID: "g")
    #expect(
      client.transport.requests.compactMap { $0.form["IpPermissions.1.IpRanges.1.CidrIp"] } == [
        "new1", "new1", "there", "new2",
      ]
    )
  }

  @Test(arguments: [("igw-1", true), ("igw-2", false)])
  func attachingWhatIsAttachedIsASuccessOnlyForTheSameGateway(attached: String, succeeds: Bool) async {
    let client = TestClient(
      .whole(.ec2Error("Resource.AlreadyAssociated")),
      .whole(
        .xml(
          "<R><internetGatewaySet><item><internetGatewayId>\(attached)</internetGatewayId></item></internetGatewaySet></R>"
        )
      )
    )
    let error = await failure { () async throws(CloudError) in
      try await client.ec2.attachInternetGateway("igw-1", vpcID: "vpc-1")
    }
    #expect(error?.kind == (succeeds ? nil : .inUse))
  }

  @Test(arguments: [("rtb-1", true), ("rtb-2", false)])
  func associatingWhatIsAssociatedIsASuccessOnlyForTheSameTable(associated: String, succeeds: Bool) async {
    let client = TestClient(
      .whole(.ec2Error("Resource.AlreadyAssociated")),
      .whole(.xml("<R><routeTableSet><item><routeTableId>\(associated)</routeTableId></item></routeTableSet></R>"))
    )
    let error = await failure { () async throws(CloudError) in
      try await client.ec2.associate("rtb-1", subnetID: "subnet-1")
    }
    #expect(error?.kind == (succeeds ? nil : .inUse))
    #expect(client.transport.requests.last?.form["Filter.1.Value.1"] == "subnet-1")
  }

  @Test func aTableThatAnEndpointServesDoesNotKeepTheOthersOut() async throws {
    let client = TestClient { request in
      let isServed = request.form.contains { $0.key.hasPrefix("AddRouteTableId") && $0.value == "rtb-served" }
      return .whole(isServed ? .ec2Error("RouteAlreadyExists") : .xml("<R/>"))
    }
    try await client.ec2.addRouteTables(["rtb-served", "rtb-new"], toEndpoint: "vpce-1")
    #expect(client.transport.requests.map { $0.form["AddRouteTableId.1"] } == ["rtb-served", "rtb-served", "rtb-new"])
  }

  @Test(arguments: [("InvalidVpcEndpoint.NotFound", nil), ("DependencyViolation", CloudError.Kind.inUse)])
  func anEndpointsDeletionCanBeRefusedInASuccess(code: String, kind: CloudError.Kind?) async {
    let item = "<item><error><code>\(code)</code><message>m</message></error><resourceId>e</resourceId></item>"
    let client = TestClient(.whole(.xml("<R><unsuccessful>\(item)</unsuccessful></R>")))
    #expect(await failure { () async throws(CloudError) in try await client.ec2.deleteEndpoint("e") }?.kind == kind)
  }

  @Test func zonesAreTheRegionsOwnInOrder() async throws {
    let items = [("b", "availability-zone"), ("lax-1a", "local-zone"), ("a", "availability-zone")].map {
      "<item><zoneName>\($0)</zoneName><zoneState>available</zoneState><zoneType>\($1)</zoneType></item>"
    }
    let client = TestClient(.whole(.xml("<R><availabilityZoneInfo>\(items.joined())</availabilityZoneInfo></R>")))
    #expect(try await client.ec2.zones().map(\.name) == ["a", "b"])
  }

  @Test func endsOfAttachmentsAreNotAttachments() async throws {
    let states = ["detaching", "available"].map { state in
      "<item><internetGatewayId>igw-\(state)</internetGatewayId><attachmentSet><item><vpcId>v</vpcId><state>\(state)"
        + "</state></item></attachmentSet></item>"
    }
    let client = TestClient(.whole(.xml("<R><internetGatewaySet>\(states.joined())</internetGatewaySet></R>")))
    #expect(try await client.ec2.internetGateways([]).map(\.vpcID) == [nil, "v"])
  }
}
