import Cloud
import CloudResources
import Foundations
import TestSupport

@testable import AWS
@testable import CloudClusters

/// What people do in AWS's console in a history, and what they do to end a problem that the operator reports.
extension AWSClusterRig {
  func interfere(_ random: inout SeededGenerator) async throws -> String? {
    let kind = Int.random(in: 0..<15, using: &random)
    guard let cluster = try await eks.cluster(driver.desired.cloudName), cluster.status == "ACTIVE" else { return nil }
    let groups = try await groups()
    guard groups.allSatisfy({ $0.status == "ACTIVE" }) else { return nil }
    let group = groups.randomElement(using: &random)
    var what: String?
    do {
      if kind < 7 {
        what = try await interfere(kind, with: cluster)
      } else if let group {
        what = try await interfere(kind, with: group, of: groups)
      }
    } catch let error as CloudError {
      // EKS shows late that it is at work.
      guard error.kind == .conflict else { throw error }
    }
    return what
  }

  private func interfere(_ kind: Int, with cluster: EKS.Cluster) async throws -> String? {
    let desired = driver.desired
    switch kind {
    case 0:
      try await console([
        "set": ["resourcesVpcConfig": ["endpointPublicAccess": true, "publicAccessCidrs": ["0.0.0.0/0"]]]
      ])
      return "a public endpoint"
    case 1:
      guard cluster.isAuto else { return nil }
      let off: JSONValue = ["enabled": false]
      try await console(["set": ["computeConfig": off, "storageConfig": ["blockStorage": off]]])
      return "Auto Mode off"
    case 2:
      try await console(["set": ["tags": ["team": "other"], "logging": ["clusterLogging": []]]])
      return "a tag and the logs of the cluster"
    case 3:
      for case .role(let principal) in Self.people {
        guard try await isOwned(principal) else { continue }
        try await eks.deleteAccessEntry(principal, of: cluster.name)
        return "the entry of \(principal) deleted"
      }
      return nil
    case 4:
      guard let name = try await eks.addOnNames(of: cluster.name).first,
        try await eks.addOn(name, of: cluster.name)?.status == "ACTIVE"
      else { return nil }
      try await eks.deleteAddOn(name, of: cluster.name)
      return "add-on \(name) deleted"
    case 5:
      let role = desired.roleName(.cluster)
      guard let policy = try await iam.attachedPolicies(of: role).first else { return nil }
      try await iam.detach(policy, from: role)
      try await iam.setTrust(AWSClusterPolicies.trust(.node), of: role)
      return "policy and trust of the control plane's role"
    default:
      guard let identity = try await identity() else { return nil }
      try await eks.deletePodIdentity(identity.associationId, of: cluster.name)
      return "the association of the autoscaler deleted"
    }
  }

  private func interfere(_ kind: Int, with group: EKS.NodeGroup, of groups: [EKS.NodeGroup]) async throws -> String? {
    let (cluster, name) = (driver.desired.cloudName, group.nodegroupName)
    switch kind {
    case 7:
      let bounds: JSONValue = ["minSize": 1, "maxSize": 50, "desiredSize": 2]
      try await console([
        "nodeGroup": .string(name), "set": ["scalingConfig": bounds, "labels": ["intruder": "yes"]],
      ])
      return "bounds and labels of \(name)"
    case 8:
      let size = Int64(group.scalingConfig?.maxSize ?? 1)
      try await console(["nodeGroup": .string(name), "set": ["scalingConfig": ["desiredSize": .int(size)]]])
      return "\(name) is scaled"
    case 9:
      try await eks.deleteNodeGroup(name, of: cluster)
      return "\(name) deleted"
    case 10:
      guard let found = try await scaling.groups(tag: "eks:nodegroup-name", name).first else { return nil }
      try await scaling.removeTags(
        found.tags.keys.filter { $0.hasPrefix(Self.templateTags) }.sorted(),
        ofGroup: found.name
      )
      return "tags for the autoscaler of \(name) removed"
    case 11:
      guard let nodes = try await nodesGroup() else { return nil }
      try await ec2.authorize(.egress, [EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))], groupID: nodes)
      return "the nodes' group lets out everything"
    case 12:
      guard !groups.contains(where: { $0.nodegroupName == "theirs" }), let template = group.launchTemplate else {
        return nil
      }
      try await makeTheirs(template, version: group.version ?? "")
      return "a node group of theirs"
    case 13:
      guard let template = group.launchTemplate?.id else { return nil }
      try await ec2.deleteLaunchTemplate(template)
      return "launch template \(template) of \(name) deleted"
    default:
      for group in groups { try await eks.deleteNodeGroup(group.nodegroupName, of: cluster) }
      for _ in 0..<4 { if try await self.groups().isEmpty { break } }
      try await eks.deleteCluster(cluster)
      return "the cluster deleted"
    }
  }

  private func makeTheirs(_ template: EKS.NodeGroup.Template, version: String) async throws {
    let role = try await iam.serviceRole(driver.desired.roleName(.node))
    var request = EKSClient.NodeGroupRequest(
      name: "theirs",
      cluster: driver.desired.cloudName,
      version: version,
      roleARN: role?.arn ?? "",
      imageType: "AL2023_x86_64_STANDARD"
    )
    request.subnetIDs = driver.desired.network.subnets.map(\.id)
    (request.templateID, request.templateVersion) = (template.id ?? "", template.version ?? "")
    try await eks.createNodeGroup(request)
  }

  func resolve() async throws {
    let cluster = driver.desired.cloudName
    guard let found = try await eks.cluster(cluster) else { return }
    // Each look brings what is under way nearer to its end.
    for _ in 0..<3 { _ = try await groups() }
    let templates = Set(try await ec2.launchTemplates([]).map(\.id))
    for group in try await groups() where group.status == "ACTIVE" || group.status == "CREATE_FAILED" {
      let isLost = group.launchTemplate?.id.map { !templates.contains($0) } ?? false
      guard group.nodegroupName == "theirs" || group.status == "CREATE_FAILED" || isLost else { continue }
      try await eks.deleteNodeGroup(group.nodegroupName, of: cluster)
    }
    for name in try await eks.addOnNames(of: cluster) {
      guard try await eks.addOn(name, of: cluster)?.status == "CREATE_FAILED" else { continue }
      try await eks.deleteAddOn(name, of: cluster)
    }
    if found.status == "FAILED" { try await eks.deleteCluster(cluster) }
  }
}
