internal import Azure

extension AzurePlanner {
  /// Keys of the NAT gateways that the spec asks for: zones, or `shared`.
  var natKeys: [String] {
    ownSubnets.compactMap(natKey).reduce(into: []) { keys, key in if !keys.contains(key) { keys.append(key) } }
  }

  /// The NAT gateway that serves a subnet; nil if it has none or the spec supplies another way out.
  func gateway(_ subnet: DesiredNetwork.Subnet) -> AzureRole? {
    guard !desired.egress.existingNATGatewayIDs.isEmpty else { return natKey(subnet).map { .nat($0) } }
    let zone = ownZones.firstIndex(of: subnet.zone) ?? 0
    let id = DesiredNetwork.Egress.choice(of: desired.egress.existingNATGatewayIDs, forZone: zone)
    return id.flatMap { ResourceID($0) }.map { .givenNAT($0) }
  }

  /// The zones of the subnets that the operator creates, in their order.
  var ownZones: [String] {
    ownSubnets.map(\.zone).reduce(into: []) { zones, zone in if !zones.contains(zone) { zones.append(zone) } }
  }

  /// The user-supplied NAT gateways.
  var givenGateways: [ResourceID] { desired.egress.existingNATGatewayIDs.compactMap { ResourceID($0) } }

  /// The NAT gateway that the operator creates for a subnet.
  func natKey(_ subnet: DesiredNetwork.Subnet) -> String? {
    guard desired.egress.isMade else { return nil }
    return switch desired.egress.addresses {
    case .none: nil
    case .shared: "shared"
    case .perZone: subnet.zone.isEmpty ? AzureNetwork.noZone : subnet.zone
    }
  }

  func zone(_ key: String) -> String? { ["shared", AzureNetwork.noZone].contains(key) ? nil : key }

  /// The user-supplied addresses of a gateway. Addresses beyond the number of gateways are assigned round-robin.
  func given(_ key: String) -> [ResourceID] {
    let keys = natKeys
    return desired.egress.existingIDs.enumerated().compactMap { index, text in
      keys[index % keys.count] == key ? ResourceID(text) : nil
    }
  }

  /// The addresses that a gateway has or should get, as far as they exist and are free.
  func addresses(_ key: String) -> [PublicIPAddress] {
    guard !given(key).isEmpty else { return seen.address(key).map { [$0] } ?? [] }
    let gateway = seen.natGateway(key)?.id ?? names.id(.nat(key))
    return seen.addresses.filter { address in
      address.id.map { given(key).contains($0) } ?? false && (seen.user(of: address) ?? gateway) == gateway
    }
  }
}
