import CloudNetworks
import CloudResources
import FoundationEssentials
import Foundations
import Testing

@testable import AWS
@testable import CloudClusters

/// Tables of states: what is seen, and what is done about it.
@Suite struct AWSClusterPlannerTests {
  private static let now = Timestamp(seconds: 1_800_000_000)

  private static func desired(version: Int = 34) -> DesiredCluster {
    var desired = DesiredCluster(
      mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
      region: "eu-west-1",
      version: KubernetesMinor(major: 1, minor: version),
      network: .init(
        id: "vpc-1",
        subnets: [
          .init(name: "a", id: "subnet-1", zone: "eu-west-1a"), .init(name: "b", id: "subnet-2", zone: "eu-west-1b"),
        ],
        workloadGroupID: "sg-workload"
      ),
      pools: [.init(name: "general", machineType: "m6i.large", minSize: 1, maxSize: 3)]
    )
    desired.aws.clusterRoleARN = "arn:aws:iam::1:role/cluster"
    desired.aws.nodeRoleARN = "arn:aws:iam::1:role/node"
    return desired
  }

  private static func decode<Value: Decodable>(_ json: JSONValue) throws -> Value {
    try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(json))
  }

  private static func cluster(_ desired: DesiredCluster, _ status: String, version: Int = 34) throws -> EKS.Cluster {
    try decode([
      "name": .string(desired.cloudName), "arn": "arn:c", "status": .string(status), "version": .string("1.\(version)"),
      "resourcesVpcConfig": [
        "endpointPublicAccess": false, "endpointPrivateAccess": true, "vpcId": "vpc-1",
        "securityGroupIds": ["sg-workload"],
      ],
      "health": ["issues": [["code": "Other", "message": "why"]]], "createdAt": 1,
      "tags": .object(desired.tags(.cluster).mapValues { .string($0) }),
    ])
  }

  private static func group(_ desired: DesiredCluster, _ status: String, version: Int = 34) throws -> EKS.NodeGroup {
    let pool = AWSNodePool(desired.pools[0], of: desired)
    let tags = desired.tags(.nodeGroup(pool.groupName), [ClusterTag.pool: "general"])
    return try decode([
      "nodegroupName": .string(pool.groupName), "status": .string(status), "version": .string("1.\(version)"),
      "scalingConfig": ["minSize": 1, "maxSize": 3, "desiredSize": 2],
      "launchTemplate": ["id": "lt-1", "version": "1"],
      "labels": ["cloudlinker.dev/pool": "general"], "taints": [], "updateConfig": ["maxUnavailable": 1],
      "health": ["issues": [["code": "PodEvictionFailure", "message": "why"]]], "createdAt": 1,
      "tags": .object(tags.mapValues { .string($0) }),
    ])
  }

  /// Everything as it should be.
  private static func whole(_ desired: DesiredCluster, cluster status: String = "ACTIVE", version: Int = 34) throws
    -> AWSClusterState
  {
    var seen = AWSClusterState()
    seen.cluster = try cluster(desired, status, version: version)
    for service in [AWSClusterRole.Service.network, .autoscaler] {
      let role = IAMClient.ServiceRole(
        name: desired.roleName(service),
        arn: "arn:\(service)",
        tags: desired.tags(.role(service)),
        boundary: nil
      )
      seen.roles[service] = .init(
        role: role,
        policies: AWSClusterPolicies.managed(service, partition: "aws"),
        inline: AWSClusterPolicies.inline(service, cluster: desired.cloudName)
      )
    }
    let more = [ClusterTag.owned(desired.cloudName): "owned"]
    seen.securityGroups = [
      EC2.SecurityGroup(
        id: "sg-nodes",
        vpcID: "vpc-1",
        name: desired.nodesGroupName,
        ingress: [],
        egress: [],
        tags: desired.tags(.nodesGroup, more)
      )
    ]
    for name in AWSClusterPolicies.neededAddOns {
      seen.addOns[name] = try decode([
        "addonName": .string(name), "status": "ACTIVE", "addonVersion": .string("v1.\(version).1-eksbuild.1"),
        "tags": .object(desired.tags(.addOn(name)).mapValues { .string($0) }),
      ])
    }
    seen.identity = try decode([
      "associationId": "a-1", "namespace": "kube-system", "serviceAccount": "cluster-autoscaler",
      "roleArn": "arn:autoscaler", "tags": .object(desired.tags(.identity).mapValues { .string($0) }),
    ])
    let pool = AWSNodePool(desired.pools[0], of: desired)
    seen.nodeGroups[pool.groupName] = try group(desired, "ACTIVE", version: version)
    let digest = AWSNodePool.digest(pool.template(nodesGroupID: "sg-nodes"))
    seen.templates = [
      .init(
        template: .init(
          id: "lt-1",
          name: desired.templateName(pool.groupName),
          latestVersion: 1,
          tags: desired.tags(.template(pool.groupName))
        ),
        versions: [.init(number: 1, description: digest)]
      )
    ]
    return seen
  }

  private static func plan(_ desired: DesiredCluster, _ seen: AWSClusterState, _ goal: ClusterGoal = .present)
    -> ClusterPlan<AWSClusterAction>
  {
    AWSCluster.plan(desired, goal: goal, seen, now: now)
  }

  @Test func whatIsAsItShouldBeIsLeftAlone() throws {
    let desired = Self.desired()
    let plan = Self.plan(desired, try Self.whole(desired))
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions) \(plan.parts) \(plan.problems)")
  }

  @Test(arguments: [
    ("ACTIVE", "", true), ("CREATING", "being created", false), ("PENDING", "being created", false),
    ("UPDATING", "being updated", false), ("DELETING", "being deleted", false),
  ])
  func statesOfAClusterAreWaitedFor(_ status: String, _ words: String, _ isReady: Bool) throws {
    let desired = Self.desired()
    let plan = Self.plan(desired, try Self.whole(desired, cluster: status))
    #expect(plan.actions.isEmpty && plan.isReady == isReady)
    #expect(isReady || plan.waiting == ["EKS cluster is \(words)"])
    var upgrading = Self.desired(version: 35)
    upgrading.pools[0].maxSize = 9
    let busy = Self.plan(upgrading, try Self.whole(upgrading, cluster: status))
    #expect(isReady || busy.actions.isEmpty, "one mutation at a time: \(busy.actions)")
  }

  @Test(arguments: [
    ("ACTIVE", "update"), ("CREATING", nil), ("UPDATING", nil), ("DELETING", nil), ("CREATE_FAILED", "delete"),
    ("DELETE_FAILED", "update"), ("DEGRADED", "update"),
  ])
  func statesOfANodeGroupDecideWhetherItChanges(_ status: String, _ verb: String?) throws {
    var desired = Self.desired()
    var seen = try Self.whole(desired)
    let name = AWSNodePool(desired.pools[0], of: desired).groupName
    seen.nodeGroups[name] = try Self.group(desired, status)
    desired.pools[0].maxSize = 9
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.map(\.description).map { $0.prefix(6) } == (verb.map { [Substring($0)] } ?? []))
    #expect(!plan.isReady)
  }

  @Test(arguments: [
    (cluster: 34, group: 34, wanted: 34, action: String?.none),
    (34, 34, 35, "update EKS cluster: Kubernetes 1.34 to 1.35"),
    (33, 33, 35, "update EKS cluster: Kubernetes 1.33 to 1.34"),
    (35, 34, 35, "update node group GROUP: Kubernetes 1.34 to 1.35"),
    (34, 33, 35, "update node group GROUP: Kubernetes 1.33 to 1.34"), (35, 35, 34, nil), (35, 34, 34, nil),
  ])
  func minorsGoUpOneByOne(_ cluster: Int, _ group: Int, _ wanted: Int, _ action: String?) throws {
    let desired = Self.desired(version: wanted)
    var seen = try Self.whole(desired, version: cluster)
    let name = AWSNodePool(desired.pools[0], of: desired).groupName
    seen.nodeGroups[name] = try Self.group(desired, "ACTIVE", version: group)
    let done = Self.plan(desired, seen).actions.map { $0.description.replacing(name, with: "GROUP") }
    #expect(done == (action.map { [$0] } ?? []))
  }

  @Test func nodesOfOneGroupAtATimeAreReplaced() throws {
    var desired = Self.desired()
    desired.pools.append(.init(name: "batch", machineType: "m6i.large", minSize: 1, maxSize: 3))
    var seen = try Self.whole(desired, version: 34)
    var other = desired
    other.pools.removeFirst()
    let batch = AWSNodePool(desired.pools[1], of: desired)
    seen.nodeGroups[batch.groupName] = try Self.group(other, "ACTIVE", version: 33)
    let general = AWSNodePool(desired.pools[0], of: desired).groupName
    seen.nodeGroups[general] = try Self.group(desired, "ACTIVE", version: 33)
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
    let rolls = Self.plan(desired, seen).actions.filter { $0.description.contains("Kubernetes") }
    #expect(rolls.map(\.role) == [.nodeGroup(general)])
  }

  @Test func aFailedClusterIsMadeAgainTwiceUnlessItEverWorked() throws {
    var desired = Self.desired()
    var seen = AWSClusterState()
    var plans: [ClusterPlan<AWSClusterAction>] = []
    for birth in 1...3 {
      seen.cluster = try Self.cluster(desired, "FAILED")
      seen.cluster?.createdAt = Double(birth)
      // Seen twice: it is one failure.
      for _ in 0..<2 {
        plans.append(Self.plan(desired, seen))
        desired.ledger = plans.last?.report.ledger ?? Ledger()
      }
    }
    let deletions = plans.map { plan in plan.actions.contains { $0.role == .cluster && $0.call == .delete } }
    #expect(deletions == [true, true, true, true, false, false])
    #expect(plans.last?.problems.map(\.kind) == [.cloudFailure])
    desired.ledger = Ledger()
    desired.ledger.settled["active"] = "arn:c"
    #expect(!Self.plan(desired, seen).actions.contains { $0.role == .cluster })
  }

  @Test func whatCannotBecomeAClusterIsRefusedBeforeAnythingIsMade() throws {
    func refusal(_ change: (inout DesiredCluster, inout AWSClusterState.Surroundings) -> Void) -> String? {
      var (desired, seen) = (Self.desired(), AWSClusterState())
      var surroundings = AWSClusterState.Surroundings()
      surroundings.versions = ["1.33", "1.34"]
      surroundings.freeAddresses = ["subnet-1": 200, "subnet-2": 200]
      desired.network.ranges = [IPv4Network("10.10.0.0/16")].compactMap { $0 }
      change(&desired, &surroundings)
      seen.surroundings = surroundings
      let plan = Self.plan(desired, seen)
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
    var desired = Self.desired()
    let seen = try Self.whole(desired)
    desired.pools[0].zones = ["eu-west-1c"]
    let plan = Self.plan(desired, seen)
    #expect(plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message.hasSuffix("its zones are eu-west-1a, eu-west-1b") == true)
    // The group that is there waits for its successor.
    #expect(!plan.actions.contains { $0.call == .delete }, "\(plan.actions)")
  }

  @Test func aClusterOfOthersIsLeftAlone() throws {
    let desired = Self.desired()
    var seen = try Self.whole(desired)
    seen.cluster?.tags = [:]
    let plan = Self.plan(desired, seen)
    #expect(!plan.actions.contains { $0.role == .cluster })
    #expect(plan.problems.contains { $0.kind == .foreignObject && $0.part == .controlPlane })
    #expect(!Self.plan(desired, seen, .absent).actions.contains { $0.role == .cluster })
  }

  @Test(arguments: [
    ("m6i.large", "AL2023_x86_64_STANDARD"), ("m7g.large", "AL2023_ARM_64_STANDARD"),
    ("c7gn.xlarge", "AL2023_ARM_64_STANDARD"),
    ("t4g.small", "AL2023_ARM_64_STANDARD"), ("g5.xlarge", "AL2023_x86_64_NVIDIA"),
    ("p5.48xlarge", "AL2023_x86_64_NVIDIA"),
    ("g5g.xlarge", "AL2023_ARM_64_STANDARD"), ("i4i.large", "AL2023_x86_64_STANDARD"),
  ])
  func theImageFollowsFromTheMachineType(_ machine: String, _ image: String) {
    var desired = Self.desired()
    desired.pools[0].machineType = machine
    #expect(AWSNodePool(desired.pools[0], of: desired).imageType == image)
  }

  @Test func grantsOfOnePrincipalAndRoleAreJoined() throws {
    var desired = Self.desired()
    desired.access = [
      .init(.edit, .role("arn:p"), namespaces: ["b"]), .init(.edit, .role("arn:p"), namespaces: ["a"]),
      .init(.view, .role("arn:p")), .init(.view, .role("arn:p"), namespaces: ["a"]),
    ]
    let plan = Self.plan(desired, try Self.whole(desired))
    #expect(
      plan.actions.map(\.description) == [
        "create access entry of arn:p: AmazonEKSEditPolicy in a, b; AmazonEKSViewPolicy"
      ]
    )
  }
}
