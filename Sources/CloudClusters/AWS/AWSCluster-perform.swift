internal import AWS
package import Cloud
internal import CloudNetworks
package import CloudResources
internal import Foundations

extension AWSCluster {
  /// Carries out one action, which is safe to repeat. Stores the id of an update that goes on in the ledger.
  package func perform(
    _ action: AWSClusterAction,
    _ desired: DesiredCluster,
    _ ledger: inout Ledger
  ) async throws(CloudError) {
    let role = action.role.description
    do throws(CloudError) {
      switch action.call {
      case .create(let content):
        try await create(content, action, desired)
        ledger.ids[role] = action.id
        if case .role = action.role { ledger.fresh[role] = time.timestamp }
        ledger.operations[role] = nil
      case .update(let content, let tags):
        ledger.operations[role] = try await update(content, action, desired) ?? ledger.operations[role]
        if case .role = action.role { ledger.fresh[role] = time.timestamp }
        if let tags { try await tag(action, tags, desired) }
      case .tag(let tags): try await tag(action, tags, desired)
      case .delete:
        try await delete(action, desired)
        ledger.ids[role] = nil
        ledger.operations[role] = nil
      case .release(let arn): try await release(action, arn)
      }
    } catch {
      throw explained(error, ledger)
    }
  }

  /// EKS calls a role invalid that was created a moment ago, and EC2 may not yet list an object whose name is taken.
  private func explained(_ error: CloudError, _ ledger: Ledger) -> CloudError {
    var error = error
    let isFresh = ledger.fresh.values.contains { time.timestamp.since($0) < Self.roleDelay }
    let namesRoles = error.operation.hasPrefix("eks:Create") || error.operation == "eks:UpdateClusterConfig"
    if error.kind == .invalid, isFresh, namesRoles { error.kind = .conflict }
    if error.kind == .alreadyExists, error.operation.hasPrefix("ec2:Create") { error.kind = .conflict }
    return error
  }

  private func create(
    _ content: AWSClusterContent,
    _ action: AWSClusterAction,
    _ desired: DesiredCluster
  ) async throws(CloudError) {
    let cluster = desired.cloudName
    switch content {
    case .role(let path, let trust, let boundary, let policies, let inline, let tags):
      let words = "PrivateCluster \(desired.mark.namespace)/\(desired.mark.name)"
      try await iam.createRole(
        action.id,
        path: path,
        trust: trust,
        description: words,
        boundary: boundary,
        tags: tags
      )
      try await change(action.id, attach: policies, inline: inline)
    case .securityGroup(let vpc, let tags):
      let words = "Nodes of PrivateCluster \(desired.mark.namespace)/\(desired.mark.name)"
      _ = try await ec2.createSecurityGroup(name: action.id, description: words, vpcID: vpc, tags: tags)
    case .cluster(let request): try await eks.createCluster(request)
    case .template(let template, let tags):
      let digest = AWSNodePool.digest(template)
      _ = try await ec2.createLaunchTemplate(
        action.id,
        template,
        description: digest,
        // A template that was deleted is created again with another token.
        token: desired.token(action.role, digest, desired.ledger.ids[action.role.description]),
        tags: tags
      )
    case .nodeGroup(let request): try await eks.createNodeGroup(request)
    case .addOn(let request): try await eks.createAddOn(request, of: cluster)
    case .identity(let arn, let tags):
      let account = AWSClusterPolicies.autoscalerAccount
      try await eks.createPodIdentity(
        namespace: account.namespace,
        serviceAccount: account.name,
        roleARN: arn,
        cluster: cluster,
        tags: tags
      )
    case .entry(let type, let policies, let tags):
      try await eks.createAccessEntry(action.id, of: cluster, type: type, tags: tags)
      try await associate(policies, with: action.id, cluster)
    case .roleChange, .egress, .privateEndpoint, .autoMode, .logging, .upgrade, .templateVersion, .nodeGroupChange,
      .nodes, .scalingTags, .addOnChange, .entryPolicies:
      break
    }
  }

  /// - Returns: the id of an update that goes on.
  private func update(
    _ content: AWSClusterContent,
    _ action: AWSClusterAction,
    _ desired: DesiredCluster
  ) async throws(CloudError) -> String? {
    let cluster = desired.cloudName
    switch content {
    case .roleChange(let attached, let detached, let inline, let trust):
      try await change(action.id, attach: attached, inline: inline)
      for policy in detached { try await iam.detach(policy, from: action.id) }
      if let trust { try await iam.setTrust(trust, of: action.id) }
    case .egress(let allowed, let revoked):
      try await ec2.authorize(.egress, allowed, groupID: action.id)
      try await ec2.revoke(.egress, revoked, groupID: action.id)
    case .privateEndpoint: return try await eks.makePrivate(cluster)
    case .autoMode(let mode): return try await eks.setAutoMode(mode, of: cluster)
    case .logging(let kinds): return try await eks.setLogging(kinds, of: cluster)
    case .upgrade(let version): return try await eks.upgrade(cluster, to: version.description)
    case .templateVersion(let template):
      let digest = AWSNodePool.digest(template)
      try await ec2.createLaunchTemplateVersion(
        of: action.id,
        template,
        description: digest,
        token: desired.token(action.role, digest, action.id)
      )
    case .nodeGroupChange(let change): return try await eks.change(action.id, of: cluster, change)
    case .nodes(let version, let template, let templateVersion, let force):
      return try await eks.replaceNodes(
        of: action.id,
        cluster: cluster,
        version: version,
        templateID: template,
        templateVersion: templateVersion,
        force: force
      )
    case .scalingTags(let set, let removed):
      try await scaling.setTags(set, ofGroup: action.id)
      try await scaling.removeTags(removed, ofGroup: action.id)
    case .addOnChange(let version, let configuration):
      return try await eks.changeAddOn(action.id, of: cluster, version: version, configuration: configuration)
    case .entryPolicies(let associated, let disassociated):
      for policy in disassociated { try await eks.disassociate(policy, from: action.id, cluster: cluster) }
      try await associate(associated, with: action.id, cluster)
    case .role, .securityGroup, .cluster, .template, .nodeGroup, .addOn, .identity, .entry: break
    }
    return nil
  }

  private func change(_ role: String, attach policies: [String], inline: String?) async throws(CloudError) {
    for policy in policies { try await iam.attach(policy, to: role) }
    if let inline { try await iam.putPolicy(AWSClusterPolicies.inlineName, inline, of: role) }
  }

  private func associate(_ policies: [String: [String]], with principal: String, _ cluster: String)
    async throws(CloudError)
  {
    for (policy, namespaces) in policies.sorted(by: { $0.key < $1.key }) {
      try await eks.associate(policy, with: principal, namespaces: namespaces, cluster: cluster)
    }
  }

  private func delete(_ action: AWSClusterAction, _ desired: DesiredCluster) async throws(CloudError) {
    let (cluster, id) = (desired.cloudName, action.id)
    switch action.role {
    case .role(let service):
      for policy in try await iam.attachedPolicies(of: id) { try await iam.detach(policy, from: id) }
      if service == .autoscaler { try await iam.deletePolicy(AWSClusterPolicies.inlineName, of: id) }
      try await iam.deleteRole(id)
    case .nodesGroup: try await ec2.deleteSecurityGroup(id)
    case .cluster: try await eks.deleteCluster(cluster)
    case .template: try await ec2.deleteLaunchTemplate(id)
    case .nodeGroup: try await eks.deleteNodeGroup(id, of: cluster)
    case .addOn: try await eks.deleteAddOn(id, of: cluster)
    case .identity: try await eks.deletePodIdentity(id, of: cluster)
    case .entry: try await eks.deleteAccessEntry(id, of: cluster)
    // They go with what EKS made them for.
    case .clusterGroup, .scalingTags: break
    }
  }

  private func tag(_ action: AWSClusterAction, _ tags: [String: String], _ desired: DesiredCluster)
    async throws(CloudError)
  {
    switch action.role {
    case .role: try await iam.setTags(tags, ofRole: action.id)
    case .nodesGroup, .template: try await ec2.createTags([action.id], tags)
    default: if let arn = try await arn(of: action, desired) { try await eks.setTags(arn, tags) }
    }
  }

  /// EKS tags by ARN. Nil: the object does not exist.
  private func arn(of action: AWSClusterAction, _ desired: DesiredCluster) async throws(CloudError) -> String? {
    let (cluster, id) = (desired.cloudName, action.id)
    return switch action.role {
    case .cluster: try await eks.cluster(cluster)?.arn
    case .nodeGroup: try await eks.nodeGroup(id, of: cluster)?.nodegroupArn
    case .addOn: try await eks.addOn(id, of: cluster)?.addonArn
    case .entry: try await eks.accessEntry(id, of: cluster)?.accessEntryArn
    case .identity, .role, .nodesGroup, .clusterGroup, .template, .scalingTags: nil
    }
  }

  private func release(_ action: AWSClusterAction, _ arn: String?) async throws(CloudError) {
    let keys = [ClusterTag.mark, ClusterTag.role]
    switch action.role {
    case .role: try await iam.removeTags(keys, ofRole: action.id)
    case .nodesGroup, .template: try await ec2.deleteTags([action.id], keys: keys)
    default: if let arn { try await eks.removeTags(arn, keys: keys) }
    }
  }
}
