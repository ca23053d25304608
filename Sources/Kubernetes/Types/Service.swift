/// v1 Service.
public struct Service: Resource {
  public static let resourceType = ResourceType(group: "", version: "v1", kind: "Service", plural: "services")
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?
  public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  public struct Status: Codable, Sendable, Hashable {
    public var loadBalancer: LoadBalancerStatus?
    public init(loadBalancer: LoadBalancerStatus? = nil) { self.loadBalancer = loadBalancer }
  }

  public struct Spec: Codable, Sendable, Hashable {
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
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
    /// Nil is allowed for the only port of a Service.
    public var name: String?
    /// `TCP`, `UDP` or `SCTP`; nil: `TCP`.
    public var `protocol`: String?
    public var port: Int
    /// Number, or name of a container's port; nil: the number in `port`.
    public var targetPort: IntOrString?
    public init(name: String, protocol: String, port: Int, targetPort: IntOrString? = nil) {
      self.name = name
      self.protocol = `protocol`
      self.port = port
      self.targetPort = targetPort
    }
  }
}
