/// The fields of networking.k8s.io/v1 Ingress that are read.
public struct Ingress: Resource {
  public static let resourceType = ResourceType(
    group: "networking.k8s.io",
    version: "v1",
    kind: "Ingress",
    plural: "ingresses"
  )
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?
  public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  public struct Spec: Codable, Sendable, Hashable {
    public var rules: [Rule]?
    public var tls: [TLS]?
    public init(rules: [Rule]? = nil, tls: [TLS]? = nil) {
      self.rules = rules
      self.tls = tls
    }
  }

  public struct Rule: Codable, Sendable, Hashable {
    /// Nil: every host. May begin with `*.`.
    public var host: String?
    public init(host: String? = nil) { self.host = host }
  }

  public struct TLS: Codable, Sendable, Hashable {
    /// Nil: those of the certificate.
    public var hosts: [String]?
    public init(hosts: [String]? = nil) { self.hosts = hosts }
  }

  public struct Status: Codable, Sendable, Hashable {
    public var loadBalancer: LoadBalancerStatus?
    public init(loadBalancer: LoadBalancerStatus? = nil) { self.loadBalancer = loadBalancer }
  }
}
