@testable import AWS

extension FakeEC2.State {
  mutating func delete(_ call: Call) throws(FakeEC2.Refusal) -> String {
    let violation = FakeEC2.Refusal("DependencyViolation", "has dependencies and cannot be deleted")
    let busy = ["pending", "available", "deleting"]
    switch call.action {
    case "DeleteVpc":
      let id = call["VpcId"]
      _ = try vpc(id)
      let holders = [
        subnets.contains { $0.vpcID == id }, groups.contains { $0.vpcID == id && !$0.isDefault },
        tables.contains { $0.vpcID == id && !$0.associations.contains(where: \.isMain) },
        gateways.contains { $0.vpcID == id }, endpoints.contains { $0.vpcID == id },
        nats.contains { $0.vpcID == id && busy.contains($0.state) }, !attachments.isEmpty,
      ]
      guard !holders.contains(true) else { throw violation }
      vpcs.removeAll { $0.id == id }
      groups.removeAll { $0.vpcID == id }
      tables.removeAll { $0.vpcID == id }
    case "DeleteSubnet":
      let id = call["SubnetId"]
      _ = try subnetIndex(id)
      guard !nats.contains(where: { $0.subnetID == id && busy.contains($0.state) }),
        !interfaces.contains(where: { $0.subnetID == id })
      else { throw violation }
      subnets.removeAll { $0.id == id }
      for index in tables.indices { tables[index].associations.removeAll { $0.subnetID == id } }
    case "DeleteInternetGateway":
      let id = call["InternetGatewayId"]
      guard let gateway = gateways.first(where: { $0.id == id }) else {
        throw FakeEC2.Refusal("InvalidInternetGatewayID.NotFound")
      }
      guard gateway.vpcID == nil else { throw violation }
      gateways.removeAll { $0.id == id }
    case "ReleaseAddress":
      let id = call["AllocationId"]
      guard let address = addresses.first(where: { $0.allocationID == id }) else {
        throw FakeEC2.Refusal("InvalidAllocationID.NotFound")
      }
      guard address.associationID == nil else { throw FakeEC2.Refusal("InvalidIPAddress.InUse") }
      addresses.removeAll { $0.allocationID == id }
    case "DeleteNatGateway":
      guard let index = nats.firstIndex(where: { $0.id == call["NatGatewayId"] }) else {
        throw FakeEC2.Refusal("NatGatewayNotFound")
      }
      if nats[index].state != "deleted" {
        nats[index].state = nats[index].state == "failed" ? "deleted" : "deleting"
      }
    case "DeleteRouteTable":
      let id = call["RouteTableId"]
      guard try tables[table(id)].associations.isEmpty,
        !endpoints.contains(where: { $0.state == "available" && $0.routeTableIDs.contains(id) })
      else { throw violation }
      tables.removeAll { $0.id == id }
      for index in endpoints.indices { endpoints[index].routeTableIDs.removeAll { $0 == id } }
    case "DeleteRoute":
      let index = try table(call["RouteTableId"])
      tables[index].routes.removeAll { $0.destination == call["DestinationCidrBlock"] }
    case "DeleteVpcEndpoints":
      for index in endpoints.indices where call.list("VpcEndpointId").contains(endpoints[index].id) {
        endpoints[index].state = "deleting"
      }
    case "DeleteFlowLogs": flowLogs.removeAll { call.list("FlowLogId").contains($0.id) }
    case "DeleteSecurityGroup":
      let id = call["GroupId"]
      guard groups.contains(where: { $0.id == id }) else { throw FakeEC2.Refusal("InvalidGroup.NotFound") }
      let isNamed = groups.contains { group in
        group.id != id && group.ingress.union(group.egress).contains { $0.peer == .group(id) }
      }
      guard !isNamed, !interfaces.contains(where: { $0.groupIDs.contains(id) }) else { throw violation }
      groups.removeAll { $0.id == id }
    case "DeleteTags":
      let keys = (1...50).compactMap { call.form["Tag.\($0).Key"] }
      for id in call.list("ResourceId") { retag(id) { tags in keys.forEach { tags[$0] = nil } } }
    default: throw FakeEC2.Refusal("InvalidAction", call.action)
    }
    return "<return>true</return>"
  }
}
