import CloudNetworks
import CloudResources
import Foundations
import SimulatorSupport
import Testing

@testable import Azure
@testable import CloudClusters

/// Tables of states: what is seen, and what is done about it.
@Suite struct AzureClusterPlannerTests {
  private static let now = Timestamp(seconds: 1_800_000_000)
  private static let group = "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/backbone"
  private static let network = "\(group)/providers/Microsoft.Network/virtualNetworks/main"

  private static func desired(version: Int = 34) -> DesiredCluster {
    var desired = DesiredCluster(
      mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
      region: "westeurope",
      version: KubernetesMinor(major: 1, minor: version),
      network: .init(
        id: network,
        subnets: ["1", "2", "3"].map {
          .init(
            name: "private-\($0)",
            id: "\(network)/subnets/private-\($0)",
            zone: $0,
            cidr: IPv4Network("10.10.\($0).0/24")
          )
        }
      ),
      pools: [.init(name: "general", machineType: "Standard_D4s_v5", minSize: 2, maxSize: 10)]
    )
    desired.network.ranges = ["10.10.0.0/16", "100.64.0.0/16"].compactMap { IPv4Network($0) }
    return desired
  }

  /// Nothing but the identity with its right.
  private static func beginning(_ desired: DesiredCluster) -> AzureClusterState {
    let names = AzureClusterNames(desired)
    var seen = AzureClusterState()
    var identity = UserAssignedIdentity(location: "westeurope", tags: names.tags([:]))
    identity.json["properties", "principalId"] = "p-1"
    seen.identity = identity
    seen.networkGrants = [grant(desired, AzureGrant.networkContributor, "p-1", on: names.network)]
    var network = VirtualNetwork(json: ["properties": ["addressSpace": ["addressPrefixes": ["10.10.0.0/16"]]]])
    network.json["properties", "subnets"] = .array(
      desired.network.subnets.map {
        [
          "id": .string($0.id),
          "properties": ["natGateway": ["id": .string("\(group)/providers/Microsoft.Network/natGateways/n")]],
        ]
      }
    )
    var surroundings = AzureClusterState.Surroundings()
    surroundings.versions = ["1.33", "1.34", "1.35"]
    surroundings.network = network
    seen.surroundings = surroundings
    return seen
  }

  private static func grant(_ desired: DesiredCluster, _ role: String, _ principal: String, on scope: ResourceID?)
    -> RoleAssignment
  {
    let names = AzureClusterNames(desired)
    let place = scope ?? names.cluster
    let definition = ResourceID.builtInRole(role, subscription: place.subscription) ?? place
    var found = RoleAssignment(
      role: definition,
      principal: principal,
      principalType: "Group",
      description: names.markText
    )
    found.json["id"] = .string(names.assignment(place, role: role, principal: principal).description)
    found.json["properties", "scope"] = .string(place.description)
    return found
  }

  /// Everything as it should be, for it is what the planner sends.
  private static func whole(_ desired: DesiredCluster, version: Int = 34, state: String = "Succeeded") throws
    -> AzureClusterState
  {
    var seen = beginning(desired)
    let actions = plan(desired, seen).actions
    guard case .create(var json)? = actions.first(where: { $0.role == .cluster })?.call else {
      throw SimulatorDoor.Failure(message: "no cluster is made: \(actions)")
    }
    let minor = JSONValue.string("1.\(version).2")
    json["properties", "provisioningState"] = .string(state)
    json["properties", "currentKubernetesVersion"] = minor
    json["properties", "resourceUID"] = "uid-1"
    json["properties", "privateFQDN"] = "x.privatelink.westeurope.azmk8s.io"
    json["properties", "agentPoolProfiles"] = .array(
      AzureAgentPool.all(desired).map { pool in
        var profile = pool.properties(AzureClusterNames(desired), desired, version: desired.version)
        profile["name"] = .string(pool.name)
        profile["provisioningState"] = "Succeeded"
        profile["currentOrchestratorVersion"] = minor
        return profile
      }
    )
    seen.cluster = ManagedCluster(json: json)
    seen.surroundings = nil
    seen.upgrades = ["1.\(version + 1).2"]
    return seen
  }

  private static func plan(_ desired: DesiredCluster, _ seen: AzureClusterState, _ goal: ClusterGoal = .present)
    -> ClusterPlan<AzureClusterAction>
  {
    AzureCluster.plan(desired, goal: goal, seen, now: now)
  }

  private static func edit(_ seen: inout AzureClusterState, pool index: Int, _ edit: JSONValue) {
    var pools = seen.cluster?.json["properties", "agentPoolProfiles"]?.array ?? []
    pools[index] = pools[index].merged(with: edit)
    seen.cluster?.json["properties", "agentPoolProfiles"] = .array(pools)
  }

  @Test func boundsAreDividedAmongTheZonesAndTheSystemHasAPlace() {
    let desired = Self.desired()
    let pools = AzureAgentPool.all(desired)
    #expect(pools.map(\.minSize) == [1, 1, 0] && pools.map(\.maxSize) == [4, 3, 3])
    #expect(pools.map(\.isSystem) == [true, true, false])
    #expect(
      Set(pools.map(\.name)).count == 3 && pools.allSatisfy { $0.name.hasPrefix("gen") && $0.name.utf8.count == 11 }
    )
    var digits = desired
    digits.pools[0].name = "4-cores"
    digits.pools[0].maxSize = 2
    #expect(
      AzureAgentPool.all(digits).map { $0.name.prefix(4) } == ["p4co", "p4co"],
      "a share of no nodes has no pool"
    )
  }

  @Test func theSystemGetsThePoolThatAllowsIt() {
    var desired = Self.desired()
    desired.pools.insert(.init(name: "spot", machineType: "m", minSize: 3, maxSize: 3), at: 0)
    desired.pools[0].isSpot = true
    desired.pools.insert(.init(name: "gpu", machineType: "m", minSize: 3, maxSize: 3), at: 0)
    desired.pools[0].taints = [.init(key: "gpu", value: nil, effect: .NoSchedule)]
    desired.pools.insert(.init(name: "empty", machineType: "m", minSize: 0, maxSize: 3), at: 0)
    #expect(AzureAgentPool.all(desired).filter(\.isSystem).map(\.pool.name) == ["general", "general"])
    #expect(AzureAgentPool.all(desired).first?.isSystem == true)
  }

  @Test func aWholeClusterIsLeftAlone() throws {
    let desired = Self.desired()
    let plan = Self.plan(desired, try Self.whole(desired))
    #expect(plan.isReady && plan.actions.isEmpty, "\(plan.actions) \(plan.parts)")
  }

  @Test(arguments: [
    ("Creating", false), ("Updating", false), ("Upgrading", false), ("Scaling", false), ("Deleting", false),
    ("Succeeded", true), ("Canceled", false), ("Failed", false),
  ])
  func aClusterIsWrittenInTerminalStatesOnly(_ state: String, _ acts: Bool) throws {
    var desired = Self.desired()
    let seen = try Self.whole(desired, state: state)
    desired.ledger.settled["active"] = "uid-1"
    desired.pools[0].maxSize = 12
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.isEmpty == !acts, "\(plan.actions)")
    #expect(!plan.isReady)
  }

  @Test(arguments: ["Creating", "Scaling", "Deleting"])
  func nothingIsWrittenWhileAPoolIsBusy(_ state: String) throws {
    var desired = Self.desired()
    var seen = try Self.whole(desired)
    Self.edit(&seen, pool: 2, ["provisioningState": .string(state)])
    desired.pools[0].maxSize = 12
    #expect(Self.plan(desired, seen).actions.isEmpty)
  }

  @Test func oneChangeAtATime() throws {
    var desired = Self.desired()
    let seen = try Self.whole(desired)
    desired.pools[0].labels = ["tier": "web"]
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.count == 1 && plan.later.count == 2, "\(plan.actions) \(plan.later)")
  }

  @Test(arguments: [
    (cluster: 34, pool: 34, wanted: 34, action: String?.none),
    (34, 34, 35, "update AKS cluster: Kubernetes 1.34 to 1.35"),
    (33, 33, 35, "update AKS cluster: Kubernetes 1.33 to 1.34"),
    (35, 34, 35, "update agent pool POOL: Kubernetes 1.34 to 1.35"),
    (34, 33, 35, "update agent pool POOL: Kubernetes 1.33 to 1.34"), (35, 35, 34, nil), (35, 34, 34, nil),
  ])
  func minorsGoUpOneByOne(_ cluster: Int, _ pool: Int, _ wanted: Int, _ action: String?) throws {
    let desired = Self.desired(version: wanted)
    var seen = try Self.whole(desired, version: cluster)
    Self.edit(&seen, pool: 0, ["currentOrchestratorVersion": .string("1.\(pool).2")])
    let name = AzureAgentPool.all(desired)[0].name
    let done = Self.plan(desired, seen).actions.map { $0.description.replacing(name, with: "POOL") }
    #expect(done == (action.map { [$0] } ?? []))
  }

  @Test func aFailedClusterIsMadeAgainTwiceUnlessItEverWorked() throws {
    var desired = Self.desired()
    var plans: [ClusterPlan<AzureClusterAction>] = []
    for birth in 1...3 {
      var seen = try Self.whole(desired, state: "Failed")
      seen.cluster?.json["properties", "resourceUID"] = .string("uid-\(birth)")
      for index in 0..<3 { Self.edit(&seen, pool: index, ["provisioningState": "Failed"]) }
      // Seen twice: it is one failure.
      for _ in 0..<2 {
        plans.append(Self.plan(desired, seen))
        desired.ledger = plans.last?.report.ledger ?? Ledger()
      }
    }
    let deletions = plans.map { plan in plan.actions.contains { $0.role == .cluster && $0.call == .delete } }
    #expect(deletions == [true, true, true, true, false, false])
    #expect(plans.last?.problems.first?.kind == .cloudFailure)
    // It worked: by the ledger, or by its pools where the ledger was lost.
    var seen = try Self.whole(desired, state: "Failed")
    desired.ledger = Ledger()
    #expect(!Self.plan(desired, seen).actions.contains { $0.call == .delete })
    for index in 0..<3 { Self.edit(&seen, pool: index, ["provisioningState": "Failed"]) }
    desired.ledger.settled["active"] = "uid-1"
    #expect(!Self.plan(desired, seen).actions.contains { $0.call == .delete })
  }

  @Test func aFailureIsRepeatedLaterEachTime() throws {
    var desired = Self.desired()
    var seen = try Self.whole(desired)
    Self.edit(
      &seen,
      pool: 0,
      ["provisioningState": "Failed", "status": ["provisioningError": ["code": "C", "message": "why"]]]
    )
    var (now, tries) = (Self.now, [Int]())
    for minute in 0..<8 {
      let plan = AzureCluster.plan(desired, goal: .present, seen, now: now)
      #expect(plan.problems.first?.message.contains("why") == true, "\(plan.problems)")
      if !plan.actions.isEmpty { tries.append(minute) }
      desired.ledger = plan.report.ledger
      now = now.advanced(by: .seconds(60))
    }
    #expect(tries == [1, 3, 7])
  }

  @Test func whatCannotBecomeAClusterIsRefusedBeforeAnythingIsMade() throws {
    func refusal(_ change: (inout DesiredCluster, inout AzureClusterState) -> Void) -> String? {
      var desired = Self.desired()
      var seen = Self.beginning(desired)
      change(&desired, &seen)
      let plan = Self.plan(desired, seen)
      #expect(plan.actions.isEmpty == !plan.problems.isEmpty && !plan.isReady)
      return plan.problems.first?.message
    }
    #expect(refusal { _, _ in } == nil)
    #expect(
      refusal { desired, _ in desired.version = .init(major: 1, minor: 40) }?.contains("one of 1.33, 1.34") == true
    )
    #expect(
      refusal { $1.surroundings?.network?.json["properties", "subnets"] = [] }?.contains("no NAT gateway") == true
    )
    #expect(refusal { $1.surroundings?.network = nil }?.contains("there is no network") == true)
    #expect(refusal { desired, _ in desired.pools[0].isSpot = true }?.contains("minSize 1 or more, no spot") == true)
    #expect(refusal { desired, _ in desired.pools[0].maxSize = 300 }?.contains("room for 256 nodes") == true)
    #expect(
      refusal { desired, _ in desired.podRange = IPv4Network("100.65.0.0/16") }?.contains("is outside of 100.64.0.0/16")
        == true
    )
    #expect(refusal { desired, _ in desired.podRange = IPv4Network("100.64.128.0/17") } == nil)
    #expect(refusal { desired, _ in desired.network.ranges.removeLast() }?.contains("has no range of pods") == true)
    for (range, words) in [
      ("10.10.128.0/20", "overlaps 10.10.0.0/16"), ("100.64.0.0/20", "overlaps 100.64.0.0/16"),
      ("192.0.0.0/11", "is not a /12"),
    ] {
      #expect(refusal { desired, _ in desired.serviceRange = IPv4Network(range) }?.contains(words) == true, "\(range)")
    }
    #expect(refusal { desired, _ in desired.secretsKey = "k" }?.contains("set spec.azure.identityID") == true)
    #expect(
      refusal { desired, _ in desired.azure.identityID = "name" }?.contains(
        "is not the resource id of a user-assigned identity"
      )
        == true
    )
    #expect(refusal { desired, _ in desired.logging = ["audit"] }?.contains("set spec.azure.logWorkspaceID") == true)
    #expect(
      refusal { desired, _ in (desired.logging, desired.azure.logWorkspaceID) = (["audit"], "logs") }?
        .contains("is not the resource id of a workspace") == true
    )
  }

  @Test func servicesGetARangeThatNobodyUses() throws {
    var desired = Self.desired()
    desired.takenRanges = [IPv4Network("100.127.128.0/17")].compactMap { $0 }
    let seen = try Self.whole(desired)
    #expect(seen.cluster?.json["properties", "networkProfile", "serviceCidr"] == "100.127.112.0/20")
    #expect(seen.cluster?.json["properties", "networkProfile", "dnsServiceIP"] == "100.127.112.10")
  }

  @Test func aGivenIdentityIsUsedAndNeverChanged() throws {
    var desired = Self.desired()
    let given = "\(Self.group)/providers/Microsoft.ManagedIdentity/userAssignedIdentities/theirs"
    desired.azure.identityID = given
    var seen = Self.beginning(desired)
    seen.identity?.tags = [:]
    var assignment = Self.grant(desired, AzureGrant.networkContributor, "p-1", on: nil)
    assignment.json["properties", "description"] = "by hand"
    assignment.json["properties", "scope"] = .string(Self.group)
    seen.networkGrants = [assignment]
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.map(\.role) == [.cluster], "\(plan.actions)")
    guard case .create(let body)? = plan.actions.first?.call else { return }
    #expect(body["identity", "userAssignedIdentities"]?.object.keys.map { $0 } == [given])
    seen.identity = nil
    #expect(Self.plan(desired, seen).problems.map(\.kind) == [.existingNotFound])
    #expect(Self.plan(desired, seen, .absent).actions.isEmpty)
  }

  @Test func aClusterOfOthersIsLeftAlone() throws {
    let desired = Self.desired()
    var seen = try Self.whole(desired)
    seen.cluster?.tags = [:]
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.isEmpty, "\(plan.actions)")
    #expect(plan.problems.contains { $0.kind == .foreignObject && $0.part == .controlPlane })
    #expect(!Self.plan(desired, seen, .absent).actions.contains { $0.role == .cluster })
  }

  @Test func theLastSystemPoolStaysUntilAnotherOneIsReady() throws {
    var desired = Self.desired()
    desired.pools.append(.init(name: "other", machineType: "Standard_D4s_v5", minSize: 1, maxSize: 1))
    var seen = try Self.whole(desired)
    desired.pools.removeFirst()
    // It has to become a System pool before the others may go.
    let first = Self.plan(desired, seen)
    #expect(first.actions.map(\.description).first?.contains("mode was User") == true, "\(first.actions)")
    #expect(!first.actions.contains { $0.call == .delete })
    let index = try #require(seen.cluster?.agentPools.firstIndex { $0.name.hasPrefix("oth") })
    Self.edit(&seen, pool: index, ["mode": "System"])
    #expect(Self.plan(desired, seen).actions.map(\.call) == [.delete])
  }

  @Test func aPrincipalOfAnotherProviderIsRefused() throws {
    var desired = Self.desired()
    desired.access = [.init(.view, .role("arn:aws:iam::1:role/x"))]
    let plan = Self.plan(desired, try Self.whole(desired))
    #expect(plan.problems.map(\.message) == ["spec.access[0].principal is not one of Azure: set objectID and type"])
  }
}
