internal import Foundations

// Decodes each object from an answer. An element without an id is skipped.

extension EC2.VPC {
  init?(_ item: XMLElement) {
    guard let id = item.string("vpcId") else { return nil }
    let associated = item.list("cidrBlockAssociationSet").filter {
      ["associated", "associating"].contains($0["cidrBlockState"]?.string("state"))
    }
    let cidr = item.string("cidrBlock") ?? ""
    let others = associated.compactMap { $0.string("cidrBlock") }.filter { $0 != cidr }
    let ids = associated.map { ($0.string("cidrBlock") ?? "", $0.string("associationId") ?? "") }
    let pending = associated.filter { $0["cidrBlockState"]?.string("state") == "associating" }
    self.init(
      id: id,
      cidr: cidr,
      cidrs: [cidr] + others,
      state: item.string("state") ?? "",
      tags: item.tags(),
      ownerID: item.string("ownerId"),
      associations: Dictionary(ids) { $1 },
      pendingRanges: Set(pending.compactMap { $0.string("cidrBlock") })
    )
  }
}

extension EC2.Subnet {
  init?(_ item: XMLElement) {
    guard let id = item.string("subnetId") else { return nil }
    self.init(
      id: id,
      vpcID: item.string("vpcId") ?? "",
      zone: item.string("availabilityZone") ?? "",
      cidr: item.string("cidrBlock") ?? "",
      state: item.string("state") ?? "",
      freeAddresses: item.int("availableIpAddressCount"),
      tags: item.tags()
    )
  }
}

extension EC2.InternetGateway {
  init?(_ item: XMLElement) {
    guard let id = item.string("internetGatewayId") else { return nil }
    let attachments = item.list("attachmentSet").filter { !["detached", "detaching"].contains($0.string("state")) }
    self.init(id: id, vpcID: attachments.first?.string("vpcId"), tags: item.tags())
  }
}

extension EC2.Address {
  init?(_ item: XMLElement) {
    guard let id = item.string("allocationId") else { return nil }
    self.init(
      allocationID: id,
      publicIP: item.string("publicIp") ?? "",
      associationID: item.string("associationId"),
      networkInterfaceID: item.string("networkInterfaceId"),
      tags: item.tags()
    )
  }
}

extension EC2.NATGateway {
  init?(_ item: XMLElement) {
    guard let id = item.string("natGatewayId") else { return nil }
    let addresses = item.list("natGatewayAddressSet")
    self.init(
      id: id,
      vpcID: item.string("vpcId") ?? "",
      subnetID: item.string("subnetId") ?? "",
      state: item.string("state") ?? "",
      failureCode: item.string("failureCode"),
      failureMessage: item.string("failureMessage"),
      allocationIDs: addresses.compactMap { $0.string("allocationId") },
      publicIPs: addresses.compactMap { $0.string("publicIp") },
      created: item.string("createTime").flatMap { Timestamp($0) },
      tags: item.tags()
    )
  }
}

extension EC2.RouteTable {
  init?(_ item: XMLElement) {
    guard let id = item.string("routeTableId") else { return nil }
    self.init(
      id: id,
      vpcID: item.string("vpcId") ?? "",
      routes: item.list("routeSet").map { Route($0) },
      associations: item.list("associationSet").compactMap { Association($0) },
      tags: item.tags()
    )
  }
}

extension EC2.RouteTable.Route {
  private static let destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"]
  private static let targets = [
    "natGatewayId", "gatewayId", "transitGatewayId", "vpcPeeringConnectionId", "egressOnlyInternetGatewayId",
    "localGatewayId", "carrierGatewayId", "networkInterfaceId", "instanceId", "coreNetworkArn",
  ]
  init(_ item: XMLElement) {
    self.init(
      destination: Self.destinations.lazy.compactMap { item.string($0) }.first ?? "",
      target: Self.targets.lazy.compactMap { item.string($0) }.first ?? "",
      state: item.string("state") ?? ""
    )
  }
}

extension EC2.RouteTable.Association {
  init?(_ item: XMLElement) {
    guard let id = item.string("routeTableAssociationId"),
      !["disassociating", "disassociated", "failed"].contains(item["associationState"]?.string("state"))
    else { return nil }
    self.init(id: id, subnetID: item.string("subnetId"), isMain: item.bool("main"))
  }
}

extension EC2.Endpoint {
  init?(_ item: XMLElement) {
    guard let id = item.string("vpcEndpointId") else { return nil }
    self.init(
      id: id,
      vpcID: item.string("vpcId") ?? "",
      serviceName: item.string("serviceName") ?? "",
      state: (item.string("state") ?? "").lowercased(),
      routeTableIDs: item["routeTableIdSet"]?.children.map(\.text) ?? [],
      tags: item.tags(),
      isInterface: item.string("vpcEndpointType") == "Interface",
      subnetIDs: item["subnetIdSet"]?.children.map(\.text) ?? [],
      groupIDs: item.list("groupSet").compactMap { $0.string("groupId") },
      networkInterfaceIDs: item["networkInterfaceIdSet"]?.children.map(\.text) ?? [],
      hasPrivateDNS: item.bool("privateDnsEnabled")
    )
  }
}

extension EC2.EndpointService {
  init?(_ item: XMLElement) {
    guard let name = item.string("serviceName") else { return nil }
    self.init(
      name: name,
      zones: item["availabilityZoneSet"]?.children.map(\.text) ?? [],
      hasPrivateDNS: item.string("privateDnsName") != nil
    )
  }
}

extension EC2.FlowLog {
  init?(_ item: XMLElement) {
    guard let id = item.string("flowLogId") else { return nil }
    self.init(
      id: id,
      resourceID: item.string("resourceId") ?? "",
      destination: item.string("logDestination") ?? "",
      traffic: item.string("trafficType") ?? "",
      deliveryStatus: item.string("deliverLogsStatus"),
      deliveryError: item.string("deliverLogsErrorMessage"),
      tags: item.tags()
    )
  }
}

extension EC2.NetworkInterface {
  init?(_ item: XMLElement) {
    guard let id = item.string("networkInterfaceId") else { return nil }
    self.init(
      id: id,
      subnetID: item.string("subnetId") ?? "",
      description: item.string("description") ?? "",
      kind: item.string("interfaceType") ?? "interface",
      instanceID: item["attachment"]?.string("instanceId"),
      groupIDs: item.list("groupSet").compactMap { $0.string("groupId") },
      tags: item.tags(),
      publicIP: item["association"]?.string("publicIp")
    )
  }
}

extension EC2.Zone {
  init?(_ item: XMLElement) {
    guard let name = item.string("zoneName") else { return nil }
    self.init(
      name: name,
      state: item.string("zoneState") ?? item.string("state") ?? "",
      kind: item.string("zoneType") ?? "availability-zone"
    )
  }
}
