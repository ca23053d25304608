/// Something that people reach through Twingate.
public struct Resource: Sendable, Hashable {
  public var id: String
  /// `NetworkResource`, `KubernetesResource`, `SSHResource`, `WebAppResource`, or a kind that Twingate has added since.
  public var kind: String
  public var name: String
  public var address: String
  public var alias: String?
  public var isActive: Bool
  public var remoteNetworkID: String
  /// Nil: the network's default policy, which may also be given by its id.
  public var securityPolicyID: String?
  public var protocols: Protocols
  public var tags: [String: String]
  public var approvalMode: ApprovalMode?
  public var accessPolicy: AccessPolicy?
  /// The whole access list, even if it is longer than a page.
  public var access: [AccessGrant]

  static let fields = """
    __typename id name address { value } alias isActive remoteNetwork { id } securityPolicy { id } \
    protocols { allowIcmp tcp { policy ports { start end } } udp { policy ports { start end } } } \
    tags { key value } approvalMode accessPolicy { mode durationSeconds } \
    access(first: \(PageRequest.size)) { pageInfo { hasNextPage endCursor } edges { \(AccessGrant.edgeFields) } }
    """

  public init(id: String, _ draft: ResourceDraft) {
    self.id = id
    kind = "NetworkResource"
    name = draft.name
    address = draft.address
    alias = draft.alias
    isActive = true
    remoteNetworkID = draft.remoteNetworkID
    securityPolicyID = draft.securityPolicyID
    protocols = draft.protocols
    tags = draft.tags
    approvalMode = draft.approvalMode
    accessPolicy = draft.accessPolicy
    access = draft.groupIDs.map { AccessGrant($0) }
  }
}

/// A resource with the first page of its access list.
struct ReadResource: PageItem, Decodable {
  var resource: Resource
  /// The cursor of the access list's next page; nil: there is none.
  var next: String?

  var identity: String { resource.id }

  private struct Address: Decodable { var value: String }
  private struct Tag: Decodable { var key, value: String }
  private enum Key: String, CodingKey {
    case __typename, id, name, address, alias, isActive, remoteNetwork, securityPolicy, protocols, tags, approvalMode
    case accessPolicy, access
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let page = try fields.decode(Page<AccessGrant>.self, forKey: .access)
    let tags = try fields.decode([Tag].self, forKey: .tags).map { ($0.key, $0.value) }
    let draft = ResourceDraft(
      name: try fields.decode(String.self, forKey: .name),
      address: try fields.decode(Address.self, forKey: .address).value,
      remoteNetworkID: try fields.decode(Reference.self, forKey: .remoteNetwork).id,
      alias: try fields.decodeIfPresent(String.self, forKey: .alias).flatMap { $0.isEmpty ? nil : $0 },
      protocols: try fields.decodeIfPresent(Protocols.self, forKey: .protocols) ?? .everything,
      securityPolicyID: try fields.decodeIfPresent(Reference.self, forKey: .securityPolicy)?.id,
      tags: Dictionary(tags, uniquingKeysWith: { first, _ in first }),
      approvalMode: try fields.decodeIfPresent(ApprovalMode.self, forKey: .approvalMode),
      accessPolicy: try fields.decodeIfPresent(AccessPolicy.self, forKey: .accessPolicy)
    )
    resource = Resource(id: try fields.decode(String.self, forKey: .id), draft)
    resource.kind = try fields.decode(String.self, forKey: .__typename)
    resource.isActive = try fields.decode(Bool.self, forKey: .isActive)
    resource.access = page.items
    next = page.next
  }
}
