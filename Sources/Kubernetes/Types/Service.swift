/// v1 Service.
public struct Service: Resource {
  public static let resourceType = ResourceType(group: "", version: "v1", kind: "Service", plural: "services")
  public var metadata: ObjectMeta
  public var spec: Spec?
  public init(metadata: ObjectMeta, spec: Spec? = nil) {
    self.metadata = metadata
    self.spec = spec
  }

  public struct Spec: Codable, Sendable, Hashable {
    /// `ClusterIP` or `ExternalName`.
    public var type: String?
    /// `None` makes the Service headless.
    public var clusterIP: String?
    public var externalName: String?
    public var selector: [String: String]?
    public var ports: [Port]?
    public var publishNotReadyAddresses: Bool?
    public init(
      type: String? = nil,
      clusterIP: String? = nil,
      externalName: String? = nil,
      selector: [String: String]? = nil,
      ports: [Port]? = nil,
      publishNotReadyAddresses: Bool? = nil
    ) {
      self.type = type
      self.clusterIP = clusterIP
      self.externalName = externalName
      self.selector = selector
      self.ports = ports
      self.publishNotReadyAddresses = publishNotReadyAddresses
    }
  }

  public struct Port: Codable, Sendable, Hashable {
    public var name: String
    /// `TCP` or `UDP`.
    public var `protocol`: String
    public var port: Int
    /// The number in the pod; named target ports are not used here.
    public var targetPort: Int?
    public init(name: String, protocol: String, port: Int, targetPort: Int? = nil) {
      self.name = name
      self.protocol = `protocol`
      self.port = port
      self.targetPort = targetPort
    }
  }
}
