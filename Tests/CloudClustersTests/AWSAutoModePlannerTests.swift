import CloudResources
import Testing

@testable import AWS
@testable import CloudClusters

/// Auto Mode of EKS: what is seen of it, and what is done about it.
@Suite struct AWSAutoModePlannerTests {
  private typealias Fixture = AWSClusterFixture
  private static let nodeRole = "arn:aws:iam::1:role/auto"
  private static let everything = EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))
  private static let https = EC2.Rule(transport: "tcp", from: 443, to: 443, peer: .ipv4("0.0.0.0/0"))

  /// Auto Mode and no node pools.
  private static func desired() -> DesiredCluster {
    var desired = Fixture.desired()
    desired.pools = []
    desired.aws.autoMode = true
    desired.aws.autoModeNodeRoleARN = nodeRole
    return desired
  }

  private static func group(_ id: String, _ egress: Set<EC2.Rule>) -> EC2.SecurityGroup {
    EC2.SecurityGroup(id: id, vpcID: "vpc-1", name: id, ingress: [], egress: egress, tags: [:])
  }

  private static func members(_ id: String) -> EC2.Rule { EC2.Rule(transport: "-1", peer: .group(id)) }

  private static func entry(_ type: String) -> AWSClusterState.Entry {
    .init(entry: .init(principalArn: nodeRole, type: type), policies: [])
  }

  /// Switches Auto Mode on in what is seen.
  private static func switchOn(_ seen: inout AWSClusterState) {
    seen.cluster?.computeConfig = .init(enabled: true, nodePools: ["system", "general-purpose"], nodeRoleArn: nodeRole)
    seen.entries[nodeRole] = entry("EC2")
    seen.workloadGroup = group("sg-workload", [https, members("sg-workload")])
    seen.clusterGroup = group("sg-cluster", [https, members("sg-workload"), members("sg-cluster")])
  }

  /// Everything as it should be.
  private static func whole(_ desired: DesiredCluster) throws -> AWSClusterState {
    var seen = AWSClusterState()
    seen.cluster = try Fixture.cluster(desired, "ACTIVE")
    switchOn(&seen)
    return seen
  }

  private static func done(_ plan: ClusterPlan<AWSClusterAction>) -> [String] { plan.actions.map(\.description) }

  @Test func whatIsAsItShouldBeIsLeftAlone() throws {
    let desired = Self.desired()
    let plan = Fixture.plan(desired, try Self.whole(desired))
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions) \(plan.parts) \(plan.problems)")
    #expect(plan.report.autoscaling?.hasPrefix("EKS Auto Mode adds and removes nodes") == true)
    #expect(plan.report.autoscaling?.contains("helm") == false)
  }

  @Test func itIsSwitchedOnWhole() throws {
    let desired = Self.desired()
    var seen = try Self.whole(desired)
    seen.cluster?.computeConfig = nil
    #expect(Self.done(Fixture.plan(desired, seen)) == ["update EKS cluster: Auto Mode was off"])
    seen.cluster?.computeConfig = .init(enabled: true, nodePools: ["general-purpose"], nodeRoleArn: Self.nodeRole)
    let plan = Fixture.plan(desired, seen)
    #expect(Self.done(plan) == ["update EKS cluster: Auto Mode lacked system"])
    let mode = EKSClient.AutoMode(nodeRoleARN: Self.nodeRole, nodePools: ["general-purpose", "system"])
    #expect(plan.actions.first?.call == .update(.autoMode(mode), tags: nil))
  }

  @Test func itIsSwitchedOffOnceTheNodePoolsAreReady() throws {
    let desired = Fixture.desired()
    var seen = try Fixture.whole(desired)
    Self.switchOn(&seen)
    let ready = Fixture.plan(desired, seen)
    #expect(Self.done(ready) == ["update EKS cluster: Auto Mode was on"])
    #expect(ready.actions.first?.call == .update(.autoMode(nil), tags: nil))
    for (name, group) in seen.nodeGroups {
      var group = group
      group.status = "CREATING"
      seen.nodeGroups[name] = group
    }
    let waiting = Fixture.plan(desired, seen)
    #expect(waiting.actions.isEmpty && !waiting.isReady)
    #expect(waiting.later == ["switch Auto Mode off, once node pool general is ready"])
  }

  @Test func nodePoolsGoOnceAutoModeIsOn() throws {
    let before = Fixture.desired()
    var desired = before
    (desired.pools, desired.aws.autoMode, desired.aws.autoModeNodeRoleARN) = ([], true, Self.nodeRole)
    var seen = try Fixture.whole(before)
    let name = AWSNodePool(before.pools[0], of: before).groupName
    #expect(Self.done(Fixture.plan(desired, seen)) == ["update EKS cluster: Auto Mode was off"])
    Self.switchOn(&seen)
    #expect(Self.done(Fixture.plan(desired, seen)) == ["delete node group \(name)"])
    seen.nodeGroups = [:]
    let rest = Self.done(Fixture.plan(desired, seen))
    for words in ["delete add-on vpc-cni", "delete security group of the nodes", "delete Pod Identity association"] {
      #expect(rest.contains { $0.hasPrefix(words) }, "\(rest)")
    }
    // These are in use until that is gone.
    #expect(!rest.contains { $0.hasPrefix("delete IAM role") }, "\(rest)")
    (seen.addOns, seen.identity, seen.securityGroups, seen.templates) = ([:], nil, [], [])
    let last = Self.done(Fixture.plan(desired, seen))
    #expect(last == ["delete IAM role of the network add-on", "delete IAM role of the autoscaler"], "\(last)")
  }

  @Test func anotherRoleOfItsNodesIsRefused() throws {
    var desired = Self.desired()
    let seen = try Self.whole(desired)
    desired.aws.autoModeNodeRoleARN = "arn:aws:iam::1:role/other"
    let plan = Fixture.plan(desired, seen)
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message.contains("set spec.aws.autoModeNodeRoleARN to \(Self.nodeRole)") == true)
  }

  @Test func itsNodesLetOutWhatTheBackboneLetsOut() throws {
    var desired = Self.desired()
    var seen = try Self.whole(desired)
    seen.clusterGroup = Self.group("sg-cluster", [Self.everything])
    let plan = Fixture.plan(desired, seen)
    guard case .update(.egress(let allowed, let revoked), _)? = plan.actions.first?.call else {
      Issue.record("\(plan.actions)")
      return
    }
    #expect(Set(allowed) == [Self.https, Self.members("sg-workload"), Self.members("sg-cluster")])
    #expect(revoked == [Self.everything])
    #expect(plan.repairs == [], "it was never narrow")
    // Once it was as wanted, the difference is somebody else's.
    desired.ledger = Fixture.plan(desired, try Self.whole(desired)).report.ledger
    let drift = Fixture.plan(desired, seen).repairs
    #expect(drift.last == "security group of the cluster let out all 0.0.0.0/0", "\(drift)")
  }

  @Test func theEntryOfItsNodesIsMadeOnlyIfItIsMissing() throws {
    let desired = Self.desired()
    var seen = try Self.whole(desired)
    seen.entries = [:]
    #expect(
      Self.done(Fixture.plan(desired, seen)) == ["create access entry of \(Self.nodeRole): AmazonEKSAutoNodePolicy"]
    )
    seen.entries[Self.nodeRole] = Self.entry("EC2_LINUX")
    let plan = Fixture.plan(desired, seen)
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.foreignObject])
  }
}
