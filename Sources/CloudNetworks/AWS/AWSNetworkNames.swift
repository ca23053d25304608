internal import AWS
internal import Digests
internal import Foundations

/// Roles and tags of what is made for a Backbone.
enum AWSRole {
  static let vpc = "vpc"
  static let internetGateway = "internet-gateway"
  static let publicRoutes = "routes-public"
  static let s3Endpoint = "s3-endpoint"
  static let workload = "firewall-workload"
  static let flowLog = "flow-log"
  /// The security group of the network interfaces that interface endpoints have. It is created before the first endpoint
  /// and deleted after the last.
  static let endpointsGroup = "firewall-endpoints"
  static func endpoint(_ service: String) -> String { "endpoint-\(service)" }
  static func podRange(_ range: IPv4Network) -> String { "\(podRangePrefix)\(range)" }
  static let podRangePrefix = "pod-range-"
  static func podSubnet(_ zone: String, _ range: IPv4Network) -> String { "pods-\(zone)-\(range)" }
  /// In `Ledger.settled`: the default security group, once it was empty.
  static let emptyDefaultGroup = "firewall-default"
  /// In `Ledger.settled`: the target of a table's default route, once it was there.
  static func route(_ zone: String) -> String { "route-\(zone)" }
  static func subnet(_ name: String) -> String { "subnet-\(name)" }
  static func publicSubnet(_ zone: String) -> String { "subnet-public-\(zone)" }
  static func routes(_ zone: String) -> String { "routes-\(zone)" }
  static func address(_ zone: String) -> String { "address-\(zone)" }
  static func natGateway(_ zone: String) -> String { "nat-\(zone)" }
}

extension DesiredNetwork {
  /// The load balancer controller of EKS puts internal load balancers where this tag is (EKS User Guide, "Subnet
  /// discovery").
  static let internalLoadBalancerTag = "kubernetes.io/role/internal-elb"

  /// On the workload group as long as there may be a flow log of ours: flow logs are asked for where it is. It is there
  /// before the flow log and goes after it, so that none is forgotten whoever dies in between.
  static let flowLogTag = "cloudlinker.dev/flow-log"

  /// Tags of an object from the moment it is made. The user's may rename it, but not take it from its owner.
  func tags(role: String) -> [String: String] {
    // A tag's value has 256 characters at most.
    var all = ["Name": String("\(mark.namespace)-\(mark.name)-\(role)".suffix(255))]
    all.merge(tags) { $1 }
    all[OwnershipMark.key] = mark.value
    all[OwnershipMark.roleKey] = role
    all[TagRecord.key] = TagRecord(of: tags).text
    return all
  }

  /// What must be done about the tags of an object of ours.
  struct Retagging {
    /// Taken away first: the record is right from then on whoever dies.
    var remove: [String]
    var set: [String: String]
    /// Keys that somebody else changed or took away, with the value that was found.
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

  /// The same network as seen by an object that has tags of the user's for itself.
  func with(_ own: [String: String]) -> DesiredNetwork {
    var copy = self
    copy.tags.merge(own) { $1 }
    return copy
  }

  func groupTags(role: String) -> [String: String] {
    let mark = flowLogDestination == nil || role != AWSRole.workload ? [:] : [Self.flowLogTag: "s3"]
    return tags(role: role).merging(mark) { $1 }
  }

  /// The service's name as EC2 knows it: `ecr.api` is short for `com.amazonaws.eu-west-1.ecr.api`.
  func serviceName(_ service: String) -> String {
    let isWhole = ["com.amazonaws.", "cn.com.amazonaws.", "aws."].contains { service.hasPrefix($0) }
    return isWhole ? service : "com.amazonaws.\(region).\(service)"
  }

  var flowLogDestination: String? { hasFlowLogs ? flowLogsBucketARN : nil }

  func owns(_ tags: [String: String]) -> Bool { tags[OwnershipMark.key] == mark.value }

  /// As its tag says; where that was lost, as an earlier reconcile knew it.
  func role(_ id: String, _ tags: [String: String]) -> String? {
    tags[OwnershipMark.roleKey] ?? knownIDs.filter { $0.value == id }.keys.min()
  }

  /// Whether workloads are placed in it: a subnet of ours that is not there for a NAT gateway.
  func isPrivateSubnet(_ subnet: EC2.Subnet) -> Bool {
    owns(subnet.tags) && role(subnet.id, subnet.tags) != AWSRole.publicSubnet(subnet.zone)
  }

  /// At most 64 characters. The same as long as nothing of that role was there before; otherwise another one, because
  /// EC2 answers a token it knows with what it made then, deleted or not.
  func token(role: String, after earlier: [String]) -> String {
    let before = Set(earlier + [knownIDs[role]].compactMap { $0 }).sorted().joined(separator: ",")
    return String(SHA256.text("\(mark.value) \(role) \(before)").prefix(64))
  }

  /// Zones that get a route table: where a private subnet is not somebody else's. In order of the spec.
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
