import CloudResources
import FoundationEssentials
import Foundations
import SimulatorSupport
import Testing

@testable import AWS
@testable import CloudClusters

/// Auto Mode, load balancers of workloads, and what an autoscaler is told, at the simulator.
extension AWSClusterLifecycleTests {
  private static let everything = EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))
  private static let https = EC2.Rule(transport: "tcp", from: 443, to: 443, peer: .ipv4("0.0.0.0/0"))

  /// A cluster with Auto Mode and no node pools, in a Backbone that lets out HTTPS only.
  private func autoRig() async throws -> AWSClusterRig {
    let rig = try await AWSClusterRig()
    let group = rig.desired.network.workloadGroupID
    try await rig.ec2.revoke(.egress, [Self.everything], groupID: group)
    try await rig.ec2.authorize(.egress, [Self.https, Self.members(group)], groupID: group)
    (rig.desired.pools, rig.desired.aws.autoMode) = ([], true)
    return rig
  }

  private static func members(_ group: String) -> EC2.Rule { EC2.Rule(transport: "-1", peer: .group(group)) }

  private func clusterGroup(_ rig: AWSClusterRig) async throws -> EC2.SecurityGroup {
    let cluster = try await rig.eks.cluster(rig.desired.cloudName)
    let id = try #require(cluster?.resourcesVpcConfig?.clusterSecurityGroupId)
    let groups = try await rig.ec2.securityGroups([.init("group-id", [id])])
    return try #require(groups.first)
  }

  @Test func autoModeNeedsNothingInsideAndDriftOfItIsRepaired() async throws {
    let rig = try await autoRig()
    let before = try await rig.counts()
    let plan = try await rig.settle().plan
    #expect(plan.isReady && plan.report.exposures.isEmpty, "\(plan.parts)")
    let made = try await rig.counts()
    for (kind, count) in ["cluster": 1, "role": 3, "access-entry": 2] {
      #expect(made[kind] == count, "\(kind): \(made)")
    }
    for kind in ["node-group", "add-on", "pod-identity", "launch-template"] { #expect(made[kind] == nil, "\(made)") }
    let group = try await clusterGroup(rig)
    let allowed = [Self.https, Self.members(group.id), Self.members(rig.desired.network.workloadGroupID)]
    #expect(group.egress == Set(allowed))

    for _ in 0..<5 {
      let count = try await rig.operations().count
      #expect(try await rig.pass().plan.actions == [])
      let reads = try await rig.operations().dropFirst(count)
      #expect(reads.count <= 10, "\(reads)")
    }

    try await rig.ec2.authorize(.egress, [Self.everything], groupID: group.id)
    let off: JSONValue = ["enabled": false]
    try await rig.console(["set": ["computeConfig": off, "storageConfig": ["blockStorage": off]]])
    let (repaired, done) = try await rig.settle()
    #expect(repaired.isReady, "\(repaired.parts)")
    #expect(done.contains("update EKS cluster: Auto Mode was off"), "\(done)")
    #expect(done.contains { $0.contains("let out all 0.0.0.0/0") }, "\(done)")
    #expect(try await clusterGroup(rig).egress == Set(allowed))

    try await rig.console(["autoNodes": 2])
    try await rig.console(["publicAddress": "203.0.113.9"])
    #expect(try await rig.settle().plan.report.exposures.first?.contains("public address 203.0.113.9") == true)
    #expect(try await rig.settle(.absent).plan.isGone)
    #expect(try await rig.counts() == before)
    #expect(try await rig.mistakes() == [])
  }

  @Test func autoModeTakesOverFromNodePoolsAndGivesBack() async throws {
    let rig = try await autoRig()
    let pool = DesiredCluster.NodePool(name: "general", machineType: "m6i.large", minSize: 2, maxSize: 5)
    (rig.desired.pools, rig.desired.aws.autoMode) = ([pool], false)
    try await rig.settle()
    let managed = try await rig.counts()

    rig.desired.aws.autoMode = true
    let both = try await rig.settle().plan
    #expect(both.isReady && both.report.autoscaling?.contains("In the node pools of the spec") == true, "\(both.parts)")
    #expect(try await rig.nodeGroup()?.status == "ACTIVE")

    rig.desired.pools = []
    let (alone, took) = try await rig.settle()
    #expect(alone.isReady, "\(alone.parts)")
    #expect(
      took.contains { $0.hasPrefix("delete node group") } && took.contains("delete IAM role of the node"),
      "\(took)"
    )
    #expect(try await rig.counts()["add-on"] == nil)

    (rig.desired.pools, rig.desired.aws.autoMode) = ([pool], false)
    let (back, gave) = try await rig.settle()
    #expect(back.isReady, "\(back.parts)")
    let order = ["create node group", "update EKS cluster: Auto Mode was on", "delete IAM role of Auto Mode's nodes"]
      .map {
        words in gave.firstIndex { $0.hasPrefix(words) } ?? -1
      }
    #expect(order == order.sorted() && order[0] >= 0, "\(gave)")
    // EKS keeps the entry that it made for Auto Mode's nodes.
    var after = try await rig.counts()
    after["access-entry"] = managed["access-entry"]
    #expect(after == managed)
    let policies = try await rig.iam.attachedPolicies(of: rig.desired.roleName(.cluster))
    #expect(policies.map { $0.split(separator: "/").last } == ["AmazonEKSClusterPolicy"])
    #expect(try await rig.mistakes() == [])
  }

  private func balancer(_ rig: AWSClusterRig, _ scheme: String, _ tags: [String: JSONValue], classic: Bool = false)
    async throws -> String
  {
    struct Made: Decodable { var id: String }
    let body: JSONValue = [
      "subnet": .string(rig.desired.network.subnets[0].id), "scheme": .string(scheme), "tags": .object(tags),
      "classic": .bool(classic), "region": .string(AWSClusterRig.region),
    ]
    let answer = try await AWSClusterRig.control("POST", "balancer", body)
    return try JSONDecoder().decode(Made.self, from: Data(answer)).id
  }

  @Test func loadBalancersOfWorkloadsAreNamedAndLeftAlone() async throws {
    let rig = try await AWSClusterRig()
    try await rig.settle()
    let cluster = rig.desired.cloudName
    let own: [String: JSONValue] = ["elbv2.k8s.aws/cluster": .string(cluster)]
    let open = try await balancer(rig, "internet-facing", own)
    let owned: [String: JSONValue] = ["kubernetes.io/cluster/\(cluster)": "owned"]
    let classic = try await balancer(rig, "internet-facing", owned, classic: true)
    let inner = try await balancer(rig, "internal", own)
    let strange = try await balancer(rig, "internet-facing", ["elbv2.k8s.aws/cluster": "other"])
    // Each pass looks at one generation.
    var exposures: [String] = []
    for _ in 0..<2 { exposures = try await rig.pass().plan.report.exposures }
    let words = " of a workload faces the internet: delete its Service or Ingress, or make that internal"
    #expect(exposures == ["classic load balancer \(classic)\(words)", "load balancer \(open)\(words)"])
    let balancers = try await rig.counts()["load-balancer"]
    let plan = try await rig.settle(.absent).plan
    let left = plan.report.remarks.joined(separator: "\n")
    #expect(plan.isGone && [open, classic, inner].allSatisfy(left.contains) && !left.contains(strange), "\(left)")
    #expect(try await rig.counts()["load-balancer"] == balancers)
    #expect(try await rig.mistakes() == [])
  }

  private func templateTags(_ rig: AWSClusterRig, _ group: String) async throws -> [String: String] {
    let prefix = "k8s.io/cluster-autoscaler/node-template/"
    let groups = try await rig.scaling.groups(tag: "eks:nodegroup-name", group)
    let tags = (groups.first?.tags ?? [:]).filter { $0.key.hasPrefix(prefix) }
    return Dictionary(uniqueKeysWithValues: tags.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }

  @Test func theAutoscalerKnowsTheNodesOfAnEmptyPool() async throws {
    let rig = try await AWSClusterRig()
    var batch = DesiredCluster.NodePool(name: "batch", machineType: "c6i.large", minSize: 0, maxSize: 3)
    batch.labels = ["tier": "web"]
    batch.taints = [.init(key: "gpu", value: "yes", effect: .NoSchedule)]
    rig.desired.pools.append(batch)
    #expect(try await rig.settle().plan.isReady)
    let name = AWSNodePool(batch, of: rig.desired).groupName
    let wanted = ["label/tier": "web", "label/cloudlinker.dev/pool": "batch", "taint/gpu": "yes:NoSchedule"]
    #expect(try await templateTags(rig, name) == wanted)
    let group = try #require(try await rig.nodeGroup(name)?.resources?.autoScalingGroups?.first?.name)
    try await rig.scaling.removeTags(["k8s.io/cluster-autoscaler/node-template/label/tier"], ofGroup: group)
    let repairs = try await rig.pass().plan.repairs
    #expect(repairs.first?.hasSuffix("tags for labels and taints tier differed") == true, "\(repairs)")
    rig.desired.pools[1].labels = [:]
    rig.desired.pools[1].taints = []
    try await rig.settle()
    #expect(try await templateTags(rig, name) == ["label/cloudlinker.dev/pool": "batch"])
    #expect(try await rig.mistakes() == [])
  }
}
