import Cloud
import Foundations
import HTTPTransportTesting
import TestSupport

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// EC2 in memory, which in half of the histories shows late what was made.
struct AWSHistoryCloud: HistoryCloud {
  static let bucket = "arn:aws:s3:::flows"
  var bench = AWSBench()
  var cloud: FakeEC2 { bench.cloud }
  let lags: Bool
  /// Marks that were taken off, by id.
  private var marks: [String: String] = [:]
  /// Objects of others that stand in the way.
  private var obstacles: Set<String> = []

  init(_ random: inout SeededGenerator) { self.init(lags: random.chance(50)) }

  private init(lags: Bool) {
    self.lags = lags
    bench.time = bench.world.time
    cloud.change { state in
      state.isSlow = lags
      state.nextHops = ["eni-firewall"]
      // A network of others.
      _ = try? state.create(Call(action: "CreateVpc", form: ["CidrBlock": "10.0.0.0/16"]))
      let vpc = state.vpcs[0].id
      _ = try? state.create(
        Call(
          action: "CreateSubnet",
          form: ["VpcId": vpc, "CidrBlock": "10.0.0.0/20", "AvailabilityZone": "eu-west-1a"]
        )
      )
      _ = try? state.create(Call(action: "AllocateAddress", form: [:]))
    }
  }

  func empty() -> Self { Self(lags: false) }

  var world: BackboneWorld { bench.world }
  var faults: FaultTransport { bench.faults }
  var provider: AWSNetwork { bench.network }
  mutating func restart() { bench.recent = RecentlyMade() }

  // MARK: What happens

  func spec(_ random: inout SeededGenerator) -> DesiredNetwork {
    let zones = [["a"], ["a", "b"], ["a", "b"], ["b", "c"], ["a", "b", "c"]].randomElement(using: &random) ?? ["a"]
    var desired = AWSBench(zones: ["a", "b", "c"]).desired
    desired.subnets = desired.subnets.filter { zones.contains(String($0.zone.suffix(1))) }
    if random.chance(20) { desired.subnets[0].name = "renamed-\(zones[0])" }
    let ways: [DesiredNetwork.Egress.Addresses] = [.perZone, .perZone, .shared, .none]
    desired.egress.addresses = ways.randomElement(using: &random) ?? .perZone
    if random.chance(40) { desired.egressRules = [] }
    if random.chance(30) { desired.ingressRules[0].description = "from inside" }
    if random.chance(30) { desired.tags["stage"] = "test" }
    if random.chance(25) { desired.privateServices = random.chance(50) ? ["sts"] : ["sts", "ecr.api"] }
    if random.chance(25) {
      desired.hasFlowLogs = true
      desired.flowLogsBucketARN = random.chance(70) ? Self.bucket : "\(Self.bucket)/other"
    }
    if random.chance(25) {
      desired.hasGivenPodRanges = true
      desired.podRanges = [IPv4Network(containing: IPv4Address(bits: 0x6440_0000), prefixLength: 16)]
    }
    return desired
  }

  mutating func interfere(_ random: inout SeededGenerator) -> String? {
    let id = random.chance(60) ? owned.keys.sorted().randomElement(using: &random) : nil
    guard let id else { return change(&random) }
    return random.chance(70) ? delete(id) : retag(id, &random)
  }

  private func delete(_ id: String) -> String? {
    let calls: [String: (String, String)] = [
      "vpc": ("DeleteVpc", "VpcId"), "subnet": ("DeleteSubnet", "SubnetId"),
      "igw": ("DeleteInternetGateway", "InternetGatewayId"), "eipalloc": ("ReleaseAddress", "AllocationId"),
      "nat": ("DeleteNatGateway", "NatGatewayId"), "rtb": ("DeleteRouteTable", "RouteTableId"),
      "sg": ("DeleteSecurityGroup", "GroupId"), "vpce": ("DeleteVpcEndpoints", "VpcEndpointId.1"),
      "fl": ("DeleteFlowLogs", "FlowLogId.1"),
    ]
    guard let call = calls[String(id.prefix { $0 != "-" })] else { return nil }
    return cloud.attempt(call.0, [call.1: id]) ? "\(role(id)) \(id) deleted" : nil
  }

  private func retag(_ id: String, _ random: inout SeededGenerator) -> String {
    let key = ["team", "Name", OwnershipMark.roleKey].randomElement(using: &random) ?? "team"
    let value = random.chance(50) && key != OwnershipMark.roleKey ? "other" : nil
    cloud.change { state in state.retag(id) { $0[key] = value } }
    return "tag \(key) of \(id) \(value == nil ? "removed" : "changed")"
  }

  private func change(_ random: inout SeededGenerator) -> String? {
    guard let vpc = ownVPC else { return nil }
    let number = Int.random(in: 0..<100, using: &random)
    let open = EC2.Rule(transport: "tcp", from: 22, to: 22, peer: .ipv4("0.0.0.0/0"))
    return cloud.change { state -> String? in
      func pick<Item>(_ items: [Item]) -> Int? { items.isEmpty ? nil : number % items.count }
      let groups = state.groups.indices.filter { state.groups[$0].vpcID == vpc && !isForeign(state.groups[$0].tags) }
      let tables = state.tables.indices.filter { state.tables[$0].vpcID == vpc && isOwned(state.tables[$0].tags) }
      let endpoints = state.endpoints.indices.filter { isOwned(state.endpoints[$0].tags) }
      switch number / 10 {
      case 0, 1:
        guard let at = pick(groups) else { return nil }
        state.groups[groups[at]].ingress.insert(open)
        return "\(state.groups[groups[at]].id) opened"
      case 2:
        guard let at = pick(groups) else { return nil }
        state.groups[groups[at]].egress = []
        return "rules out of \(state.groups[groups[at]].id) taken away"
      case 3, 4:
        guard let at = pick(tables) else { return nil }
        state.tables[tables[at]].routes = []
        return "routes of \(state.tables[tables[at]].id) deleted"
      case 5:
        guard let at = pick(tables) else { return nil }
        state.tables[tables[at]].routes = [.init(destination: "0.0.0.0/0", target: "eni-firewall", state: "active")]
        return "\(state.tables[tables[at]].id) leads elsewhere"
      case 6, 7:
        guard let at = pick(tables) else { return nil }
        state.tables[tables[at]].associations = []
        return "associations of \(state.tables[tables[at]].id) deleted"
      case 8:
        state.dns.remove("\(vpc)/DnsHostnames")
        return "DNS host names turned off"
      default:
        guard let at = pick(endpoints) else { return nil }
        state.endpoints[endpoints[at]].routeTableIDs = []
        state.endpoints[endpoints[at]].hasPrivateDNS = false
        return "\(state.endpoints[endpoints[at]].id) changed"
      }
    }
  }

  mutating func obstruct(_ random: inout SeededGenerator) -> String? {
    guard let vpc = ownVPC else { return nil }
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1:
      let subnets = cloud.read { $0.subnets.filter { isPrivate($0) }.map(\.id) }
      guard let subnet = subnets.randomElement(using: &random) else { return nil }
      cloud.change { state in
        state.interfaces.append(
          EC2.NetworkInterface(
            id: "eni-machine-\(subnet)",
            subnetID: subnet,
            description: "a machine",
            kind: "interface",
            groupIDs: [],
            tags: [:]
          )
        )
      }
      return "a machine in \(subnet)"
    case 2:
      place("CreateSubnet", ["VpcId": vpc, "CidrBlock": "10.0.200.0/24", "AvailabilityZone": "eu-west-1a"])
      return "a subnet of others in the VPC"
    case 3:
      place("CreateRouteTable", ["VpcId": vpc])
      return "a route table of others in the VPC"
    case 4:
      place("CreateSecurityGroup", ["VpcId": vpc, "GroupName": "theirs"])
      let group = cloud.read { $0.groups.first { isOwned($0.tags) }?.id }
      guard random.chance(50), let group else { return "a security group of others in the VPC" }
      cloud.change { state in
        for index in state.groups.indices where state.groups[index].name == "theirs" {
          state.groups[index].ingress = [.members(of: group)]
        }
      }
      return "a security group of others that refers to \(group)"
    default:
      guard let id = owned.keys.sorted().randomElement(using: &random) else { return nil }
      marks[id] = owned[id]?[OwnershipMark.key]
      cloud.change { state in state.retag(id) { $0[OwnershipMark.key] = nil } }
      return "the mark of \(id) (\(role(id))) taken off"
    }
  }

  private mutating func place(_ action: String, _ form: [String: String]) {
    let last = cloud.read(\.count)
    guard cloud.attempt(action, form) else { return }
    for prefix in ["subnet", "rtb", "sg"] { obstacles.insert("\(prefix)-\(String(last + 1).leftPadded(to: 4))") }
  }

  mutating func resolve() {
    let (marks, obstacles) = (marks, obstacles)
    cloud.change { state in
      state.interfaces.removeAll { $0.id.hasPrefix("eni-machine") }
      state.subnets.removeAll { obstacles.contains($0.id) }
      state.tables.removeAll { obstacles.contains($0.id) }
      state.groups.removeAll { obstacles.contains($0.id) }
      for (id, mark) in marks { state.retag(id) { $0[OwnershipMark.key] = mark } }
    }
    (self.marks, self.obstacles) = ([:], [])
  }

  func refuse(_ random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      let failures = ["InternalError", "InsufficientFreeAddressesInSubnet"].shuffled(using: &random)
      cloud.change { $0.natFailures = failures }
      return "the next NAT gateways fail: \(failures)"
    case 1:
      cloud.change { $0.ignorance = 3 }
      return "does not know what it made a moment ago"
    default:
      let codes = [
        "AddressLimitExceeded", "UnauthorizedOperation", "InvalidParameterValue", "RequestLimitExceeded",
        "InternalError", "IncorrectState", "DependencyViolation", "ConcurrentTagAccess",
      ]
      let code = codes.randomElement(using: &random) ?? codes[0]
      let (patience, count) = (Int.random(in: 0..<8, using: &random), Int.random(in: 1...3, using: &random))
      cloud.change { state in
        state.patience = patience
        state.nextRefusals = Array(repeating: code, count: count)
      }
      return "refuses, after \(patience) writes, \(count) times \(code)"
    }
  }

  func settle() { cloud.settle() }

  func rest() {
    world.time.advance(by: .seconds(3600))
    cloud.settle()
    cloud.change { state in
      state.nats.removeAll { ["failed", "deleted"].contains($0.state) }
      (state.natFailures, state.nextRefusals, state.ignorance) = ([], [], 0)
    }
  }

  var writeCount: Int { cloud.writes.count }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: "0", count: max(0, width - count)) + self
  }
}
