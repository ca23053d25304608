import CloudResources
import Foundations
import HTTPTransportTesting
import SimulatorSupport
import Testing

@testable import AWS
@testable import CloudClusters

/// The whole life of a cluster at the simulator. One test at a time: there is one simulator.
@Suite(.enabled(if: AWSClusterRig.url != nil), .serialized)
struct AWSClusterLifecycleTests {
  @Test func aClusterIsMadePrivateAndThenLeftAlone() async throws {
    let rig = try await AWSClusterRig()
    let (plan, _) = try await rig.settle()
    #expect(plan.isReady, "\(plan.parts)")
    let made = try await rig.counts()
    let expected = [
      "cluster": 1, "node-group": 1, "add-on": 4, "pod-identity": 2, "launch-template": 1, "role": 5,
      // Ours, and the one that EKS makes for the role of the nodes.
      "access-entry": 2,
    ]
    for (kind, count) in expected { #expect(made[kind] == count, "\(kind): \(made)") }
    let cluster = try #require(try await rig.eks.cluster(rig.desired.cloudName))
    #expect(cluster.resourcesVpcConfig?.endpointPublicAccess == false)
    #expect(cluster.resourcesVpcConfig?.endpointPrivateAccess == true)
    #expect(cluster.resourcesVpcConfig?.securityGroupIds == [rig.desired.network.workloadGroupID])
    let report = plan.report
    #expect(report.endpoint != nil && report.certificateAuthority != nil && report.exposures.isEmpty)
    #expect(report.pools.map(\.size) == [2] && report.pools.map(\.ready) == [2])
    let group = try #require(
      try await rig.ec2.securityGroups([.init("group-name", [rig.desired.nodesGroupName])]).first
    )
    #expect(group.egress.isEmpty)
    #expect(try await rig.mistakes() == [])
  }

  @Test func aClusterAtRestTakesTenReadsAndEachPartHasItsTurn() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    var seen: Set<String> = []
    for _ in 0..<5 {
      let before = try await rig.operations().count
      #expect(try await rig.pass().plan.actions == [])
      let reads = try await rig.operations().dropFirst(before)
      #expect(reads.count <= 10, "\(reads)")
      seen.formUnion(reads)
    }
    #expect(seen.allSatisfy { read in [":Describe", ":List", ":Get"].contains { read.contains($0) } }, "\(seen)")
    for read in ["eks:DescribeAddon", "eks:DescribeAccessEntry", "iam:GetRole", "ec2:DescribeSecurityGroups"] {
      #expect(seen.contains(read), "\(seen)")
    }
    // What was changed is found in its turn, whichever that is.
    try await rig.iam.detach("arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy", from: rig.desired.roleName(.network))
    var repairs: [String] = []
    for _ in 0..<5 { repairs += try await rig.pass().plan.repairs }
    #expect(repairs == ["IAM role of the network add-on: lacked policy AmazonEKS_CNI_Policy"])
  }

  @Test func aDeletionLeavesNothing() async throws {
    let rig = try await AWSClusterRig()
    let before = try await rig.counts()
    try await rig.settle()
    let left = try await rig.ec2.createSecurityGroup(
      name: "k8s-traffic-main",
      description: "of the load balancer controller",
      vpcID: rig.desired.network.id,
      tags: ["elbv2.k8s.aws/cluster": rig.desired.cloudName]
    )
    let (plan, done) = try await rig.settle(.absent)
    #expect(plan.isGone)
    #expect(
      plan.report.remarks == [
        "workloads of the cluster left security group \(left) k8s-traffic-main, which is not deleted"
      ]
    )
    try await rig.ec2.deleteSecurityGroup(left)
    #expect(try await rig.counts() == before)
    let order = ["delete node group", "delete EKS cluster", "delete security group", "delete IAM role"].map { words in
      done.firstIndex { $0.hasPrefix(words) } ?? -1
    }
    #expect(order == order.sorted() && order[0] >= 0, "\(done)")
    #expect(try await rig.mistakes() == [])
  }

  @Test func whatIsReleasedStaysWithoutMarks() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    let before = try await rig.counts()
    #expect(try await rig.settle(.released).plan.isGone)
    #expect(try await rig.counts() == before)
    let objects = String(decoding: try await AWSClusterRig.control("GET", "objects"), as: UTF8.self)
    // The two nodes keep the tags that they were started with.
    let marks = objects.split(separator: "cloudlinker.dev/cluster").count - 1
    #expect(marks == 2, "\(marks) marks are left")
    #expect(try await rig.eks.cluster(rig.desired.cloudName)?.tags?["team"] == "platform")
  }

  @Test func boundsLabelsAndTaintsChangeInPlaceAndTheAutoscalerKeepsItsSize() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    let name = rig.groupName
    try await rig.console(["nodeGroup": .string(name), "set": ["scalingConfig": ["desiredSize": 4]]])
    #expect(try await rig.pass().plan.actions == [])
    rig.desired.pools[0].maxSize = 9
    rig.desired.pools[0].labels = ["tier": "web"]
    rig.desired.pools[0].taints = [.init(key: "gpu", value: "yes", effect: .NoSchedule)]
    try await rig.settle()
    let group = try #require(try await rig.nodeGroup(name))
    #expect(group.scalingConfig == .init(minSize: 2, maxSize: 9, desiredSize: 4))
    #expect(group.labels?["tier"] == "web" && group.taints?.map(\.key) == ["gpu"])
    rig.desired.pools[0].maxSize = 3
    rig.desired.pools[0].labels = [:]
    rig.desired.pools[0].taints = []
    try await rig.settle()
    let smaller = try #require(try await rig.nodeGroup(name))
    #expect(smaller.scalingConfig == .init(minSize: 2, maxSize: 3, desiredSize: 3))
    #expect(smaller.labels == ["cloudlinker.dev/pool": "general"] && smaller.taints == [])
    #expect(try await rig.mistakes() == [])
  }

  @Test func anUpgradeGoesMinorByMinorAndPoolsFollow() async throws {
    let rig = try await AWSClusterRig()
    rig.desired.pools.append(.init(name: "batch", machineType: "c6i.large", minSize: 1, maxSize: 2))
    try await rig.settle()
    rig.desired.version = KubernetesMinor(major: 1, minor: 35)
    let (plan, done) = try await rig.settle()
    #expect(plan.isReady, "\(plan.parts)")
    #expect(plan.report.version == rig.desired.version && plan.report.upgrade == nil)
    #expect(plan.report.pools.map(\.version) == ["1.35", "1.35"])
    let steps = done.filter { $0.contains("Kubernetes 1") && !$0.hasPrefix("create") }
    #expect(steps.count == 6, "\(steps)")
    #expect(steps.first?.contains("EKS cluster") == true && steps.dropFirst(3).first?.contains("EKS cluster") == true)
    let addOn = try await rig.eks.addOn("kube-proxy", of: rig.desired.cloudName)
    #expect(addOn?.addonVersion?.hasPrefix("v1.35.") == true)
    #expect(try await rig.mistakes() == [])
  }

  @Test func whatEKSFindsBeforeAnUpgradeIsNamedAndAProviderAheadIsLeft() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    let insight: JSONValue = [
      "name": "removed APIs", "category": "UPGRADE_READINESS", "kubernetesVersion": "1.34",
      "insightStatus": ["status": "ERROR", "reason": "v1beta1 of flowcontrol is used"],
    ]
    try await rig.console(["insights": [insight]])
    rig.desired.version = KubernetesMinor(major: 1, minor: 34)
    let plan = try await rig.settle().plan
    #expect(plan.problems.map(\.kind) == [.refusedByCloud])
    #expect(plan.problems.first?.message.contains("removed APIs: v1beta1 of flowcontrol is used") == true)
    try await rig.console(["insights": []])
    try await rig.console(["set": ["version": "1.35"]])
    let ahead = try await rig.settle()
    #expect(ahead.plan.report.version?.description == "1.35")
    #expect(ahead.plan.report.remarks.first?.contains("ahead of spec.version 1.34") == true)
    #expect(ahead.plan.problems.isEmpty)
  }

  @Test func driftIsRepaired() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    let group = rig.groupName
    let principal = try await rig.principal()
    let changes: [[String: JSONValue]] = [
      ["set": ["resourcesVpcConfig": ["endpointPublicAccess": true, "publicAccessCidrs": ["0.0.0.0/0"]]]],
      ["set": ["logging": ["clusterLogging": []]]],
      ["nodeGroup": .string(group), "set": ["scalingConfig": ["minSize": 1, "maxSize": 50, "desiredSize": 2]]],
      ["nodeGroup": .string(group), "set": ["labels": ["intruder": "yes"]]],
      ["accessEntry": .string(principal), "set": ["policies": [:]]],
      ["addOn": "coredns", "delete": true],
      ["nodeGroup": .string(group), "set": ["tags": ["team": "other"]]],
    ]
    for change in changes.dropLast(3) { try await rig.console(change) }
    try await rig.eks.disassociate(
      AWSClusterPolicies.access(.edit, partition: "aws"),
      from: principal,
      cluster: rig.desired.cloudName
    )
    for change in changes.suffix(2) { try await rig.console(change) }
    rig.driver.observed = nil
    let seen = try await rig.pass().plan
    #expect(seen.report.exposures.first?.contains("open to 0.0.0.0/0") == true)
    #expect(seen.repairs.contains { $0.contains("the endpoint was public") })
    let (plan, _) = try await rig.settle()
    #expect(plan.isReady && plan.report.exposures.isEmpty, "\(plan.parts)")
    try await rig.console(["nodeGroup": .string(group), "publicAddress": "203.0.113.9"])
    let exposures = try await rig.settle().plan.report.exposures
    #expect(
      exposures.count == 1 && exposures[0].hasSuffix("of a node has the public address 203.0.113.9"),
      "\(exposures)"
    )
    let cluster = try #require(try await rig.eks.cluster(rig.desired.cloudName))
    #expect(cluster.resourcesVpcConfig?.endpointPublicAccess == false)
    let pool = try #require(try await rig.nodeGroup())
    #expect(pool.scalingConfig?.maxSize == 5 && pool.labels?["intruder"] == nil && pool.tags?["team"] == "platform")
    let policies = try await rig.eks.accessPolicies(of: principal, cluster: rig.desired.cloudName)
    #expect(policies.map { $0.accessScope?.namespaces } == [["shop"]])
    #expect(try await rig.eks.addOn("coredns", of: rig.desired.cloudName) != nil)
    #expect(try await rig.mistakes() == [])
  }

  @Test func aPoolThatCannotChangeIsReplacedNewFirst() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    let old = rig.groupName
    rig.desired.pools[0].isSpot = true
    let new = rig.groupName
    #expect(new != old)
    var isDeleted = false
    for _ in 0..<40 where !isDeleted {
      isDeleted = try await rig.pass().performed.contains("delete node group \(old)")
      if isDeleted { #expect(try await rig.nodeGroup(new)?.status == "ACTIVE") }
    }
    #expect(isDeleted)
    #expect(try await rig.settle().plan.isReady)
    #expect(try await rig.counts()["launch-template"] == 1)
    rig.desired.pools[0].machineType = "m6i.xlarge"
    try await rig.settle()
    #expect(try await rig.nodeGroup(new)?.launchTemplate?.version == "2")
    rig.desired.pools = [.init(name: "other", machineType: "m6i.large", minSize: 1, maxSize: 1)]
    try await rig.settle()
    #expect(try await rig.nodeGroup(new) == nil)
    #expect(try await rig.mistakes() == [])
  }

  @Test func whatFailsAtBirthIsMadeAgainTwiceAndThenReported() async throws {
    let rig = try await AWSClusterRig()
    try await rig.fault(
      "CreateCluster",
      ["times": 3, "fails": ["code": "InsufficientFreeAddresses", "message": "none left"]]
    )
    let (plan, done) = try await rig.settle()
    #expect(done.count { $0.hasPrefix("create EKS cluster") } == 3)
    #expect(plan.problems.map(\.kind) == [.cloudFailure])
    #expect(plan.problems.first?.message.contains("InsufficientFreeAddresses: none left") == true)
    try await rig.eks.deleteCluster(rig.desired.cloudName)
    try await rig.fault(
      "CreateNodegroup",
      ["times": 1, "fails": ["code": "NodeCreationFailure", "message": "not joined"]]
    )
    #expect(try await rig.settle().plan.isReady)
  }

  @Test func aDrainThatIsBlockedIsNamedAndTriedAgain() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    rig.desired.version = KubernetesMinor(major: 1, minor: 34)
    try await rig.fault(
      "UpdateNodegroupVersion",
      ["fails": ["code": "PodEvictionFailure", "message": "PodDisruptionBudget shop"]]
    )
    var told: String?
    for _ in 0..<30 where told == nil {
      told = try await rig.pass().plan.problems.first { $0.part == .nodePools }?.message
    }
    #expect(told?.contains("PodEvictionFailure: PodDisruptionBudget shop") == true)
    rig.driver.ahead += .seconds(90)
    #expect(try await rig.settle().plan.isReady)
    #expect(try await rig.nodeGroup()?.version == "1.34")
  }

  @Test func aNewRoleThatEKSDoesNotKnowYetIsWaitedFor() async throws {
    let rig = try await AWSClusterRig()
    try await AWSClusterRig.control("POST", "settings", ["consistencyReads": 2])
    #expect(try await rig.settle().plan.isReady)
  }

  @Test func objectsOfOthersAreNamedAndLeftAlone() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    let cluster = rig.desired.cloudName
    let role = try #require(try await rig.iam.serviceRole(rig.desired.roleName(.node)))
    let before = try #require(try await rig.nodeGroup())
    var request = EKSClient.NodeGroupRequest(
      name: "theirs",
      cluster: cluster,
      version: "1.33",
      roleARN: role.arn,
      imageType: "AL2023_x86_64_STANDARD"
    )
    request.subnetIDs = rig.desired.network.subnets.map(\.id)
    (request.templateID, request.templateVersion) = (before.launchTemplate?.id ?? "", "1")
    try await rig.eks.createNodeGroup(request)
    #expect(try await rig.settle().plan.actions == [])
    var told: [String] = []
    for _ in 0..<10 { told += try await rig.pass(.absent).plan.problems.map(\.message) }
    #expect(told.contains { $0.contains("is in use by node group theirs") }, "\(told)")
    try await rig.eks.deleteNodeGroup("theirs", of: cluster)
    // Each look brings it nearer to its end.
    for _ in 0..<10 {
      if try await rig.nodeGroup("theirs") == nil { break }
    }
    #expect(try await rig.settle(.absent).plan.isGone)
  }

  /// The operator is killed at a write, before AWS hears of it or before the answer comes, and starts with the ledger of the
  /// pass before.
  @Test(arguments: [FaultTransport.Fault.drop(), .loseAnswer])
  func killedAtEveryWriteItEndsTheSame(_ fault: FaultTransport.Fault) async throws {
    try await ClusterCrashes.atEveryWrite(of: AWSClusterRig.self, fault) { $0.isWrite }
  }
}
