/// The fields of v1 Node that concern addresses of pods.
public struct Node: Resource {
  public static let resourceType = ResourceType(
    group: "",
    version: "v1",
    kind: "Node",
    plural: "nodes",
    isNamespaced: false
  )
  public var metadata: ObjectMeta
  public var spec: Spec?
  public init(metadata: ObjectMeta, spec: Spec? = nil) {
    self.metadata = metadata
    self.spec = spec
  }

  public struct Spec: Codable, Sendable, Hashable {
    /// One IPv4 range, one IPv6 range, or both; none if the network plugin assigns addresses in another way.
    public var podCIDRs: [String]?
    public init(podCIDRs: [String]? = nil) { self.podCIDRs = podCIDRs }
  }
}
