import Foundations

@testable import AWS

extension FakeEC2.State {
  mutating func create(_ call: Call) throws(FakeEC2.Refusal) -> String {
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
        network.cidrs.filter({ !network.pendingRanges.contains($0) }).contains(where: {
          IPv4Network($0)?.contains(cidr) == true
        })
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
    case "CreateVpcEndpoint" where call["VpcEndpointType"] == "Interface":
      id = try createInterfaceEndpoint(call, tags)
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
    case "CreateFlowLogs":
      let (vpcID, destination) = (try vpc(call["ResourceId.1"]).id, call["LogDestination"])
      guard !flowLogs.contains(where: { $0.resourceID == vpcID && $0.destination == destination }) else {
        return Self.refused("FlowLogAlreadyExists", "There is an existing flow log with the same destination")
      }
      guard !destination.contains("nowhere") else { return Self.refused("400", "LogDestination: does not exist.") }
      id = next("fl")
      flowLogs.append(
        EC2.FlowLog(id: id, resourceID: vpcID, destination: destination, traffic: call["TrafficType"], tags: tags)
      )
    case "CreateTags": for id in call.list("ResourceId") { retag(id) { $0.merge(call.tags("Tag")) { $1 } } }
    default: throw FakeEC2.Refusal("InvalidAction", call.action)
    }
    if let token = call.form["ClientToken"] { tokens[token] = id }
    return Self.created(call.action, id)
  }

  private mutating func createInterfaceEndpoint(
    _ call: Call,
    _ tags: [String: String]
  ) throws(FakeEC2.Refusal) -> String {
    let (service, subnetIDs, groupIDs) = (call["ServiceName"], call.list("SubnetId"), call.list("SecurityGroupId"))
    guard let zones = services[service] else { throw FakeEC2.Refusal("InvalidServiceName") }
    let isTaken = endpoints.contains { endpoint in
      endpoint.vpcID == call["VpcId"] && endpoint.serviceName == service && endpoint.hasPrivateDNS
    }
    guard !isTaken else {
      throw FakeEC2.Refusal("InvalidParameter", "there is already a conflicting DNS domain")
    }
    guard groupIDs.allSatisfy({ id in groups.contains { $0.id == id } }) else {
      throw FakeEC2.Refusal("InvalidSecurityGroupId.NotFound")
    }
    let id = next("vpce")
    var endpoint = EC2.Endpoint(
      id: id,
      vpcID: try vpc(call["VpcId"]).id,
      serviceName: service,
      state: "pending",
      routeTableIDs: [],
      tags: tags
    )
    endpoint.isInterface = true
    endpoint.groupIDs = groupIDs
    endpoint.hasPrivateDNS = call["PrivateDnsEnabled"] == "true"
    for subnet in subnetIDs { try place(&endpoint, in: subnet, zones) }
    endpoints.append(endpoint)
    return id
  }

  mutating func place(_ endpoint: inout EC2.Endpoint, in id: String, _ zones: [String]) throws(FakeEC2.Refusal) {
    let subnet = subnets[try subnetIndex(id)]
    guard zones.contains(subnet.zone) else {
      throw FakeEC2.Refusal("InvalidParameter", "does not support the availability zone of the subnet: \(id)")
    }
    let taken = endpoint.subnetIDs.compactMap { id in subnets.first { $0.id == id }?.zone }
    guard !taken.contains(subnet.zone) else { throw FakeEC2.Refusal("DuplicateSubnetsInSameZone") }
    let interface = next("eni")
    interfaces.append(
      EC2.NetworkInterface(
        id: interface,
        subnetID: id,
        description: "VPC Endpoint Interface \(endpoint.id)",
        kind: "vpc_endpoint",
        groupIDs: endpoint.groupIDs,
        tags: [:]
      )
    )
    endpoint.subnetIDs.append(id)
    endpoint.networkInterfaceIDs.append(interface)
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

  private static func refused(_ code: String, _ message: String) -> String {
    "<unsuccessful><item><error><code>\(code)</code><message>\(message)</message></error></item></unsuccessful>"
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
    case "CreateFlowLogs": "<flowLogIdSet><item>\(id)</item></flowLogIdSet><unsuccessful/>"
    default: "<return>true</return>"
    }
  }
}
