internal import Azure

extension AzurePlanner {
  /// Keys of the NAT gateways that the spec asks for: zones, or `shared`.
  var natKeys: [String] {
    ownSubnets.compactMap(natKey).reduce(into: []) { keys, key in if !keys.contains(key) { keys.append(key) } }
  }

  /// The NAT gateway of a subnet; nil where it has no way out.
  func natKey(_ subnet: DesiredNetwork.Subnet) -> String? {
    switch desired.egress.addresses {
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

  /// The addresses that a gateway has or is to have, as far as they are there and free.
  func addresses(_ key: String) -> [PublicIPAddress] {
    guard !given(key).isEmpty else { return seen.address(key).map { [$0] } ?? [] }
    let gateway = seen.natGateway(key)?.id ?? names.id(.nat(key))
    return seen.addresses.filter { address in
      address.id.map { given(key).contains($0) } ?? false && (seen.user(of: address) ?? gateway) == gateway
    }
  }
}
