import Azure
import Cloud
import Foundations
import HTTPTransportTesting
import TestSupport

@testable import CloudNetworks
@testable import Reconcilers

/// Azure in memory, in a group of the user's or of the operator's.
struct AzureHistoryCloud: HistoryCloud {
  private let group: String?
  private let rig: AzureRig
  private var marks: [ResourceID: JSONValue] = [:]

  init(_ random: inout SeededGenerator) {
    self.init(group: random.chance(50) ? "rg" : nil)
    guard group != nil else { return }
    for type in ["networkSecurityGroups", "publicIPAddresses", "natGateways", "routeTables"] {
      rig.place(rig.names.groupID.network(type, "theirs"), tags: ["owner": "them"])
    }
    let network = rig.names.groupID.network("virtualNetworks", "theirs")
    rig.place(network, ["addressSpace": ["addressPrefixes": ["10.0.0.0/16"]], "subnets": .array([])])
    rig.place(network.child("subnets", "private-a"), ["addressPrefix": "10.0.0.0/20"])
  }

  private init(group: String?) {
    self.group = group
    rig = AzureRig(group: group)
    if group != nil { rig.place(rig.names.groupID, tags: ["owner": "them"]) }
  }

  var kind: String { group ?? "" }
  func empty() -> Self { Self(group: group) }

  var world: BackboneWorld { rig.world }
  var faults: FaultTransport { rig.faults }
  var provider: AzureNetwork { rig.network }
  var lags: Bool { false }
  func restart() {}

  // MARK: What happens

  func spec(_ random: inout SeededGenerator) -> DesiredNetwork {
    var desired = AzureRig.desired()
    if random.chance(40) { desired.subnets.removeLast() }
    if random.chance(20) { desired.subnets[0].name = "renamed" }
    let ways: [DesiredNetwork.Egress.Addresses] = [.perZone, .perZone, .shared, .none]
    desired.egress.addresses = ways.randomElement(using: &random) ?? .perZone
    if random.chance(50) { desired.egressRules = [] }
    if random.chance(30) { desired.tags["stage"] = "test" }
    return desired
  }

  private var there: [AzureRole] {
    let keys = ["1", "2", "shared"]
    let subnets = ["private-a", "private-b", "renamed"]
    let roles =
      [AzureRole.network, .routes] + keys.flatMap { [.nat($0), .address($0)] }
      + subnets.flatMap { [.firewall($0), .subnet($0)] }
    return roles.filter { rig.fake[rig.names.id($0)] != nil }
  }

  func interfere(_ random: inout SeededGenerator) -> String? {
    guard let role = there.randomElement(using: &random) else { return nil }
    let id = rig.names.id(role)
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      return rig.fake.delete(id) ? "\(role) deleted" : nil
    case 1:
      rig.fake[id]?["properties", "provisioningState"] = "Failed"
      return "the last change of \(role) failed"
    case 2:
      if case .subnet = role { return nil }
      rig.fake[id]?["tags", "team"] = nil
      return "a tag of \(role) removed"
    default:
      switch role {
      case .routes: rig.fake[id]?["properties", "routes"] = []
      case .firewall: rig.fake[id]?["properties", "securityRules"] = [AzureDriftTests.opened]
      case .subnet: rig.fake[id]?["properties", "defaultOutboundAccess"] = true
      case .nat: rig.fake[id]?["properties", "publicIpAddresses"] = []
      default: return nil
      }
      return "\(role) changed"
    }
  }

  mutating func obstruct(_ random: inout SeededGenerator) -> String? {
    let subnets = there.filter { if case .subnet = $0 { true } else { false } }
    if random.chance(60), case .subnet(let name)? = subnets.randomElement(using: &random) {
      rig.occupy(name, by: "vm-\(name)")
      return "a machine in \(name)"
    }
    guard let role = there.randomElement(using: &random), !subnets.contains(role) else { return nil }
    let id = rig.names.id(role)
    // What others delete or change meanwhile would be the operator's last write to it.
    guard !["Updating", "Deleting"].contains(rig.fake[id]?["properties", "provisioningState"]?.string) else {
      return nil
    }
    marks[id] = marks[id] ?? rig.fake[id]?["tags", AzureNames.markTag]
    rig.fake[id]?["tags", AzureNames.markTag] = nil
    return "the mark of \(role) taken off"
  }

  mutating func resolve() {
    for case .subnet(let name) in there { rig.fake[rig.subnetID(name)]?["properties", "ipConfigurations"] = nil }
    for (id, mark) in marks where rig.fake[id] != nil { rig.fake[id]?["tags", AzureNames.markTag] = mark }
    marks = [:]
  }

  func refuse(_ random: inout SeededGenerator) -> String {
    let refusals = [
      (409, "PublicIPCountLimitReached"), (403, "AuthorizationFailed"), (400, "InvalidRequestFormat"),
      (429, "TooManyRequests"), (503, "ServiceUnavailable"), (412, "PreconditionFailed"), (409, "AnotherOperation"),
    ]
    let refusal = refusals.randomElement(using: &random) ?? refusals[0]
    let (patience, count) = (Int.random(in: 0..<4, using: &random), Int.random(in: 1...3, using: &random))
    rig.fake.state.withLock { state in
      state.patience = patience
      state.refusals = Array(repeating: (status: refusal.0, code: refusal.1), count: count)
    }
    return "refuses, after \(patience) writes, \(count) times \(refusal.1)"
  }

  func settle() { rig.fake.settle() }
  func rest() { rig.fake.state.withLock { $0.refusals = [] } }

  // MARK: What is there

  private func isOwned(_ value: JSONValue) -> Bool { value["tags", AzureNames.markTag]?.string == rig.names.value }

  var foreign: [String: AnyHashable] {
    rig.fake.snapshot.filter { !isOwned($0.value) }.mapValues { value in
      var value = value
      // Who refers to it is not its own, and what was under way ends.
      value["properties", "natGateway"] = nil
      value["properties", "provisioningState"] = nil
      return AnyHashable(value)
    }
  }

  var contents: [String: AnyHashable] {
    rig.fake.snapshot.filter { $0.value["properties", "provisioningState"]?.string != "Deleting" }.mapValues { value in
      var value = value
      value["properties", "provisioningState"] = nil
      for tag in [AzureNames.markTag, AzureNames.roleTag, AzureNames.recordTag] { value["tags", tag] = nil }
      return AnyHashable(value)
    }
  }

  var inventory: [String] {
    rig.fake.snapshot.filter { isOwned($0.value) }.map { "\($0.key) \($0.value.canonical)" }.sorted()
  }

  private func isServing(_ id: ResourceID?) -> Bool {
    guard let value = id.flatMap({ rig.fake[$0] }) else { return false }
    return isOwned(value) && value["properties", "provisioningState"]?.string != "Deleting"
  }

  var billed: [String: Set<String>] {
    var billed: [String: Set<String>] = [:]
    for role in there {
      switch role {
      case .nat, .address: if isServing(rig.names.id(role)) { billed[role.description] = [role.description] }
      default: break
      }
    }
    return billed
  }

  func billedRoles(_ desired: DesiredNetwork) -> Set<String> {
    let keys: Set<String> =
      switch desired.egress.addresses {
      case .none: []
      case .shared: ["shared"]
      case .perZone: Set(desired.subnets.map(\.zone))
      }
    return Set(keys.flatMap { [AzureRole.nat($0).description, AzureRole.address($0).description] })
  }

  var occupied: [String: Bool] {
    var occupied: [String: Bool] = [:]
    for case .subnet(let name) in there {
      guard let subnet = rig.fake[rig.subnetID(name)], subnet["properties", "ipConfigurations"] != nil else { continue }
      let gateway = Subnet(json: subnet).natGateway
      let addresses = gateway.flatMap { rig.fake[$0] }?["properties", "publicIpAddresses"]?.array ?? []
      let ids = addresses.compactMap { $0["id"]?.string.flatMap { ResourceID($0) } }
      occupied[name] = isServing(gateway) && ids.contains { isServing($0) }
    }
    return occupied
  }

  var publicAddresses: Set<String> {
    let addresses = there.filter { if case .address = $0 { true } else { false } }
    return Set(addresses.compactMap { rig.fake[rig.names.id($0)]?["properties", "ipAddress"]?.string })
  }

  var writeCount: Int { rig.fake.state.withLock { $0.writes.count } }
}

extension JSONValue {
  /// The same text for values that differ in the order of members or items alone.
  var canonical: String {
    switch self {
    case .object(let members):
      "{\(members.map { "\($0.key): \($0.value.canonical)" }.sorted().joined(separator: ", "))}"
    case .array(let items): "[\(items.map(\.canonical).sorted().joined(separator: ", "))]"
    default: "\(self)"
    }
  }
}
