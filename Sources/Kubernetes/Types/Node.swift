/// v1 Node, as far as its pods' addresses go.
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
    /// One IPv4 range, one IPv6 range, or both; none where the network plugin gives out addresses otherwise.
    public var podCIDRs: [String]?
    public init(podCIDRs: [String]? = nil) { self.podCIDRs = podCIDRs }
  }
}
