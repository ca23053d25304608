internal import CloudNetworks
internal import CloudResources
internal import Digests

/// The role of an object in AWS for its PrivateCluster.
package enum AWSClusterRole: ResourceRole {
  /// Roles in IAM, named after their users.
  package enum Service: String, Sendable, Hashable, CaseIterable {
    case cluster, node, network, autoscaler
    case autoNode = "auto-node"
  }
  case role(Service)
  /// A security group of the nodes, which controllers in the cluster may change.
  case nodesGroup
  case cluster
  /// The security group that EKS makes for the cluster, in which the nodes of Auto Mode are.
  case clusterGroup
  /// The template of the node group with that name.
  case template(String)
  case nodeGroup(String)
  /// Tags of a node group's Auto Scaling group, from which the autoscaler knows its nodes while there are none.
  case scalingTags(String)
  case addOn(String)
  /// The role of the cluster autoscaler's service account.
  case identity
  /// The entry of a principal.
  case entry(String)

  package var part: ClusterPart {
    switch self {
    case .role(.cluster), .cluster: .controlPlane
    case .role(.node), .role(.autoNode), .nodesGroup, .clusterGroup, .template, .nodeGroup: .nodePools
    case .role(.network), .addOn: .addOns
    case .role(.autoscaler), .identity, .scalingTags: .autoscaling
    case .entry: .access
    }
  }

  /// A cluster and each of its node groups take one mutation at a time. The planner sees to that.
  package var lane: String? { nil }

  package var description: String {
    switch self {
    case .role(let service): "role-\(service.rawValue)"
    case .nodesGroup: "nodes-group"
    case .cluster: "cluster"
    case .clusterGroup: "cluster-group"
    case .template(let group): "template-\(group)"
    case .nodeGroup(let name): "node-group-\(name)"
    case .scalingTags(let group): "scaling-tags-\(group)"
    case .addOn(let name): "add-on-\(name)"
    case .identity: "identity"
    case .entry(let principal): "entry-\(principal)"
    }
  }

  package var summary: String {
    switch self {
    case .role(.network): "IAM role of the network add-on"
    case .role(.autoNode): "IAM role of Auto Mode's nodes"
    case .role(let service): "IAM role of the \(service.rawValue)"
    case .nodesGroup: "security group of the nodes"
    case .cluster: "EKS cluster"
    case .clusterGroup: "security group of the cluster"
    case .template(let group): "launch template of node group \(group)"
    case .nodeGroup(let name): "node group \(name)"
    case .scalingTags(let group): "Auto Scaling group of node group \(group)"
    case .addOn(let name): "add-on \(name)"
    case .identity: "Pod Identity association of the autoscaler"
    case .entry(let principal): "access entry of \(principal)"
    }
  }
}

/// Tags of objects that belong to a PrivateCluster.
enum ClusterTag {
  static let mark = "cloudlinker.dev/cluster"
  static let role = OwnershipMark.roleKey
  /// The plain name of the pool, as a tag of node groups and a label of nodes.
  static let pool = "cloudlinker.dev/pool"
  /// The load balancer controller finds the group that it may change by this tag. Two tagged groups on one node break
  /// that controller, so the Backbone's group must not have the tag.
  static func owned(_ cluster: String) -> String { "kubernetes.io/cluster/\(cluster)" }
}

extension DesiredCluster {
  func tags(_ role: AWSClusterRole, _ more: [String: String] = [:]) -> [String: String] {
    // A tag's value has at most 256 characters.
    let own = [ClusterTag.mark: mark.value, ClusterTag.role: String(role.description.prefix(255))]
    return tags.merging(more) { $1 }.merging(own) { $1 }
  }

  func owns(_ found: [String: String]?) -> Bool { found?[ClusterTag.mark] == mark.value }

  /// Tags to set because the object lacks them or has other values; nil: none. Tags of others stay.
  func retagging(_ role: AWSClusterRole, _ found: [String: String]?, _ more: [String: String] = [:]) -> [String:
    String]?
  {
    let wrong = tags(role, more).filter { found?[$0.key] != $0.value }
    return wrong.isEmpty ? nil : wrong
  }

  func roleName(_ service: AWSClusterRole.Service) -> String { "cloudlinker-\(digest)-\(service.rawValue)" }
  var nodesGroupName: String { "\(cloudName)-nodes" }
  func templateName(_ nodeGroup: String) -> String { "\(cloudName)-\(nodeGroup)" }
}

extension DesiredCluster {
  /// At most 64 characters. EC2 answers a known token with the object it created then, even if that was deleted.
  func token(_ role: AWSClusterRole, _ content: String, _ earlier: String?) -> String {
    String(SHA256.text("\(mark.value) \(role) \(content) \(earlier ?? "")").prefix(64))
  }
}
