internal import Azure
internal import CloudNetworks
internal import CloudResources
internal import Digests

/// What a PrivateCluster's objects in Azure are called, and how they are marked: with a tag where there are tags, else in the
/// description. Azure forbids `/` in the name of a tag, which is a dash here.
struct AzureClusterNames {
  static let markTag = "cloudlinker.dev-cluster"
  static let poolTag = "cloudlinker.dev-pool"
  /// Longest value of a tag.
  private static let valueLimit = 256

  let groupID: ResourceID
  let cluster: ResourceID
  let network: ResourceID?
  /// It has neither tags nor a description, so its name is its mark.
  let logs: ResourceID
  /// Of the control plane's identity.
  let identity: ResourceID
  let identityIsGiven: Bool
  /// The mark as a tag holds it: a namespace and a name that are too long are cut, the UID never is.
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

  /// Of a role assignment: a GUID that follows from what cannot be changed of it, so that making it twice is making it once.
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

  /// In the description of a role assignment.
  var markText: String { "\(Self.markTag)=\(mark)" }

  /// Azure takes two tags of other case for one.
  func owns(_ tags: [String: String]) -> Bool {
    tags.contains { $0.key.lowercased() == Self.markTag && $0.value == mark }
  }

  func owns(_ assignment: RoleAssignment) -> Bool { assignment.description == markText }

  static func unmarked(_ tags: [String: String]) -> [String: String] {
    tags.filter { ![markTag, poolTag].contains($0.key.lowercased()) }
  }

  /// The tags of an object with ours; nil: it has them. Tags of others stay.
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
