internal import Azure
internal import Foundations

/// What a cluster in Azure is created with: private from the first request on.
extension AzureClusterPlanner {
  /// Nil: no pool of the spec can be the first.
  func request() -> JSONValue? {
    guard let first = AzureAgentPool.all(desired).first, first.isSystem, let pods = podRange,
      let services = serviceRange
    else { return nil }
    var pool = first.properties(names, desired, version: desired.version)
    pool["name"] = .string(first.name)
    let dns = IPv4Address(bits: services.address.bits + 10)
    var properties: JSONValue = [
      "kubernetesVersion": .string(desired.version.description), "dnsPrefix": .string(names.dnsPrefix),
      "nodeResourceGroup": .string(names.nodeGroup), "nodeResourceGroupProfile": ["restrictionLevel": "ReadOnly"],
      "agentPoolProfiles": [pool],
      "networkProfile": [
        "networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium",
        "networkPolicy": "cilium",
        "podCidr": .string(pods.description), "serviceCidr": .string(services.description),
        "dnsServiceIP": .string(dns.description), "outboundType": "userAssignedNATGateway",
        "loadBalancerSku": "standard",
      ],
      "apiServerAccessProfile": ["enablePrivateCluster": true, "privateDNSZone": "system"],
      "aadProfile": ["managed": true],
    ]
    for setting in Self.settings {
      properties = properties.merged(with: setting.path.reversed().reduce(setting.wanted) { .object([$1: $0]) })
    }
    if let key = desired.secretsKey {
      properties["securityProfile", "azureKeyVaultKms"] = ["enabled": true, "keyId": .string(key)]
    }
    var body: JSONValue = [
      "location": .string(desired.region), "sku": ["name": "Base", "tier": "Standard"], "properties": properties,
    ]
    body["tags"] = .object(names.tags(desired.tags).mapValues { .string($0) })
    body["identity"] = [
      "type": "UserAssigned", "userAssignedIdentities": .object([names.identity.description: .object([:])]),
    ]
    return body
  }
}
