import CloudNetworks
import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudClusters

/// Tables of states: what is seen, and what is done about it.
@Suite struct AWSClusterPlannerTests {
  private typealias Fixture = AWSClusterFixture

  @Test func whatIsAsItShouldBeIsLeftAlone() throws {
    let desired = Fixture.desired()
    let plan = Fixture.plan(desired, try Fixture.whole(desired))
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions) \(plan.parts) \(plan.problems)")
  }

  @Test(arguments: [
    ("ACTIVE", "", true), ("CREATING", "being created", false), ("PENDING", "being created", false),
    ("UPDATING", "being updated", false), ("DELETING", "being deleted", false),
  ])
  func statesOfAClusterAreWaitedFor(_ status: String, _ words: String, _ isReady: Bool) throws {
    let desired = Fixture.desired()
    let plan = Fixture.plan(desired, try Fixture.whole(desired, cluster: status))
    #expect(plan.actions.isEmpty && plan.isReady == isReady)
    #expect(isReady || plan.waiting == ["EKS cluster is \(words)"])
    var upgrading = Fixture.desired(version: 35)
    upgrading.pools[0].maxSize = 9
    let busy = Fixture.plan(upgrading, try Fixture.whole(upgrading, cluster: status))
    #expect(isReady || busy.actions.isEmpty, "one mutation at a time: \(busy.actions)")
  }

  @Test(arguments: [
    ("ACTIVE", "update"), ("CREATING", nil), ("UPDATING", nil), ("DELETING", nil), ("CREATE_FAILED", "delete"),
    ("DELETE_FAILED", "update"), ("DEGRADED", "update"),
  ])
  func statesOfANodeGroupDecideWhetherItChanges(_ status: String, _ verb: String?) throws {
    var desired = Fixture.desired()
    var seen = try Fixture.whole(desired)
    let name = AWSNodePool(desired.pools[0], of: desired).groupName
    seen.nodeGroups[name] = try Fixture.group(desired, status)
    desired.pools[0].maxSize = 9
    let plan = Fixture.plan(desired, seen)
    #expect(plan.actions.map(\.description).map { $0.prefix(6) } == (verb.map { [Substring($0)] } ?? []))
    #expect(!plan.isReady)
  }

  @Test func aNodeGroupWhoseTemplateWasDeletedIsNamed() throws {
    let desired = Fixture.desired()
    var seen = try Fixture.whole(desired)
    seen.templates[0].template.id = "lt-2"
    let plan = Fixture.plan(desired, seen)
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.refusedByCloud])
    #expect(plan.problems.first?.message.contains("launch template lt-1, which someone deleted") == true)
  }

  @Test(arguments: [
    (cluster: 34, group: 34, wanted: 34, action: String?.none),
    (34, 34, 35, "update EKS cluster: Kubernetes 1.34 to 1.35"),
    (33, 33, 35, "update EKS cluster: Kubernetes 1.33 to 1.34"),
    (35, 34, 35, "update node group GROUP: Kubernetes 1.34 to 1.35"),
    (34, 33, 35, "update node group GROUP: Kubernetes 1.33 to 1.34"), (35, 35, 34, nil), (35, 34, 34, nil),
  ])
  func minorsGoUpOneByOne(_ cluster: Int, _ group: Int, _ wanted: Int, _ action: String?) throws {
    let desired = Fixture.desired(version: wanted)
    var seen = try Fixture.whole(desired, version: cluster)
    let name = AWSNodePool(desired.pools[0], of: desired).groupName
    seen.nodeGroups[name] = try Fixture.group(desired, "ACTIVE", version: group)
    let done = Fixture.plan(desired, seen).actions.map { $0.description.replacing(name, with: "GROUP") }
    #expect(done == (action.map { [$0] } ?? []))
  }

  @Test func nodesOfOneGroupAtATimeAreReplaced() throws {
    var desired = Fixture.desired()
    desired.pools.append(.init(name: "batch", machineType: "m6i.large", minSize: 1, maxSize: 3))
    var seen = try Fixture.whole(desired, version: 34)
    var other = desired
    other.pools.removeFirst()
    let batch = AWSNodePool(desired.pools[1], of: desired)
    seen.nodeGroups[batch.groupName] = try Fixture.group(other, "ACTIVE", version: 33)
    let general = AWSNodePool(desired.pools[0], of: desired).groupName
    seen.nodeGroups[general] = try Fixture.group(desired, "ACTIVE", version: 33)
    seen.templates.append(
      .init(
        template: .init(
          id: "lt-2",
          name: desired.templateName(batch.groupName),
          latestVersion: 1,
          tags: desired.tags(.template(batch.groupName))
        ),
        versions: [.init(number: 1, description: AWSNodePool.digest(batch.template(nodesGroupID: "sg-nodes")))]
      )
    )
    let rolls = Fixture.plan(desired, seen).actions.filter { $0.description.contains("Kubernetes") }
    #expect(rolls.map(\.role) == [.nodeGroup(general)])
  }

  @Test func aFailedClusterIsMadeAgainTwiceUnlessItEverWorked() throws {
    var desired = Fixture.desired()
    var seen = AWSClusterState()
    var plans: [ClusterPlan<AWSClusterAction>] = []
    for birth in 1...3 {
      seen.cluster = try Fixture.cluster(desired, "FAILED")
      seen.cluster?.createdAt = Double(birth)
      // Seen twice: it is one failure.
      for _ in 0..<2 {
        plans.append(Fixture.plan(desired, seen))
        desired.ledger = plans.last?.report.ledger ?? Ledger()
      }
    }
    let deletions = plans.map { plan in plan.actions.contains { $0.role == .cluster && $0.call == .delete } }
    #expect(deletions == [true, true, true, true, false, false])
    #expect(plans.last?.problems.map(\.kind) == [.cloudFailure])
    desired.ledger = Ledger()
    desired.ledger.settled["active"] = "arn:c"
    #expect(!Fixture.plan(desired, seen).actions.contains { $0.role == .cluster })
  }

  @Test func whatCannotBecomeAClusterIsRefusedBeforeAnythingIsMade() throws {
    func refusal(_ change: (inout DesiredCluster, inout AWSClusterState.Surroundings) -> Void) -> String? {
      var (desired, seen) = (Fixture.desired(), AWSClusterState())
      var surroundings = AWSClusterState.Surroundings()
      surroundings.versions = ["1.33", "1.34"]
      surroundings.freeAddresses = ["subnet-1": 200, "subnet-2": 200]
      desired.network.ranges = [IPv4Network("10.10.0.0/16")].compactMap { $0 }
      change(&desired, &surroundings)
      seen.surroundings = surroundings
      let plan = Fixture.plan(desired, seen)
      #expect(plan.actions.isEmpty == !plan.problems.isEmpty && !plan.isReady)
      return plan.problems.first?.message
    }
    #expect(refusal { _, _ in } == nil)
    #expect(refusal { desired, _ in desired.network.subnets.removeLast() }?.contains("two zones") == true)
    #expect(
      refusal { desired, _ in desired.version = .init(major: 1, minor: 40) }?.contains("one of 1.33, 1.34") == true
    )
    #expect(refusal { $1.freeAddresses["subnet-2"] = 5 }?.contains("subnet b has 5 free addresses") == true)
    #expect(
      refusal { desired, _ in desired.pools[0].maxSize = 40 }?.contains("40 nodes with ten pods each need 452") == true
    )
    for (range, words) in [
      ("10.10.128.0/20", "overlaps 10.10.0.0/16 of the Backbone"), ("100.64.0.0/16", "which EKS demands"),
      ("10.96.0.0/11", "which EKS demands"), ("172.20.0.0/25", "which EKS demands"),
    ] {
      #expect(refusal { desired, _ in desired.serviceRange = IPv4Network(range) }?.contains(words) == true, "\(range)")
    }
    #expect(refusal { desired, _ in desired.serviceRange = IPv4Network("172.20.0.0/16") } == nil)
  }

  @Test func aPoolOutsideTheClustersZonesIsRefused() throws {
    var desired = Fixture.desired()
    let seen = try Fixture.whole(desired)
    desired.pools[0].zones = ["eu-west-1c"]
    let plan = Fixture.plan(desired, seen)
    #expect(plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message.hasSuffix("its zones are eu-west-1a, eu-west-1b") == true)
    // The group that is there waits for its successor.
    #expect(!plan.actions.contains { $0.call == .delete }, "\(plan.actions)")
  }

  @Test func aClusterOfOthersIsLeftAlone() throws {
    let desired = Fixture.desired()
    var seen = try Fixture.whole(desired)
    seen.cluster?.tags = [:]
    let plan = Fixture.plan(desired, seen)
    #expect(!plan.actions.contains { $0.role == .cluster })
    #expect(plan.problems.contains { $0.kind == .foreignObject && $0.part == .controlPlane })
    #expect(!Fixture.plan(desired, seen, .absent).actions.contains { $0.role == .cluster })
  }

  @Test(arguments: [
    ("m6i.large", "AL2023_x86_64_STANDARD"), ("m7g.large", "AL2023_ARM_64_STANDARD"),
    ("c7gn.xlarge", "AL2023_ARM_64_STANDARD"),
    ("t4g.small", "AL2023_ARM_64_STANDARD"), ("g5.xlarge", "AL2023_x86_64_NVIDIA"),
    ("p5.48xlarge", "AL2023_x86_64_NVIDIA"),
    ("g5g.xlarge", "AL2023_ARM_64_STANDARD"), ("i4i.large", "AL2023_x86_64_STANDARD"),
  ])
  func theImageFollowsFromTheMachineType(_ machine: String, _ image: String) {
    var desired = Fixture.desired()
    desired.pools[0].machineType = machine
    #expect(AWSNodePool(desired.pools[0], of: desired).imageType == image)
  }

  @Test func grantsOfOnePrincipalAndRoleAreJoined() throws {
    var desired = Fixture.desired()
    desired.access = [
      .init(.edit, .role("arn:p"), namespaces: ["b"]), .init(.edit, .role("arn:p"), namespaces: ["a"]),
      .init(.view, .role("arn:p")), .init(.view, .role("arn:p"), namespaces: ["a"]),
    ]
    let plan = Fixture.plan(desired, try Fixture.whole(desired))
    #expect(
      plan.actions.map(\.description) == [
        "create access entry of arn:p: AmazonEKSEditPolicy in a, b; AmazonEKSViewPolicy"
      ]
    )
  }
}
