public import Cloud
public import Foundations

/// Containers that run together on a machine of Azure Container Instances. Its secrets are never shown, and what it runs
/// cannot be changed.
public struct ContainerGroup: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  /// `Running`, `Stopped`, `Failed`. Nil in lists, and until the group has been provisioned.
  public var runState: String? { json["properties", "instanceView", "state"]?.string }
  public var subnets: [ResourceID] { ids("subnetIds") }
}

/// A container group that is to be made: one Linux container, with an address in a subnet and no public one.
public struct ContainerGroupRequest: Sendable {
  /// A login at a container registry.
  public struct RegistryLogin: Sendable, Hashable {
    /// The registry's name: `index.docker.io`.
    public var server: String
    public var username: String
    public var password: SecretText
    public init(server: String, username: String, password: SecretText) {
      (self.server, self.username, self.password) = (server, username, password)
    }
  }

  public var location: String
  public var image: String
  /// By the names of the variables.
  public var environment: [String: String] = [:]
  /// Variables whose values Azure never shows.
  public var secrets: [String: SecretText] = [:]
  public var login: RegistryLogin?
  /// One that is delegated to container groups.
  public var subnet: ResourceID
  /// The network's own name servers, which a container group does not inherit; empty: Azure's.
  public var nameServers: [String] = []
  public var tags: [String: String] = [:]

  public init(location: String, image: String, subnet: ResourceID) {
    (self.location, self.image, self.subnet) = (location, image, subnet)
  }

  /// Azure demands a port of every private address. The subnet's firewall decides what comes in.
  private static let port: JSONValue = ["port": 80, "protocol": "TCP"]

  func body() -> JSONValue {
    let plain = environment.sorted { $0.key < $1.key }.map { name, value -> JSONValue in
      ["name": .string(name), "value": .string(value)]
    }
    let secret = secrets.sorted { $0.key < $1.key }.map { name, value -> JSONValue in
      ["name": .string(name), "secureValue": .string(value.value)]
    }
    var properties: JSONValue = [
      "osType": "Linux", "sku": "Standard", "restartPolicy": "Always",
      "ipAddress": ["type": "Private", "ports": [Self.port]],
      "subnetIds": [.reference(subnet)],
      "containers": [
        [
          "name": "connector",
          "properties": [
            "image": .string(image), "ports": [Self.port], "environmentVariables": .array(plain + secret),
            "resources": ["requests": ["cpu": 1, "memoryInGB": 1]],
          ],
        ]
      ],
    ]
    if !nameServers.isEmpty { properties["dnsConfig"] = ["nameServers": .array(nameServers.map { .string($0) })] }
    if let login {
      properties["imageRegistryCredentials"] = [
        [
          "server": .string(login.server), "username": .string(login.username),
          "password": .string(login.password.value),
        ]
      ]
    }
    return [
      "location": .string(location), "tags": .object(tags.mapValues { .string($0) }), "properties": properties,
    ]
  }
}

extension AzureClient {
  /// Without what the groups are doing, which only `containerGroup` shows.
  public func containerGroups(in group: ResourceID) async throws(CloudError) -> [ContainerGroup] {
    let path = "\(group)/providers/\(ResourceID.containerInstance)/containerGroups"
    let url = "\(endpoints.resourceManager)\(path)?api-version=\(Self.apiVersion(ResourceID.containerInstance))"
    return try await list(url, operation: "\(ResourceID.containerInstance)/containerGroups/read").map(
      ContainerGroup.init
    )
  }

  public func containerGroup(_ id: ResourceID) async throws(CloudError) -> ContainerGroup? {
    try await get(id).map(ContainerGroup.init)
  }

  public func create(_ id: ResourceID, _ request: ContainerGroupRequest) async throws(CloudError) -> Accepted {
    try await put(id, request.body())
  }
}

extension ResourceID {
  static let containerInstance = "Microsoft.ContainerInstance"
  /// A container group in this resource group.
  public func containerGroup(_ name: String) -> ResourceID {
    resource(Self.containerInstance, "containerGroups", name)
  }
}
