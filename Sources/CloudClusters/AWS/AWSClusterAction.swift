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

/// One change in AWS.
package struct AWSClusterAction: PlanAction, Hashable {
  package enum Call: Sendable, Hashable {
    case create(AWSClusterContent)
    case update(AWSClusterContent, tags: [String: String]?)
    case tag([String: String])
    case delete
    /// Removes the operator's mark.
    case release(arn: String?)
  }
  package var call: Call
  package var role: AWSClusterRole
  /// The id in AWS; before the object exists, its future name.
  package var id: String
  package var description: String
  package var provides: Set<String> { [role.description] }
  package let needs: Set<String> = []
}

package enum AWSClusterCatalogue: ResourceCatalogue {
  package static func action(
    _ write: ResourceWrite<AWSClusterContent>,
    _ role: AWSClusterRole,
    _ id: String,
    _ detail: String
  ) -> AWSClusterAction {
    let call: AWSClusterAction.Call =
      switch write {
      case .create(let content): .create(content)
      case .update(let content, let tags): .update(content, tags: tags)
      case .tag(let tags): .tag(tags)
      case .delete: .delete
      }
    return AWSClusterAction(call: call, role: role, id: id, description: write.words(role.summary, detail))
  }

  package typealias Role = AWSClusterRole
  package typealias ID = String
  package typealias Content = AWSClusterContent
  package typealias Action = AWSClusterAction
  package typealias Report = ClusterReport
}
