package import AWS
package import CloudResources

/// The content of a write to an object of a cluster in AWS. It holds every id that the write needs.
package enum AWSClusterContent: Sendable, Hashable {
  case role(path: String, trust: String, boundary: String?, policies: [String], inline: String?, tags: [String: String])
  /// What a role has too little or too much of; nil: as it is.
  case roleChange(attach: [String], detach: [String], inline: String?, trust: String?)
  case securityGroup(vpcID: String, tags: [String: String])
  /// Removes rules for outgoing traffic.
  case egress(allow: [EC2.Rule], revoke: [EC2.Rule])
  case cluster(EKSClient.ClusterRequest)
  case privateEndpoint
  /// Nil: off.
  case autoMode(EKSClient.AutoMode?)
  case logging(Set<String>)
  case upgrade(to: KubernetesMinor)
  case template(EC2.NodeTemplate, tags: [String: String])
  case templateVersion(EC2.NodeTemplate)
  case nodeGroup(EKSClient.NodeGroupRequest)
  case nodeGroupChange(EKSClient.NodeGroupChange)
  /// Replaces the group's nodes.
  case nodes(version: String?, templateID: String, templateVersion: String, force: Bool)
  case scalingTags(set: [String: String], remove: [String])
  case addOn(EKSClient.AddOnRequest)
  case addOnChange(version: String?, configuration: String?)
  case identity(roleARN: String, tags: [String: String])
  /// - policies: namespaces by policy; no namespaces: the whole cluster.
  case entry(type: String, policies: [String: [String]], tags: [String: String])
  case entryPolicies(associate: [String: [String]], disassociate: [String])
}

package enum AWSClusterCall: ClusterCall {
  case create(AWSClusterContent)
  case update(AWSClusterContent, tags: [String: String]?)
  case tag([String: String])
  case delete
  /// Removes the operator's mark.
  case release(arn: String?)

  package init(_ write: ResourceWrite<AWSClusterContent>) {
    self =
      switch write {
      case .create(let content): .create(content)
      case .update(let content, let tags): .update(content, tags: tags)
      case .tag(let tags): .tag(tags)
      case .delete: .delete
      }
  }
}

package typealias AWSClusterAction = ClusterAction<AWSClusterRole, String, AWSClusterCall>
package typealias AWSClusterCatalogue = ClusterCatalogue<AWSClusterRole, String, AWSClusterCall>
