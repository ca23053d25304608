internal import Azure
internal import CloudNetworks
internal import CloudResources
internal import Digests

/// Names and marks of a PrivateCluster's objects in Azure. The mark is a tag, or in the description of objects without
/// tags. Azure forbids `/` in the name of a tag, so there is a dash instead.
struct AzureClusterNames {
  static let markTag = "cloudlinker.dev-cluster"
  static let poolTag = "cloudlinker.dev-pool"
  /// The longest value of a tag.
  private static let valueLimit = 256

  let groupID: ResourceID
  let cluster: ResourceID
  let network: ResourceID?
  /// It has neither tags nor a description, so its name is its mark.
  let logs: ResourceID
  /// The identity of the control plane.
  let identity: ResourceID
  let identityIsGiven: Bool
  /// The mark as a tag holds it: a namespace and name that are too long are cut, but never the UID.
  let mark: String
  let dnsPrefix: String
  let nodeGroup: String
  private let seed: String

  init(_ desired: DesiredCluster) {
    network = ResourceID(desired.network.id)
    // A cluster cannot move, so it is looked for where it was made.
    let cluster = desired.ledger.ids[AzureClusterRole.cluster.description].flatMap { ResourceID($0)?.groupID }
    let place = cluster ?? desired.azure.resourceGroupID.flatMap { ResourceID($0) } ?? network?.groupID
    let subscription = network?.subscription ?? desired.account ?? "unknown"
    groupID = place ?? ResourceID(subscription: subscription, group: "unknown")
    let name = desired.cloudName
    self.cluster = groupID.resource("Microsoft.ContainerService", "managedClusters", name)
    logs = self.cluster.diagnosticSetting("cloudlinker-\(desired.digest)")
    let given = desired.azure.identityID.flatMap { ResourceID($0) }
    identityIsGiven = given != nil
    identity = given ?? groupID.resource("Microsoft.ManagedIdentity", "userAssignedIdentities", "\(name)-identity")
    let (whole, owner) = (desired.mark.value, desired.mark)
    let readable = "\(owner.namespace)/\(owner.name)".prefix(max(0, Self.valueLimit - 1 - owner.uid.utf8.count))
    mark = whole.utf8.count <= Self.valueLimit ? whole : "\(readable)/\(owner.uid)"
    dnsPrefix = "cl-\(desired.digest)"
    nodeGroup = "\(name)-nodes"
    seed = whole
  }

  /// A role assignment's GUID, derived from everything that cannot change, so that creating it twice creates it once.
  func assignment(_ scope: ResourceID, role: String, principal: String) -> ResourceID {
    let digits = Array(
      SHA256.text("\(seed) \(scope.description.lowercased()) \(role) \(principal.lowercased())").prefix(32)
    )
    let lengths = [8, 4, 4, 4, 12]
    var (parts, start) = ([String](), 0)
    for length in lengths {
      parts.append(String(digits[start..<start + length]))
      start += length
    }
    return scope.roleAssignment(parts.joined(separator: "-"))
  }

  /// The mark in the description of a role assignment.
  var markText: String { "\(Self.markTag)=\(mark)" }

  /// Names of tags in Azure ignore case.
  func owns(_ tags: [String: String]) -> Bool {
    tags.contains { $0.key.lowercased() == Self.markTag && $0.value == mark }
  }

  func owns(_ assignment: RoleAssignment) -> Bool { assignment.description == markText }

  static func unmarked(_ tags: [String: String]) -> [String: String] {
    tags.filter { ![markTag, poolTag].contains($0.key.lowercased()) }
  }

  /// The object's tags together with ours; nil: it has them already. Tags of others stay.
  func retagging(_ found: [String: String], _ user: [String: String], pool: String? = nil) -> [String: String]? {
    let wanted = tags(user, pool: pool)
    guard wanted.contains(where: { found[$0.key] != $0.value }) else { return nil }
    let names = Set(wanted.keys.map { $0.lowercased() })
    return found.filter { !names.contains($0.key.lowercased()) }.merging(wanted) { $1 }
  }

  func tags(_ user: [String: String], pool: String? = nil) -> [String: String] {
    var own = [Self.markTag: mark]
    own[Self.poolTag] = pool
    return user.merging(own) { $1 }
  }
}
