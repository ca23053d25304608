import Foundations

@testable import AWS

extension FakeEC2.State {
  mutating func answer(_ call: Call) throws(FakeEC2.Refusal) -> String {
    if call.action.hasPrefix("Describe") { return try describe(call) }
    if call.action.hasPrefix("Create") || call.action == "AllocateAddress" { return try create(call) }
    if call.action.hasPrefix("Delete") || call.action == "ReleaseAddress" { return try delete(call) }
    switch call.action {
    case "ModifyVpcAttribute":
      let attribute = call.form["EnableDnsSupport.Value"] == "true" ? "DnsSupport" : "DnsHostnames"
      _ = try vpc(call["VpcId"])
      guard attribute == "DnsSupport" || dns.contains("\(call["VpcId"])/DnsSupport") else {
        throw FakeEC2.Refusal("InvalidParameterCombination")
      }
      dns.insert("\(call["VpcId"])/\(attribute)")
    case "AssociateVpcCidrBlock":
      guard let index = vpcs.firstIndex(where: { $0.id == call["VpcId"] }) else {
        throw FakeEC2.Refusal("InvalidVpcID.NotFound")
      }
      let cidr = call["CidrBlock"]
      guard !vpcs[index].cidrs.contains(cidr) else { throw FakeEC2.Refusal("InvalidVpc.Conflict") }
      let id = next("vpc-cidr-assoc")
      vpcs[index].cidrs.append(cidr)
      vpcs[index].associations[cidr] = id
      vpcs[index].pendingRanges.insert(cidr)
      return "<cidrBlockAssociation><associationId>\(id)</associationId></cidrBlockAssociation>"
    case "DisassociateVpcCidrBlock":
      for index in vpcs.indices {
        for (cidr, id) in vpcs[index].associations where id == call["AssociationId"] {
          let range = IPv4Network(cidr)
          guard !subnets.compactMap({ IPv4Network($0.cidr) }).contains(where: { range?.overlaps($0) == true }) else {
            throw FakeEC2.Refusal("InvalidCidrBlock.InUse", "the range is in use by a subnet")
          }
          vpcs[index].associations[cidr] = nil
          vpcs[index].cidrs.removeAll { $0 == cidr }
        }
      }
    case "AttachInternetGateway": try attach(call["InternetGatewayId"], call["VpcId"])
    case "DetachInternetGateway": try detach(call["InternetGatewayId"], call["VpcId"])
    case "ReplaceRoute": try route(call, exists: true)
    case "AssociateRouteTable":
      let subnet = call["SubnetId"]
      _ = try subnetIndex(subnet)
      guard !tables.contains(where: { $0.associations.contains { $0.subnetID == subnet } }) else {
        throw FakeEC2.Refusal("Resource.AlreadyAssociated")
      }
      let id = next("rtbassoc")
      tables[try table(call["RouteTableId"])].associations.append(.init(id: id, subnetID: subnet, isMain: false))
      return "<associationId>\(id)</associationId>"
    case "ReplaceRouteTableAssociation":
      guard let old = tables.firstIndex(where: { $0.associations.contains { $0.id == call["AssociationId"] } }),
        let at = tables[old].associations.firstIndex(where: { $0.id == call["AssociationId"] })
      else { throw FakeEC2.Refusal("InvalidAssociationID.NotFound") }
      var moved = tables[old].associations.remove(at: at)
      moved.id = next("rtbassoc")
      tables[try table(call["RouteTableId"])].associations.append(moved)
      return "<newAssociationId>\(moved.id)</newAssociationId>"
    case "ModifyVpcEndpoint":
      guard let index = endpoints.firstIndex(where: { $0.id == call["VpcEndpointId"] }) else {
        throw FakeEC2.Refusal("InvalidVpcEndpointId.NotFound")
      }
      var endpoint = endpoints[index]
      try modify(&endpoint, call)
      endpoints[index] = endpoint
      endpoints[index].routeTableIDs += call.list("AddRouteTableId")
      endpoints[index].routeTableIDs.removeAll { call.list("RemoveRouteTableId").contains($0) }
    default: try firewall(call)
    }
    return "<return>true</return>"
  }

  private mutating func modify(_ endpoint: inout EC2.Endpoint, _ call: Call) throws(FakeEC2.Refusal) {
    for id in call.list("RemoveSubnetId") {
      guard let at = endpoint.subnetIDs.firstIndex(of: id) else { throw FakeEC2.Refusal("InvalidSubnetId.NotFound") }
      endpoint.subnetIDs.remove(at: at)
      interfaces.removeAll { $0.subnetID == id && endpoint.networkInterfaceIDs.contains($0.id) }
    }
    endpoint.groupIDs += call.list("AddSecurityGroupId")
    endpoint.groupIDs.removeAll { call.list("RemoveSecurityGroupId").contains($0) }
    for id in call.list("AddSubnetId") { try place(&endpoint, in: id, services[endpoint.serviceName] ?? []) }
    if call["PrivateDnsEnabled"] == "true" { endpoint.hasPrivateDNS = true }
  }

  private mutating func firewall(_ call: Call) throws(FakeEC2.Refusal) {
    guard let index = groups.firstIndex(where: { $0.id == call["GroupId"] }) else {
      throw FakeEC2.Refusal("InvalidGroup.NotFound")
    }
    let isIngress = call.action.hasSuffix("Ingress")
    if !call.action.hasPrefix("Revoke") {
      for (rule, note) in call.notes {
        if isIngress { groups[index].ingressNotes[rule] = note } else { groups[index].egressNotes[rule] = note }
      }
    }
    if call.action.hasPrefix("Update") { return }
    for rule in call.rules {
      let isThere = isIngress ? groups[index].ingress.contains(rule) : groups[index].egress.contains(rule)
      switch (call.action.hasPrefix("Authorize"), isThere) {
      case (true, true): throw FakeEC2.Refusal("InvalidPermission.Duplicate")
      case (false, false): throw FakeEC2.Refusal("InvalidPermission.NotFound")
      default: break
      }
    }
    for rule in call.rules {
      switch (call.action.hasPrefix("Authorize"), isIngress) {
      case (true, true): groups[index].ingress.insert(rule)
      case (true, false): groups[index].egress.insert(rule)
      case (false, true): groups[index].ingress.remove(rule)
      case (false, false): groups[index].egress.remove(rule)
      }
    }
  }

  mutating func route(_ call: Call, exists: Bool) throws(FakeEC2.Refusal) {
    let index = try table(call["RouteTableId"])
    let at = tables[index].routes.firstIndex { $0.destination == call["DestinationCidrBlock"] }
    let names = ["NatGatewayId", "GatewayId", "NetworkInterfaceId", "VpcEndpointId", "TransitGatewayId"]
    let target = names.compactMap { call.form[$0] }.first ?? ""
    guard
      gateways.contains(where: { $0.id == target })
        || nats.contains(where: { $0.id == target && $0.state == "available" }) || nextHops.contains(target)
    else { throw FakeEC2.Refusal("InvalidNatGatewayID.NotFound", "\(target) is not there or not available") }
    switch (at, exists) {
    case (nil, false):
      tables[index].routes.append(.init(destination: call["DestinationCidrBlock"], target: target, state: "active"))
    case (let at?, true): tables[index].routes[at].target = target
    case (nil, true): throw FakeEC2.Refusal("InvalidParameterValue")
    case (_?, false): throw FakeEC2.Refusal("RouteAlreadyExists")
    }
  }

  private mutating func attach(_ id: String, _ vpcID: String) throws(FakeEC2.Refusal) {
    _ = try vpc(vpcID)
    guard let index = gateways.firstIndex(where: { $0.id == id }) else {
      throw FakeEC2.Refusal("InvalidInternetGatewayID.NotFound")
    }
    guard gateways[index].vpcID == nil, !gateways.contains(where: { $0.vpcID == vpcID }) else {
      throw FakeEC2.Refusal("Resource.AlreadyAssociated")
    }
    gateways[index].vpcID = vpcID
  }

  private mutating func detach(_ id: String, _ vpcID: String) throws(FakeEC2.Refusal) {
    guard let index = gateways.firstIndex(where: { $0.id == id && $0.vpcID == vpcID }) else {
      throw FakeEC2.Refusal("Gateway.NotAttached")
    }
    guard !nats.contains(where: { $0.vpcID == vpcID && ["pending", "available", "deleting"].contains($0.state) }) else {
      throw FakeEC2.Refusal("DependencyViolation")
    }
    gateways[index].vpcID = nil
  }

  // MARK: Finding

  func vpc(_ id: String) throws(FakeEC2.Refusal) -> EC2.VPC {
    guard let vpc = vpcs.first(where: { $0.id == id }) else {
      throw FakeEC2.Refusal("InvalidVpcID.NotFound", "The vpc ID '\(id)' does not exist")
    }
    return vpc
  }
  func subnetIndex(_ id: String) throws(FakeEC2.Refusal) -> Int {
    guard let index = subnets.firstIndex(where: { $0.id == id }) else {
      throw FakeEC2.Refusal("InvalidSubnetID.NotFound")
    }
    return index
  }
  func table(_ id: String) throws(FakeEC2.Refusal) -> Int {
    guard let index = tables.firstIndex(where: { $0.id == id }) else {
      throw FakeEC2.Refusal("InvalidRouteTableID.NotFound")
    }
    return index
  }

  mutating func retag(_ id: String, _ body: (inout [String: String]) -> Void) {
    for index in vpcs.indices where vpcs[index].id == id { body(&vpcs[index].tags) }
    for index in subnets.indices where subnets[index].id == id { body(&subnets[index].tags) }
    for index in gateways.indices where gateways[index].id == id { body(&gateways[index].tags) }
    for index in addresses.indices where addresses[index].allocationID == id { body(&addresses[index].tags) }
    for index in nats.indices where nats[index].id == id { body(&nats[index].tags) }
    for index in tables.indices where tables[index].id == id { body(&tables[index].tags) }
    for index in groups.indices where groups[index].id == id { body(&groups[index].tags) }
    for index in endpoints.indices where endpoints[index].id == id { body(&endpoints[index].tags) }
    for index in flowLogs.indices where flowLogs[index].id == id { body(&flowLogs[index].tags) }
  }
}
