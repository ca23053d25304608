/// networking.k8s.io/v1 NetworkPolicy.
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
    /// Nil or empty: every pod of the namespace.
    public var podSelector: LabelSelector?
    /// `Ingress`, `Egress` or both. The server fills it in if it is missing.
    public var policyTypes: [String]?
    /// Nil or empty, while `policyTypes` has `Ingress`: nothing may come in.
    public var ingress: [IngressRule]?
    /// Nil or empty, while `policyTypes` has `Egress`: nothing may go out.
    public var egress: [EgressRule]?
    public init(
      podSelector: LabelSelector,
      policyTypes: [String],
      ingress: [IngressRule]? = nil,
      egress: [EgressRule]? = nil
    ) {
      self.podSelector = podSelector
      self.policyTypes = policyTypes
      self.ingress = ingress
      self.egress = egress
    }
  }
  public struct IngressRule: Codable, Sendable, Hashable {
    /// Nil or empty: everybody.
    public var from: [Peer]?
    /// Nil or empty: every port.
    public var ports: [Port]?
    public init(from: [Peer], ports: [Port]? = nil) {
      self.from = from
      self.ports = ports
    }
  }
  public struct EgressRule: Codable, Sendable, Hashable {
    /// Nil or empty: every destination.
    public var to: [Peer]?
    /// Nil or empty: every port.
    public var ports: [Port]?
    public init(to: [Peer], ports: [Port]? = nil) {
      self.to = to
      self.ports = ports
    }
  }
  /// Pods, or a range of addresses. With both selectors: the selected pods of the selected namespaces.
  public struct Peer: Codable, Sendable, Hashable {
    public var namespaceSelector: LabelSelector?
    public var podSelector: LabelSelector?
    public var ipBlock: IPBlock?
    public init(namespaceSelector: LabelSelector? = nil, podSelector: LabelSelector? = nil) {
      self.namespaceSelector = namespaceSelector
      self.podSelector = podSelector
    }
    public init(ipBlock: IPBlock) { self.ipBlock = ipBlock }
  }
  public struct IPBlock: Codable, Sendable, Hashable {
    public var cidr: String
    /// Ranges inside `cidr` that are excluded.
    public var except: [String]?
    public init(cidr: String, except: [String]? = nil) {
      self.cidr = cidr
      self.except = except
    }
  }
  public struct Port: Codable, Sendable, Hashable {
    /// `TCP`, `UDP` or `SCTP`; nil: `TCP`.
    public var `protocol`: String?
    /// Number, or name of a container's port; nil: every port of the protocol.
    public var port: IntOrString?
    /// With a number in `port`: the last of a range (Kubernetes 1.22 and later).
    public var endPort: Int?
    public init(protocol: String, port: IntOrString, endPort: Int? = nil) {
      self.protocol = `protocol`
      self.port = port
      self.endPort = endPort
    }
  }
}
