import Foundations

@testable import AWS
@testable import CloudNetworks

/// What is there.
extension AWSHistoryCloud {
  var mark: String { bench.desired.mark.value }
  func isOwned(_ tags: [String: String]) -> Bool { tags[OwnershipMark.key] == mark }
  /// Whether others made it; the default security group of a VPC of ours is the operator's.
  func isForeign(_ tags: [String: String]) -> Bool { tags[OwnershipMark.key] == nil && !tags.isEmpty }
  var ownVPC: String? { cloud.read { state in state.vpcs.first { isOwned($0.tags) }?.id } }
  func isPrivate(_ subnet: EC2.Subnet) -> Bool {
    isOwned(subnet.tags) && subnet.tags[OwnershipMark.roleKey]?.hasPrefix("subnet-public") == false
  }

  /// Tags of what bears the mark, by id.
  var owned: [String: [String: String]] {
    let tags = cloud.read { state -> [(String, [String: String])] in
      state.vpcs.map { ($0.id, $0.tags) } + state.subnets.map { ($0.id, $0.tags) }
        + state.gateways.map { ($0.id, $0.tags) } + state.addresses.map { ($0.allocationID, $0.tags) }
        + state.nats.filter { $0.state != "deleted" }.map { ($0.id, $0.tags) }
        + state.tables.map { ($0.id, $0.tags) } + state.groups.map { ($0.id, $0.tags) }
        + state.endpoints.map { ($0.id, $0.tags) } + state.flowLogs.map { ($0.id, $0.tags) }
    }
    return Dictionary(tags.filter { isOwned($0.1) }) { first, _ in first }
  }

  func role(_ id: String) -> String { owned[id]?[OwnershipMark.roleKey] ?? id }

  /// Who associates with them, or lists them, is the operator's business; all else is compared.
  var foreign: [String: AnyHashable] {
    let state = cloud.read { $0 }
    var foreign: [String: AnyHashable] = [:]
    for vpc in state.vpcs where !isOwned(vpc.tags) { foreign[vpc.id] = vpc }
    for subnet in state.subnets where !isOwned(subnet.tags) { foreign[subnet.id] = subnet }
    for gateway in state.gateways where !isOwned(gateway.tags) { foreign[gateway.id] = gateway }
    for address in state.addresses where !isOwned(address.tags) { foreign[address.allocationID] = address.tags }
    for nat in state.nats where !isOwned(nat.tags) && nat.state != "deleted" { foreign[nat.id] = nat.tags }
    for log in state.flowLogs where !isOwned(log.tags) { foreign[log.id] = log }
    for endpoint in state.endpoints where !isOwned(endpoint.tags) {
      foreign[endpoint.id] = [endpoint.state == "deleting" ? ["deleting": ""] : [:], endpoint.tags]
    }
    // A VPC goes with its default group and its main table.
    for group in state.groups where !isOwned(group.tags) && !group.isDefault { foreign[group.id] = group }
    for table in state.tables where !isOwned(table.tags) && !table.associations.contains(where: \.isMain) {
      foreign[table.id] = [AnyHashable(table.routes), AnyHashable(table.tags)]
    }
    return foreign
  }

  var contents: [String: AnyHashable] {
    let state = cloud.read { $0 }
    var contents: [String: AnyHashable] = [:]
    func add(_ id: String, _ tags: [String: String], _ content: AnyHashable...) {
      contents[id] = content + [AnyHashable(tags.filter { !$0.key.hasPrefix("cloudlinker.dev/") })]
    }
    for vpc in state.vpcs { add(vpc.id, vpc.tags, vpc.cidrs) }
    for subnet in state.subnets { add(subnet.id, subnet.tags, subnet.cidr) }
    for gateway in state.gateways { add(gateway.id, gateway.tags, gateway.vpcID) }
    for address in state.addresses { add(address.allocationID, address.tags) }
    for nat in state.nats where nat.isLive { add(nat.id, nat.tags, nat.allocationIDs) }
    for table in state.tables { add(table.id, table.tags, table.routes, table.associations) }
    for group in state.groups { add(group.id, group.tags, group.ingress, group.egress) }
    for endpoint in state.endpoints where !endpoint.isLeaving {
      add(endpoint.id, endpoint.tags, endpoint.routeTableIDs, endpoint.subnetIDs, endpoint.groupIDs)
    }
    for log in state.flowLogs { add(log.id, log.tags, log.destination) }
    return contents
  }

  var inventory: [String] {
    let owned = owned
    func role(_ id: String?) -> String {
      id.map { owned[$0]?[OwnershipMark.roleKey] ?? ($0.hasPrefix("eni-") ? "another" : "nothing") } ?? "none"
    }
    func roles(_ ids: [String]) -> String { "\(ids.map(role).sorted())" }
    func tags(_ tags: [String: String]) -> String {
      tags.filter { $0.key != TagRecord.key && $0.key != OwnershipMark.key }.map { "\($0.key)=\($0.value)" }.sorted()
        .joined(separator: ",")
    }
    func rules(_ rules: Set<EC2.Rule>) -> String {
      let words = rules.map { rule -> String in
        if case .group(let id) = rule.peer { return "\(rule.transport) among \(role(id))" }
        return rule.description
      }
      return "\(words.sorted())"
    }
    return cloud.read { state in
      var lines: [String] = []
      for vpc in state.vpcs where isOwned(vpc.tags) {
        let dns = ["DnsSupport", "DnsHostnames"].filter { state.dns.contains("\(vpc.id)/\($0)") }
        lines.append("vpc \(vpc.cidr) \(vpc.associations.keys.sorted()) \(dns) \(tags(vpc.tags))")
        for group in state.groups where group.vpcID == vpc.id && group.isDefault {
          lines.append("default group in \(rules(group.ingress)) out \(rules(group.egress))")
        }
      }
      for subnet in state.subnets where isOwned(subnet.tags) {
        // Those of pods and of NAT gateways stay where they were put once.
        let cidr = isPrivate(subnet) && !role(subnet.id).hasPrefix("pods-") ? subnet.cidr : ""
        let tables = state.tables.filter { $0.associations.contains { $0.subnetID == subnet.id } }.map(\.id)
        lines.append("subnet \(cidr) \(subnet.zone) by \(roles(tables)) \(tags(subnet.tags))")
      }
      for gateway in state.gateways where isOwned(gateway.tags) {
        lines.append("gateway of \(role(gateway.vpcID)) \(tags(gateway.tags))")
      }
      for address in state.addresses where isOwned(address.tags) {
        lines.append("address \(address.associationID != nil) \(tags(address.tags))")
      }
      for nat in state.nats where isOwned(nat.tags) && nat.state != "deleted" {
        lines.append("NAT \(nat.state) in \(role(nat.subnetID)) with \(roles(nat.allocationIDs)) \(tags(nat.tags))")
      }
      for table in state.tables where isOwned(table.tags) {
        let routes = table.routes.map { "\($0.destination) to \(role($0.target))" }.sorted()
        lines.append("table \(routes) \(tags(table.tags))")
      }
      for group in state.groups where isOwned(group.tags) {
        lines.append("group in \(rules(group.ingress)) out \(rules(group.egress)) \(tags(group.tags))")
      }
      for endpoint in state.endpoints where isOwned(endpoint.tags) {
        let places = roles(endpoint.routeTableIDs + endpoint.subnetIDs + endpoint.groupIDs)
        lines.append("endpoint \(endpoint.state) \(places) \(endpoint.hasPrivateDNS) \(tags(endpoint.tags))")
      }
      for log in state.flowLogs where isOwned(log.tags) {
        lines.append("flow log \(log.destination) \(tags(log.tags))")
      }
      return lines.sorted()
    }
  }

  var billed: [String: Set<String>] {
    cloud.read { state in
      var billed: [String: Set<String>] = [:]
      for address in state.addresses where isOwned(address.tags) {
        billed[address.tags[OwnershipMark.roleKey] ?? "", default: []].insert(address.allocationID)
      }
      for nat in state.nats where isOwned(nat.tags) && nat.isLive {
        billed[nat.tags[OwnershipMark.roleKey] ?? "", default: []].insert(nat.id)
      }
      billed[""] = nil
      return billed
    }
  }

  func billedRoles(_ desired: DesiredNetwork) -> Set<String> {
    Set(desired.natZones.flatMap { [AWSRole.address($0), AWSRole.natGateway($0)] })
  }

  var occupied: [String: Bool] {
    cloud.read { state in
      var occupied: [String: Bool] = [:]
      for interface in state.interfaces where interface.id.hasPrefix("eni-machine") {
        let id = interface.subnetID
        let table = state.tables.first { $0.associations.contains { $0.subnetID == id } }
        let target = table?.routes.first { $0.destination == "0.0.0.0/0" }?.target
        occupied[id] = state.nats.contains { nat in
          nat.id == target && nat.state == "available"
            && state.gateways.contains { $0.vpcID == nat.vpcID }
        }
      }
      return occupied
    }
  }

  var publicAddresses: Set<String> {
    cloud.read { state in Set(state.addresses.filter { isOwned($0.tags) }.map(\.publicIP)) }
  }
}
