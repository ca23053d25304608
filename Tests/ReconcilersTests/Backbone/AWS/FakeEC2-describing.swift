import Foundations

@testable import AWS

extension FakeEC2.State {
  mutating func describe(_ call: Call) throws(FakeEC2.Refusal) -> String {
    func shows(_ id: String, _ tags: [String: String], _ fields: [String: String?]) -> Bool {
      guard !hidden.contains(id) else { return false }
      return call.filters.allSatisfy { filter in
        let value = filter.name.hasPrefix("tag:") ? tags[String(filter.name.dropFirst(4))] : fields[filter.name] ?? nil
        return value.map { filter.values.contains($0) } ?? false
      }
    }
    func set(_ name: String, _ items: [String]) -> String {
      "<\(name)>\(items.map { "<item>\($0)</item>" }.joined())</\(name)>"
    }
    switch call.action {
    case "DescribeVpcs":
      return set("vpcSet", vpcs.filter { shows($0.id, $0.tags, ["vpc-id": $0.id]) }.map(Self.xml))
    case "DescribeVpcAttribute":
      let attribute = call["Attribute"].replacing("enable", with: "", maxReplacements: 1)
      let isOn = dns.contains("\(try vpc(call["VpcId"]).id)/\(attribute)")
      return "<enable\(attribute)><value>\(isOn)</value></enable\(attribute)>"
    case "DescribeSubnets":
      return set("subnetSet", subnets.filter { shows($0.id, $0.tags, ["vpc-id": $0.vpcID]) }.map(Self.xml))
    case "DescribeInternetGateways":
      let found = gateways.filter { shows($0.id, $0.tags, ["attachment.vpc-id": $0.vpcID]) }
      return set("internetGatewaySet", found.map(Self.xml))
    case "DescribeAddresses":
      return set(
        "addressesSet",
        addresses.filter { shows($0.allocationID, $0.tags, ["allocation-id": $0.allocationID]) }.map(Self.xml)
      )
    case "DescribeNatGateways":
      return set("natGatewaySet", nats.filter { shows($0.id, $0.tags, ["vpc-id": $0.vpcID]) }.map(Self.xml))
    case "DescribeRouteTables":
      let found = tables.filter { shows($0.id, $0.tags, ["vpc-id": $0.vpcID]) }
      return set("routeTableSet", found.map { xml($0) })
    case "DescribeVpcEndpoints":
      return set(
        "vpcEndpointSet",
        endpoints.filter { shows($0.id, $0.tags, ["vpc-id": $0.vpcID, "vpc-endpoint-id": $0.id]) }.map(Self.xml)
      )
    case "DescribeVpcEndpointServices":
      let names = call.filters.first { $0.name == "service-name" }?.values ?? []
      let found = services.filter { names.contains($0.key) }.map { name, zones in
        Self.tag("serviceName", name) + Self.tag("privateDnsName", "private")
          + "<availabilityZoneSet>\(zones.map { Self.tag("item", $0) }.joined())</availabilityZoneSet>"
      }
      return set("serviceDetailSet", found)
    case "DescribeNetworkAcls":
      let found = attachments.filter { $0.kind == "network ACL" }.map {
        Self.tag("networkAclId", $0.id) + Self.tags($0.tags)
      }
      return set("networkAclSet", found)
    case "DescribeVpnGateways": return set("vpnGatewaySet", [])
    case "DescribeEgressOnlyInternetGateways": return set("egressOnlyInternetGatewaySet", [])
    case "DescribeSecurityGroups":
      return set("securityGroupInfo", groups.filter { shows($0.id, $0.tags, ["vpc-id": $0.vpcID]) }.map(Self.xml))
    case "DescribeFlowLogs":
      return set("flowLogSet", flowLogs.filter { shows($0.id, $0.tags, ["resource-id": $0.resourceID]) }.map(Self.xml))
    case "DescribeNetworkInterfaces":
      let found = interfaces.filter { interface in
        call.filters.allSatisfy { filter in
          filter.name == "subnet-id" && filter.values.contains(interface.subnetID)
            || filter.name == "vpc-id"
              && subnets.contains { $0.id == interface.subnetID && filter.values.contains($0.vpcID) }
            || filter.name == "group-id" && interface.groupIDs.contains { filter.values.contains($0) }
        }
      }
      return set("networkInterfaceSet", found.map(Self.xml))
    default: throw FakeEC2.Refusal("InvalidAction", call.action)
    }
  }

  private static func tag(_ name: String, _ value: String?) -> String { value.map { "<\(name)>\($0)</\(name)>" } ?? "" }
  private static func tags(_ tags: [String: String]) -> String {
    "<tagSet>\(tags.map { "<item><key>\($0.key)</key><value>\($0.value)</value></item>" }.joined())</tagSet>"
  }
  private static func xml(_ vpc: EC2.VPC) -> String {
    let ranges = vpc.associations.map { cidr, id in
      let state = tag("state", vpc.pendingRanges.contains(cidr) ? "associating" : "associated")
      return
        "<item>\(tag("cidrBlock", cidr))\(tag("associationId", id))<cidrBlockState>\(state)</cidrBlockState></item>"
    }
    return tag("vpcId", vpc.id) + tag("cidrBlock", vpc.cidr) + tag("state", vpc.state) + tags(vpc.tags)
      + "<cidrBlockAssociationSet>\(ranges.joined())</cidrBlockAssociationSet>"
  }
  private static func xml(_ subnet: EC2.Subnet) -> String {
    tag("subnetId", subnet.id) + tag("vpcId", subnet.vpcID) + tag("availabilityZone", subnet.zone)
      + tag("cidrBlock", subnet.cidr) + tag("state", subnet.state) + tag("availableIpAddressCount", "11")
      + tags(subnet.tags)
  }
  private static func xml(_ gateway: EC2.InternetGateway) -> String {
    let attachment = gateway.vpcID.map { "<item>\(tag("vpcId", $0))<state>available</state></item>" } ?? ""
    return tag("internetGatewayId", gateway.id) + "<attachmentSet>\(attachment)</attachmentSet>" + tags(gateway.tags)
  }
  private static func xml(_ address: EC2.Address) -> String {
    tag("allocationId", address.allocationID) + tag("publicIp", address.publicIP)
      + tag("associationId", address.associationID) + tag("networkInterfaceId", address.networkInterfaceID)
      + tags(address.tags)
  }
  private static func xml(_ nat: EC2.NATGateway) -> String {
    let addresses = zip(nat.allocationIDs, nat.publicIPs + [""]).map {
      "<item>\(tag("allocationId", $0))\(tag("publicIp", $1))</item>"
    }
    return tag("natGatewayId", nat.id) + tag("vpcId", nat.vpcID) + tag("subnetId", nat.subnetID)
      + tag("state", nat.state)
      + tag("failureCode", nat.failureCode) + tag("failureMessage", nat.failureMessage)
      + tag("createTime", nat.created?.description)
      + "<natGatewayAddressSet>\(addresses.joined())</natGatewayAddressSet>" + tags(nat.tags)
  }

  private func xml(_ table: EC2.RouteTable) -> String {
    var routes = table.routes.map { route in
      let isActive =
        gateways.contains { $0.id == route.target && $0.vpcID == table.vpcID }
        || nats.contains { $0.id == route.target && ["pending", "available"].contains($0.state) }
        || nextHops.contains(route.target)
      let kinds = ["nat": "natGatewayId", "eni": "networkInterfaceId", "tgw": "transitGatewayId"]
      let kind = kinds[String(route.target.prefix(3))] ?? "gatewayId"
      return Self.tag("destinationCidrBlock", route.destination) + Self.tag(kind, route.target)
        + Self.tag("state", isActive ? "active" : "blackhole")
    }
    routes += endpoints.filter { $0.routeTableIDs.contains(table.id) && $0.state == "available" }.map {
      Self.tag("destinationPrefixListId", "pl-1") + Self.tag("gatewayId", $0.id) + Self.tag("state", "active")
    }
    let associations = table.associations.map {
      Self.tag("routeTableAssociationId", $0.id) + Self.tag("subnetId", $0.subnetID)
        + Self.tag("main", String($0.isMain)) + "<associationState><state>associated</state></associationState>"
    }
    return Self.tag("routeTableId", table.id) + Self.tag("vpcId", table.vpcID)
      + "<routeSet>\(routes.map { "<item>\($0)</item>" }.joined())</routeSet>"
      + "<associationSet>\(associations.map { "<item>\($0)</item>" }.joined())</associationSet>"
      + Self.tags(table.tags)
  }

  private static func xml(_ endpoint: EC2.Endpoint) -> String {
    tag("vpcEndpointId", endpoint.id) + tag("vpcId", endpoint.vpcID) + tag("serviceName", endpoint.serviceName)
      + tag("state", endpoint.state)
      + "<routeTableIdSet>\(endpoint.routeTableIDs.map { tag("item", $0) }.joined())</routeTableIdSet>"
      + tag("vpcEndpointType", endpoint.isInterface ? "Interface" : "Gateway")
      + "<subnetIdSet>\(endpoint.subnetIDs.map { tag("item", $0) }.joined())</subnetIdSet>"
      + "<groupSet>\(endpoint.groupIDs.map { "<item>\(tag("groupId", $0))</item>" }.joined())</groupSet>"
      + "<networkInterfaceIdSet>\(endpoint.networkInterfaceIDs.map { tag("item", $0) }.joined())</networkInterfaceIdSet>"
      + tag("privateDnsEnabled", String(endpoint.hasPrivateDNS)) + tags(endpoint.tags)
  }
  private static func xml(_ group: EC2.SecurityGroup) -> String {
    func permissions(_ name: String, _ rules: Set<EC2.Rule>, _ notes: [EC2.Rule: String]) -> String {
      let items = rules.map { rule in
        let peer: String =
          switch rule.peer {
          case .ipv4(let cidr):
            "<ipRanges><item>\(tag("cidrIp", cidr))\(tag("description", notes[rule]))</item></ipRanges>"
          case .group(let id): "<groups><item>\(tag("groupId", id))</item></groups>"
          case .ipv6, .prefixList: ""
          }
        return "<item>\(tag("ipProtocol", rule.transport))\(tag("fromPort", rule.from.map(String.init)))"
          + "\(tag("toPort", rule.to.map(String.init)))\(peer)</item>"
      }
      return "<\(name)>\(items.joined())</\(name)>"
    }
    return tag("groupId", group.id) + tag("vpcId", group.vpcID) + tag("groupName", group.name)
      + permissions("ipPermissions", group.ingress, group.ingressNotes)
      + permissions("ipPermissionsEgress", group.egress, group.egressNotes)
      + tags(group.tags)
  }
  private static func xml(_ log: EC2.FlowLog) -> String {
    tag("flowLogId", log.id) + tag("resourceId", log.resourceID) + tag("logDestination", log.destination)
      + tag("trafficType", log.traffic) + tag("deliverLogsStatus", log.deliveryStatus)
      + tag("deliverLogsErrorMessage", log.deliveryError) + tags(log.tags)
  }
  private static func xml(_ interface: EC2.NetworkInterface) -> String {
    tag("networkInterfaceId", interface.id) + tag("subnetId", interface.subnetID)
      + tag("description", interface.description) + tag("interfaceType", interface.kind) + tags(interface.tags)
  }
}
