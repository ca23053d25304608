internal import AWS
internal import Digests
internal import Foundations

/// Roles of the objects that are created for a Backbone. Those of an optional part stand beside its plan.
enum AWSRole {
  static let vpc = "vpc"
  static let internetGateway = "internet-gateway"
  static let publicRoutes = "routes-public"
  static let workload = "firewall-workload"
  /// In `Ledger.settled`: the id of the default security group, once it was empty.
  static let emptyDefaultGroup = "firewall-default"
  /// In `Ledger.settled`: the target of a table's default route, once that was set.
  static func route(_ zone: String) -> String { "route-\(zone)" }
  static func subnet(_ name: String) -> String { "subnet-\(name)" }
  static func publicSubnet(_ zone: String) -> String { "subnet-public-\(zone)" }
  static func routes(_ zone: String) -> String { "routes-\(zone)" }
  static func address(_ zone: String) -> String { "address-\(zone)" }
  static func natGateway(_ zone: String) -> String { "nat-\(zone)" }
}

extension DesiredNetwork {
  /// EKS's load balancer controller places internal load balancers in subnets with this tag (EKS User Guide, "Subnet
  /// discovery").
  static let internalLoadBalancerTag = "kubernetes.io/role/internal-elb"

  /// The tags of an object from its creation on. User-supplied tags may change its name, but not its owner.
  func tags(role: String) -> [String: String] {
    // EC2 allows 256 characters in a tag's value.
    var all = ["Name": String("\(mark.namespace)-\(mark.name)-\(role)".suffix(255))]
    all.merge(tags) { $1 }
    all[OwnershipMark.key] = mark.value
    all[OwnershipMark.roleKey] = role
    all[TagRecord.key] = TagRecord(of: tags).text
    return all
  }

  /// The changes that the tags of an owned object need.
  struct Retagging {
    /// Removed first, so that the record is right even if the process crashes afterwards.
    var remove: [String]
    var set: [String: String]
    /// Keys that someone else changed or removed, with the values that were found.
    var drift: [(key: String, found: String?)]
    var isNothing: Bool { remove.isEmpty && set.isEmpty }

    /// `set Name, team; Name was "scratch"`.
    var repair: String {
      let changed = drift.compactMap { key, found in found.map { "\(key) was \"\($0.prefix(64))\"" } }
      let keys = drift.map { $0.key }.joined(separator: ", ")
      return "set \(keys)" + (changed.isEmpty ? "" : "; " + changed.joined(separator: ", "))
    }
  }

  func retagging(role: String, _ found: [String: String], extra: [String: String] = [:]) -> Retagging {
    let record = TagRecord(found[TagRecord.key])
    var wanted = tags(role: role).merging(extra) { $1 }
    wanted[TagRecord.key] = record.updated(found, wanted: tags).text
    let set = wanted.filter { found[$0.key] != $0.value }
    let drift = set.filter { key, value in
      if key == TagRecord.key { return false }
      return tags[key] == value ? record.holds(key, value) : !record.holds(key, found[key] ?? "")
    }
    let isEmpty = wanted[TagRecord.key] == nil && found[TagRecord.key] != nil
    let remove = record.stale(in: found, wanted: wanted) + (isEmpty ? [TagRecord.key] : [])
    return Retagging(remove: remove, set: set, drift: drift.keys.sorted().map { ($0, found[$0]) })
  }

  /// The same network with the tags of one object added to the network's own.
  func with(_ own: [String: String]) -> DesiredNetwork {
    var copy = self
    copy.tags.merge(own) { $1 }
    return copy
  }

  func owns(_ tags: [String: String]) -> Bool { tags[OwnershipMark.key] == mark.value }

  /// The role in the object's tag; if that was lost, the role that an earlier pass remembered.
  func role(_ id: String, _ tags: [String: String]) -> String? {
    tags[OwnershipMark.roleKey] ?? knownIDs.filter { $0.value == id }.keys.min()
  }

  /// A token of at most 64 characters. It stays the same until an object of the role has existed, and then changes,
  /// because EC2 answers a known token with the object it created then, even if that is deleted.
  func token(role: String, after earlier: [String]) -> String {
    let before = Set(earlier + [knownIDs[role]].compactMap { $0 }).sorted().joined(separator: ",")
    return String(SHA256.text("\(mark.value) \(role) \(before)").prefix(64))
  }

  /// Zones that get a route table, in the order of the spec: those with a private subnet that is not adopted.
  var routedZones: [String] {
    var zones: [String] = []
    for subnet in subnets where subnet.existingID == nil && !zones.contains(subnet.zone) { zones.append(subnet.zone) }
    return zones
  }

  /// Zones that get a NAT gateway.
  var natZones: [String] {
    guard egress.isMade else { return [] }
    return switch egress.addresses {
    case .perZone: routedZones
    case .shared: Array(routedZones.prefix(1))
    case .none: []
    }
  }

  func natZone(for zone: String) -> String? {
    natZones.contains(zone) ? zone : natZones.first
  }
}
