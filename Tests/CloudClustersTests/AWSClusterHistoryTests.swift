import Cloud
import CloudResources
import Foundations
import SimulatorSupport
import TestSupport
import Testing

@testable import AWS
@testable import CloudClusters

extension AWSClusterLifecycleTests {
  @Test func anyHistoryEndsAsTheSpecSaysAndItsDeletionLeavesNothing() async {
    await ClusterHistories.run(AWSClusterRig.self)
  }
}

extension AWSClusterRig: ClusterHistoryRig {
  // The last one needs another image, and so another node group.
  static let machineTypes = ["m6i.large", "m6i.xlarge", "c7g.large"]
  static let logs = ["api", "audit", "authenticator"]
  static let people: [DesiredCluster.Principal] = ["role/people", "user/ann", "user/bob"].map {
    .role("arn:aws:iam::123456789012:\($0)")
  }
  static let grantsNamespaces = true
  // Each takes more requests than in the other clouds.
  static let usualLives: UInt64 = 10
  static let longWrites = [
    "eks:CreateCluster", "eks:UpdateClusterConfig", "eks:UpdateClusterVersion", "eks:CreateNodegroup",
    "eks:UpdateNodegroupConfig", "eks:UpdateNodegroupVersion", "eks:CreateAddon", "eks:UpdateAddon",
  ]
  static let templateTags = "k8s.io/cluster-autoscaler/node-template/"

  func vary(_ desired: inout DesiredCluster, _ random: inout SeededGenerator) {
    desired.aws.autoMode = random.chance(30)
    if desired.aws.autoMode, random.chance(50) { desired.pools = [] }
    desired.addOns = []
    guard random.chance(40) else { return }
    var addOn = DesiredCluster.AddOn("aws-ebs-csi-driver")
    if random.chance(50) { addOn.version = "v1.50.0-eksbuild.1" }
    if random.chance(50) { addOn.configuration = #"{"controller":{"replicaCount":2}}"# }
    desired.addOns = [addOn]
  }

  // MARK: What there is

  func groups() async throws -> [EKS.NodeGroup] {
    var groups: [EKS.NodeGroup] = []
    for name in try await eks.nodeGroupNames(of: driver.desired.cloudName) {
      if let group = try await nodeGroup(name) { groups.append(group) }
    }
    return groups
  }

  func nodesGroup() async throws -> String? {
    try await ec2.securityGroups([.init("group-name", [driver.desired.nodesGroupName])]).first?.id
  }

  func identity() async throws -> EKS.PodIdentity? {
    let account = AWSClusterPolicies.autoscalerAccount
    return try await eks.podIdentity(
      namespace: account.namespace,
      serviceAccount: account.name,
      of: driver.desired.cloudName
    )
  }

  func isOwned(_ principal: String) async throws -> Bool {
    driver.desired.owns(try await eks.accessEntry(principal, of: driver.desired.cloudName)?.tags)
  }

  func inventory() async throws -> [String] {
    guard let cluster = try await eks.cluster(driver.desired.cloudName) else { return [] }
    let network = cluster.resourcesVpcConfig
    let logs = (cluster.logging?.clusterLogging ?? []).filter { $0.enabled == true }.flatMap { $0.types ?? [] }
    let association = try await identity()?.roleArn ?? "none"
    var lines = [
      "version \(cluster.version ?? "")", "logs \(logs.sorted())", "tags \(Self.sorted(cluster.tags))",
      "public \(network?.endpointPublicAccess ?? true), private \(network?.endpointPrivateAccess ?? false)",
      "Auto Mode \(cluster.isAuto) \((cluster.computeConfig?.nodePools ?? []).sorted())",
      "association \(association)",
    ]
    for group in try await groups() { lines.append(try await line(group)) }
    for name in try await eks.addOnNames(of: cluster.name) { lines.append(try await line(addOn: name)) }
    for principal in try await eks.accessEntryPrincipals(of: cluster.name) {
      guard try await isOwned(principal) else { continue }
      let policies = try await eks.accessPolicies(of: principal, cluster: cluster.name).map {
        "\($0.policyArn) \($0.accessScope?.namespaces ?? [])"
      }
      lines.append("\(principal) \(policies.sorted())")
    }
    for service in AWSClusterRole.Service.allCases {
      let name = driver.desired.roleName(service)
      guard let role = try await iam.serviceRole(name) else { continue }
      let policies = try await iam.attachedPolicies(of: name).sorted()
      lines.append("\(name) \(policies) \(role.trust) \(Self.sorted(role.tags))")
    }
    if let nodes = try await ec2.securityGroups([.init("group-name", [driver.desired.nodesGroupName])]).first {
      lines.append("nodes' group with \(nodes.egress.count) rules \(Self.sorted(nodes.tags))")
    }
    // EKS keeps the entries that it made for nodes, and the autoscaler decides how many of these there are.
    let chosen = ["access-entry", "network-interface"]
    lines += try await door.counts().filter { !chosen.contains($0.key) }.map { "\($0.value) \($0.key)" }
    return lines.sorted()
  }

  /// The name of a node group is another in another network.
  private func line(_ group: EKS.NodeGroup) async throws -> String {
    let desired = driver.desired
    let name = group.tags?[ClusterTag.pool] ?? group.nodegroupName
    let (bounds, template) = (group.scalingConfig, group.launchTemplate)
    let content = try await ec2.launchTemplateVersions(template?.id ?? "").first {
      String($0.number) == template?.version
    }
    let nodes = try await nodesGroup() ?? ""
    let wanted = desired.pools.first { $0.name == name }.map {
      AWSNodePool.digest(AWSNodePool($0, of: desired).template(nodesGroupID: nodes))
    }
    let tags = try await scaling.groups(tag: "eks:nodegroup-name", group.nodegroupName).first?.tags
    return "\(name) \(bounds?.minSize ?? 0) to \(bounds?.maxSize ?? 0) \(group.version ?? "") "
      + "\(Self.sorted(group.labels)) \((group.taints ?? []).map { "\($0)" }.sorted()) "
      + "\(group.updateConfig?.maxUnavailable ?? 0) template \(content?.description == wanted ? "as wanted" : "another") "
      + "\(Self.sorted(group.tags).filter { $0.hasPrefix("team") || $0.hasPrefix("stage") }) "
      + "\(Self.sorted(tags?.filter { $0.key.hasPrefix(Self.templateTags) }))"
  }

  /// Version and configuration only as far as they follow from the spec.
  private func line(addOn name: String) async throws -> String {
    let desired = driver.desired
    guard let found = try await eks.addOn(name, of: desired.cloudName) else { return "\(name) is gone" }
    let wanted = desired.addOns.first { $0.name == name }
    let isVersioned = name == AWSClusterPolicies.versionedAddOn || wanted?.version != nil
    return "add-on \(name) \(isVersioned ? found.addonVersion ?? "" : "") "
      + "\(wanted?.configuration == nil ? "" : found.configurationValues ?? "none") \(Self.sorted(found.tags))"
  }

  private static func sorted(_ tags: [String: String]?) -> [String] {
    (tags ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
  }
}
