/// networking.k8s.io/v1 ServiceCIDR, since Kubernetes 1.33: a range for addresses of Services.
public struct ServiceCIDR: Resource {
  public static let resourceType = ResourceType(
    group: "networking.k8s.io",
    version: "v1",
    kind: "ServiceCIDR",
    plural: "servicecidrs",
    isNamespaced: false
  )
  public var metadata: ObjectMeta
  public var spec: Spec?
  public init(metadata: ObjectMeta, spec: Spec? = nil) {
    self.metadata = metadata
    self.spec = spec
  }

  public struct Spec: Codable, Sendable, Hashable {
    public var cidrs: [String]?
    public init(cidrs: [String]? = nil) { self.cidrs = cidrs }
  }
}
