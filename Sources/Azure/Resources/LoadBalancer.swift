public import Foundations

/// A load balancer of layer 4. Controllers in a cluster of AKS make one for Services.
public struct LoadBalancer: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  /// Public addresses, and prefixes of such, of its frontends.
  public var publicAddresses: [ResourceID] {
    (json["properties", "frontendIPConfigurations"]?.array ?? []).compactMap { frontend in
      let found = frontend["properties", "publicIPAddress", "id"] ?? frontend["properties", "publicIPPrefix", "id"]
      return found?.string.flatMap { ResourceID($0) }
    }
  }
}
