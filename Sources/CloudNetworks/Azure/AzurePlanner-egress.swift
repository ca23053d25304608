internal import Azure
internal import CloudResources

extension AzurePlanner {
  /// Keys of the NAT gateways that the spec asks for: zones, or `shared`.
  var natKeys: [String] {
    switch desired.egress.addresses {
    case .none: return []
    case .shared: return ownSubnets.isEmpty ? [] : ["shared"]
    case .perZone:
      var keys: [String] = []
      for subnet in ownSubnets where !keys.contains(natKey(subnet) ?? "") { keys.append(natKey(subnet) ?? "") }
      return keys
    }
  }

  /// The NAT gateway of a subnet; nil where it has no way out.
  func natKey(_ subnet: DesiredNetwork.Subnet) -> String? {
    switch desired.egress.addresses {
    case .none: nil
    case .shared: "shared"
    case .perZone: subnet.zone.isEmpty ? AzureNetwork.noZone : subnet.zone
    }
  }

  private func zone(_ key: String) -> String? { ["shared", AzureNetwork.noZone].contains(key) ? nil : key }

  /// The user's addresses for a gateway. Those that are more than there are zones go around again.
  private func given(_ key: String) -> [ResourceID] {
    let keys = natKeys
    return desired.egress.existingIDs.enumerated().compactMap { index, text in
      keys[index % keys.count] == key ? ResourceID(text) : nil
    }
  }

  /// Keys whose address we make.
  var addressKeys: [String] { natKeys.filter { given($0).isEmpty } }

  mutating func planEgress() {
    for key in natKeys {
      let addresses = given(key).isEmpty ? planAddress(key).map { [$0] } : planGiven(key)
      planNAT(key, addresses)
    }
  }

  /// The address when it can be used.
  private mutating func planAddress(_ key: String) -> ResourceID? {
    let role = AzureRole.address(key)
    guard let address = seen.address(key) else {
      if seen.foreign(role, in: seen.addresses) != nil {
        problem(.egress, .foreignObject, notOwned(role))
      } else {
        let tags = names.tags(role, desired.tags)
        act(.create, role, nil, PublicIPAddress(location: desired.region, zone: zone(key), tags: tags).json)
      }
      return nil
    }
    note(address, role)
    if let text = address.address { plan.report.egressAddresses.append(text) }
    guard isAtHome(address, role), isSettled(address, role) else { return nil }
    guard address.state == .succeeded else {
      act(.update(etag: address.etag), role, address.id, address.writable, detail: "its last change failed")
      return nil
    }
    return isUsable(address) ? address.id : nil
  }

  /// The user's addresses, when all are there and free.
  private mutating func planGiven(_ key: String) -> [ResourceID]? {
    let gateway = seen.natGateway(key)?.id ?? names.id(.nat(key))
    var isComplete = true
    for id in given(key) {
      guard let address = seen.addresses.first(where: { $0.id == id }) else {
        problem(.egress, .existingNotFound, "public address \(id) is not there")
        isComplete = false
        continue
      }
      if let user = seen.user(of: address), user != gateway {
        problem(.egress, .inUse, "public address \(id) is used by \(user): free it, or give another")
        isComplete = false
      } else if let text = address.address {
        plan.report.egressAddresses.append(text)
      }
    }
    return isComplete ? given(key) : nil
  }

  private mutating func planNAT(_ key: String, _ addresses: [ResourceID]?) {
    let role = AzureRole.nat(key)
    guard let gateway = seen.natGateway(key) else {
      guard seen.foreign(role, in: seen.natGateways) == nil else {
        return problem(.egress, .foreignObject, notOwned(role))
      }
      guard let addresses else { return later(.egress, "create \(role.words)") }
      let tags = names.tags(role, desired.tags)
      let body = NATGateway(location: desired.region, zone: zone(key), addresses: addresses, tags: tags).json
      return act(.create, role, nil, body)
    }
    note(gateway, role)
    guard isAtHome(gateway, role), isSettled(gateway, role) else { return }
    var changed = gateway
    var detail: [String] = gateway.state == .failed ? ["its last change failed"] : []
    var repairs: [String] = []
    if let addresses, Set(gateway.addresses) != Set(addresses) {
      changed.addresses = addresses
      detail.append("addresses \(addresses.map(\.name).joined(separator: ", "))")
      repairs.append("NAT gateway \(gateway.name) had other public addresses")
    }
    guard !detail.isEmpty else { return }
    let words = detail.joined(separator: "; ")
    act(.update(etag: gateway.etag), role, gateway.id, changed.writable, detail: words, repairs: repairs)
  }
}
