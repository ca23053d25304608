/// networking.k8s.io/v1 NetworkPolicy, ingress only.
public struct NetworkPolicy: Resource {
  public static let resourceType = ResourceType(
    group: "networking.k8s.io",
    version: "v1",
    kind: "NetworkPolicy",
    plural: "networkpolicies"
  )
  public var metadata: ObjectMeta
  public var spec: Spec?
  public init(metadata: ObjectMeta, spec: Spec? = nil) {
    self.metadata = metadata
    self.spec = spec
  }

  public struct Spec: Codable, Sendable, Hashable {
    public var podSelector: Selector
    public var policyTypes: [String]
    public var ingress: [IngressRule]
    public init(podSelector: Selector, policyTypes: [String], ingress: [IngressRule]) {
      self.podSelector = podSelector
      self.policyTypes = policyTypes
      self.ingress = ingress
    }
  }
  public struct IngressRule: Codable, Sendable, Hashable {
    public var from: [Peer]
    /// Nil: every port.
    public var ports: [Port]?
    public init(from: [Peer], ports: [Port]? = nil) {
      self.from = from
      self.ports = ports
    }
  }
  public struct Peer: Codable, Sendable, Hashable {
    public var namespaceSelector: Selector?
    public var podSelector: Selector?
    public init(namespaceSelector: Selector? = nil, podSelector: Selector? = nil) {
      self.namespaceSelector = namespaceSelector
      self.podSelector = podSelector
    }
  }
  public struct Port: Codable, Sendable, Hashable {
    public var `protocol`: String
    public var port: Int
    public init(protocol: String, port: Int) {
      self.protocol = `protocol`
      self.port = port
    }
  }
}
