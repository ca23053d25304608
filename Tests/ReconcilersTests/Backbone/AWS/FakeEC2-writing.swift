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
    case "DisassociateRouteTable":
      for index in tables.indices { tables[index].associations.removeAll { $0.id == call["AssociationId"] } }
    case "ModifyVpcEndpoint":
      guard let index = endpoints.firstIndex(where: { $0.id == call["VpcEndpointId"] }) else {
        throw FakeEC2.Refusal("InvalidVpcEndpointId.NotFound")
      }
      endpoints[index].routeTableIDs += call.list("AddRouteTableId")
      endpoints[index].routeTableIDs.removeAll { call.list("RemoveRouteTableId").contains($0) }
    default: try firewall(call)
    }
    return "<return>true</return>"
  }

  private mutating func firewall(_ call: Call) throws(FakeEC2.Refusal) {
    guard let index = groups.firstIndex(where: { $0.id == call["GroupId"] }) else {
      throw FakeEC2.Refusal("InvalidGroup.NotFound")
    }
    let isIngress = call.action.hasSuffix("Ingress")
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

  private mutating func create(_ call: Call) throws(FakeEC2.Refusal) -> String {
    let tags = call.tags()
    if let token = call.form["ClientToken"], let known = tokens[token] { return Self.created(call.action, known) }
    var id = ""
    switch call.action {
    case "CreateVpc":
      id = next("vpc")
      vpcs.append(EC2.VPC(id: id, cidr: call["CidrBlock"], cidrs: [call["CidrBlock"]], state: "available", tags: tags))
      dns.insert("\(id)/DnsSupport")
      let main = next("rtb")
      tables.append(
        EC2.RouteTable(
          id: main,
          vpcID: id,
          routes: [],
          associations: [.init(id: "main-\(main)", subnetID: nil, isMain: true)],
          tags: [:]
        )
      )
      let group = next("sg")
      groups.append(
        EC2.SecurityGroup(
          id: group,
          vpcID: id,
          name: "default",
          ingress: [.init(transport: "-1", peer: .group(group))],
          egress: [.init(transport: "-1", peer: .ipv4("0.0.0.0/0"))],
          tags: [:]
        )
      )
    case "CreateSubnet":
      let network = try vpc(call["VpcId"])
      guard let cidr = IPv4Network(call["CidrBlock"]),
        network.cidrs.contains(where: { IPv4Network($0)?.contains(cidr) == true })
      else { throw FakeEC2.Refusal("InvalidSubnet.Range") }
      guard !subnets.contains(where: { $0.vpcID == network.id && IPv4Network($0.cidr)?.overlaps(cidr) == true }) else {
        throw FakeEC2.Refusal("InvalidSubnet.Conflict")
      }
      id = next("subnet")
      subnets.append(
        EC2.Subnet(
          id: id,
          vpcID: network.id,
          zone: call["AvailabilityZone"],
          cidr: call["CidrBlock"],
          state: "available",
          freeAddresses: 11,
          tags: tags
        )
      )
    case "CreateInternetGateway":
      id = next("igw")
      gateways.append(EC2.InternetGateway(id: id, vpcID: nil, tags: tags))
    case "AllocateAddress":
      id = next("eipalloc")
      addresses.append(EC2.Address(allocationID: id, publicIP: "203.0.113.\(count)", tags: tags))
    case "CreateNatGateway": id = try createNAT(call, tags)
    case "CreateRouteTable":
      _ = try vpc(call["VpcId"])
      id = next("rtb")
      tables.append(EC2.RouteTable(id: id, vpcID: call["VpcId"], routes: [], associations: [], tags: tags))
    case "CreateRoute": try route(call, exists: false)
    case "CreateVpcEndpoint":
      for table in call.list("RouteTableId") { _ = try self.table(table) }
      id = next("vpce")
      endpoints.append(
        EC2.Endpoint(
          id: id,
          vpcID: call["VpcId"],
          serviceName: call["ServiceName"],
          state: "available",
          routeTableIDs: call.list("RouteTableId"),
          tags: tags
        )
      )
    case "CreateSecurityGroup":
      _ = try vpc(call["VpcId"])
      guard !groups.contains(where: { $0.vpcID == call["VpcId"] && $0.name == call["GroupName"] }) else {
        throw FakeEC2.Refusal("InvalidGroup.Duplicate")
      }
      id = next("sg")
      groups.append(
        EC2.SecurityGroup(
          id: id,
          vpcID: call["VpcId"],
          name: call["GroupName"],
          ingress: [],
          egress: [.init(transport: "-1", peer: .ipv4("0.0.0.0/0"))],
          tags: tags
        )
      )
    case "CreateTags": for id in call.list("ResourceId") { retag(id) { $0.merge(call.tags("Tag")) { $1 } } }
    default: throw FakeEC2.Refusal("InvalidAction", call.action)
    }
    if let token = call.form["ClientToken"] { tokens[token] = id }
    return Self.created(call.action, id)
  }

  private mutating func createNAT(_ call: Call, _ tags: [String: String]) throws(FakeEC2.Refusal) -> String {
    let subnet = subnets[try subnetIndex(call["SubnetId"])]
    let allocation = call["AllocationId"]
    let address = addresses.firstIndex { $0.allocationID == allocation }
    let id = next("nat")
    var failure: String?
    if address.map({ addresses[$0].associationID != nil }) ?? true { failure = "Resource.AlreadyAssociated" }
    if !gateways.contains(where: { $0.vpcID == subnet.vpcID }) { failure = "Gateway.NotAttached" }
    if !natFailures.isEmpty { failure = natFailures.removeFirst() }
    if failure == nil, let address {
      addresses[address].associationID = "on-\(id)"
      addresses[address].networkInterfaceID = "eni-\(id)"
    }
    nats.append(
      EC2.NATGateway(
        id: id,
        vpcID: subnet.vpcID,
        subnetID: subnet.id,
        state: failure == nil ? "pending" : "failed",
        failureCode: failure,
        failureMessage: failure.map { "because of \($0)" },
        allocationIDs: [allocation],
        publicIPs: address.map { [addresses[$0].publicIP] } ?? [],
        created: Timestamp(seconds: 1_767_225_600 + Int64(count)),
        tags: tags
      )
    )
    return id
  }

  private static func created(_ action: String, _ id: String) -> String {
    switch action {
    case "CreateVpc": "<vpc><vpcId>\(id)</vpcId></vpc>"
    case "CreateSubnet": "<subnet><subnetId>\(id)</subnetId></subnet>"
    case "CreateInternetGateway":
      "<internetGateway><internetGatewayId>\(id)</internetGatewayId></internetGateway>"
    case "AllocateAddress": "<allocationId>\(id)</allocationId>"
    case "CreateNatGateway": "<natGateway><natGatewayId>\(id)</natGatewayId></natGateway>"
    case "CreateRouteTable": "<routeTable><routeTableId>\(id)</routeTableId></routeTable>"
    case "CreateVpcEndpoint": "<vpcEndpoint><vpcEndpointId>\(id)</vpcEndpointId></vpcEndpoint>"
    case "CreateSecurityGroup": "<groupId>\(id)</groupId>"
    default: "<return>true</return>"
    }
  }

  private mutating func route(_ call: Call, exists: Bool) throws(FakeEC2.Refusal) {
    let index = try table(call["RouteTableId"])
    let at = tables[index].routes.firstIndex { $0.destination == call["DestinationCidrBlock"] }
    let target = call.form["NatGatewayId"] ?? call["GatewayId"]
    guard
      gateways.contains(where: { $0.id == target })
        || nats.contains(where: { $0.id == target && $0.state == "available" })
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
  }
}
