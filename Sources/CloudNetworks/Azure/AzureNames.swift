internal import Azure
internal import CloudResources
internal import Digests

/// Names and marks of a Backbone's objects in Azure.
///
/// Names are derived from the mark, so that creating an object twice creates it once. A name has as much of
/// `namespace-name` as fits, and ten hexadecimal digits of the SHA-256 of the mark, without which `a-b/c` and `a/b-c`
/// would collide.
///
/// The mark is two tags. A third tag records which of the user-supplied tags the operator has set (`TagRecord`). Azure
/// forbids `/` in the name of a tag, so it becomes a dash: `cloudlinker.dev-backbone` for `OwnershipMark.key` and
/// `cloudlinker.dev-role` for `OwnershipMark.roleKey`. Subnets have no tags: a subnet is owned if the security group of
/// its role is, see `AzureObserved.isOurs`.
struct AzureNames: Sendable, Hashable {
  static let markTag = "cloudlinker.dev-backbone"
  static let roleTag = "cloudlinker.dev-role"
  /// The name for `TagRecord.key`. Keys in the record are in lower case, because Azure ignores case in the names of
  /// tags.
  static let recordTag = "cloudlinker.dev-tags"

  /// The longest value of a tag.
  static let valueLimit = 256

  let mark: OwnershipMark
  let groupID: ResourceID
  /// Whether the group is user-supplied. Then it is never created, tagged or deleted.
  let groupIsGiven: Bool
  private let base: String

  init(_ mark: OwnershipMark, subscriptionID: String, givenGroup: String?) {
    self.mark = mark
    groupIsGiven = givenGroup != nil
    base = Self.base(mark)
    groupID = ResourceID(subscription: subscriptionID, group: givenGroup ?? base)
  }

  /// At most 50 characters: a virtual network's name may have 64, and other objects add endings.
  private static func base(_ mark: OwnershipMark) -> String {
    "cl-\("\(mark.namespace)-\(mark.name)".prefix(36))-\(SHA256.text(mark.value).prefix(10))"
  }

  func id(_ role: AzureRole) -> ResourceID {
    switch role {
    case .group: groupID
    case .network: groupID.network("virtualNetworks", base)
    case .routes: groupID.network("routeTables", "\(base)-routes")
    case .firewall(let subnet): groupID.network("networkSecurityGroups", Self.cut("\(base)-\(subnet)"))
    case .address(let key): groupID.network("publicIPAddresses", "\(base)-address-\(key)")
    case .nat(let key): groupID.network("natGateways", "\(base)-nat-\(key)")
    case .subnet(let name): id(.network).child("subnets", name)
    case .given(let id), .givenNAT(let id): id
    }
  }

  /// Names have 80 characters at most. A longer one is cut and ends in its own digest.
  private static func cut(_ name: String) -> String {
    name.utf8.count <= 80 ? name : "\(name.prefix(69))-\(SHA256.text(name).prefix(10))"
  }

  /// The mark as the value of a tag. Namespace and name are cut if they have more than 219 characters together; the UID
  /// never is.
  var value: String {
    let whole = mark.value
    guard whole.utf8.count > Self.valueLimit else { return whole }
    return "\("\(mark.namespace)/\(mark.name)".prefix(Self.valueLimit - 1 - mark.uid.utf8.count))/\(mark.uid)"
  }

  func tags(_ role: AzureRole, _ user: [String: String]) -> [String: String] {
    var tags = user.merging([Self.markTag: value, Self.roleTag: role.description]) { _, ours in ours }
    tags[Self.recordTag] = TagRecord(of: Self.lower(user)).text
    return tags
  }

  /// All tags that an object should have: those of others, and ours instead of those that we set before.
  func tags(_ role: AzureRole, _ user: [String: String], on object: some AzureResource) -> [String: String] {
    let record = TagRecord(object.tag(Self.recordTag))
    var wanted = tags(role, user)
    wanted[Self.recordTag] = record.updated(Self.lower(object.tags), wanted: Self.lower(user)).text
    let names = Set(wanted.keys.map { $0.lowercased() } + [Self.recordTag])
    let stale = Set(record.stale(in: Self.lower(object.tags), wanted: Self.lower(user)))
    let others = object.tags.filter { !names.contains($0.key.lowercased()) && !stale.contains($0.key.lowercased()) }
    return others.merging(wanted) { _, ours in ours }
  }

  private static func lower(_ tags: [String: String]) -> [String: String] {
    Dictionary(tags.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
  }

  /// The tags without our mark, in whatever case Azure returns their names.
  static func unmarked(_ tags: [String: String]) -> [String: String] {
    tags.filter { ![markTag, roleTag, recordTag].contains($0.key.lowercased()) }
  }
}

extension ResourceID {
  func hasType(of other: ResourceID?) -> Bool { other?.type.lowercased() == type.lowercased() }
}

/// The purpose of an object for a Backbone, as its role tag says.
enum AzureRole: ResourceRole {
  case group, network, routes
  /// The security group of the subnet with that name.
  case firewall(String)
  /// The public address of the NAT gateway with that key.
  case address(String)
  /// The key is a zone, `regional` if the region has none, or `shared`.
  case nat(String)
  case subnet(String)
  /// A user-supplied address.
  case given(ResourceID)
  /// A user-supplied NAT gateway.
  case givenNAT(ResourceID)

  var description: String {
    switch self {
    case .group: "group"
    case .network: "network"
    case .routes: "routes"
    case .firewall(let subnet): "firewall/\(subnet)"
    case .address(let key): "address/\(key)"
    case .nat(let key): "nat/\(key)"
    case .subnet(let name): "subnet/\(name)"
    case .given(let id), .givenNAT(let id): "given/\(id)"
    }
  }

  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count > 1 ? parts[1] : nil) {
    case ("group", nil): self = .group
    case ("network", nil): self = .network
    case ("routes", nil): self = .routes
    case ("firewall", let subnet?): self = .firewall(subnet)
    case ("address", let key?): self = .address(key)
    case ("nat", let key?): self = .nat(key)
    default: return nil
    }
  }

  /// The role as it reads in a sentence.
  var summary: String {
    switch self {
    case .group: "resource group"
    case .network: "virtual network"
    case .routes: "route table"
    case .firewall(let subnet): "network security group of subnet \(subnet)"
    case .address(let key): "public address \(key)"
    case .nat(let key): "NAT gateway \(key)"
    case .subnet(let name): "subnet \(name)"
    case .given(let id): "public address \(id)"
    case .givenNAT(let id): "NAT gateway \(id)"
    }
  }

  /// The role and the object's name as they read in a sentence.
  func label(_ id: ResourceID?) -> String {
    switch self {
    case .subnet, .given, .givenNAT: summary
    default: id.map { "\(summary) \($0.name)" } ?? summary
    }
  }

  static let networkLane = "network"
  /// Azure accepts only one write at a time to a virtual network and its subnets.
  var lane: String? {
    switch self {
    case .network, .subnet: Self.networkLane
    default: nil
    }
  }

  var part: NetworkPart {
    switch self {
    case .group, .network: .network
    case .routes: .routes
    case .firewall: .firewall
    case .address, .nat, .given, .givenNAT: .egress
    case .subnet: .subnets
    }
  }
}
