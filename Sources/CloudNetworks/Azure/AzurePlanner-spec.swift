internal import Azure
internal import CloudResources

extension AzurePlanner {
  /// Checks rules of Azure that the schema does not express.
  /// - Returns: whether the rest can be planned.
  mutating func isSpecPossible() -> Bool {
    func isName(_ text: String, _ limit: Int) -> Bool {
      (1...limit).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
          default: false
          }
        } && text.first != "." && text.last != "." && text.first != "-" && text.last != "-"
    }
    for subnet in desired.subnets where !isName(subnet.name, 80) || !(subnet.zone.isEmpty || isName(subnet.zone, 12)) {
      let message = "subnet \(subnet.name), zone \(subnet.zone): Azure takes letters, digits, dots and dashes"
      problem(.subnets, .invalidSpec, message)
    }
    for (name, value) in desired.tags {
      let isBad =
        name.isEmpty || name.utf8.count > 512 || value.utf8.count > 256 || name.contains { "<>%&\\?/".contains($0) }
      if isBad {
        problem(.network, .invalidSpec, "tag \(name): Azure takes 512 characters without <>%&\\?/ and a value of 256")
      }
    }
    if desired.tags.count > 47 {
      let message = "Azure allows 50 tags, and the operator needs three of them: leave at most 47 in spec.tags"
      problem(.network, .invalidSpec, message)
    }
    if Set(desired.tags.keys.map { $0.lowercased() }).count < desired.tags.count {
      problem(.network, .invalidSpec, "two tags differ only in case, and Azure treats them as one")
    }
    let texts =
      desired.egress.existingIDs + desired.egress.existingNATGatewayIDs + desired.subnets.compactMap(\.existingID) + [
        desired.existingNetworkID ?? ""
      ]
    for text in texts where !text.isEmpty && ResourceID(text) == nil {
      problem(.network, .invalidSpec, "\(text) is no resource id: /subscriptions/…/resourceGroups/…/providers/…")
    }
    let (gateways, zones) = (desired.egress.existingNATGatewayIDs.count, ownZones.count)
    if gateways > 1, gateways != zones {
      let message =
        "spec.egress.existingNATGatewayIDs has \(gateways) ids for \(zones) zones: give one, or one for each zone"
      problem(.egress, .invalidSpec, message)
    }
    let limit = AzureRules.last - AzureRules.first
    if max(desired.ingressRules.count, desired.egressRules.count) > limit {
      problem(.firewall, .invalidSpec, "a security group takes \(limit) rules in each direction beside ours")
    }
    let isPossible = planner.plan.problems.isEmpty
    if desired.hasFlowLogs {
      problem(
        .network,
        .invalidSpec,
        "Azure flow logs need a Network Watcher and a storage account of the subscription, which the operator does not "
          + "manage: remove spec.flowLogs"
      )
    }
    return isPossible
  }

  private mutating func problem(_ part: NetworkPart, _ kind: ProblemKind, _ message: String) {
    planner.plan.problem(part, kind, message)
  }
}
