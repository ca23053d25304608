internal import AWS
internal import CloudNetworks
internal import Digests

/// A pool in EKS: a managed node group with a launch template.
struct AWSNodePool {
  let desired: DesiredCluster
  let pool: DesiredCluster.NodePool

  init(_ pool: DesiredCluster.NodePool, of desired: DesiredCluster) {
    self.pool = pool
    self.desired = desired
  }

  var subnets: [DesiredCluster.Network.Subnet] {
    desired.network.subnets.filter { pool.zones.isEmpty || pool.zones.contains($0.zone) }
  }

  /// The pool's name and a digest of everything that a node group can never change. Another digest means another group,
  /// which is created and ready before the old one is drained.
  var groupName: String {
    let fixed = subnets.map(\.id).sorted() + [imageType, pool.isSpot ? "spot" : "", desired.aws.nodeRoleARN ?? ""]
    return "\(pool.name)-\(SHA256.text(fixed.joined(separator: ",")).prefix(8))"
  }

  /// By machine type: Graviton families have a `g` after their generation; families with NVIDIA GPUs begin with p or g.
  var imageType: String {
    let family = pool.machineType.prefix { $0 != "." }
    let letters = family.prefix { $0.isLetter }
    let options = family.drop { $0.isLetter }.drop { $0.isNumber }
    if options.contains("g") { return "AL2023_ARM_64_STANDARD" }
    return letters == "p" || letters == "g" ? "AL2023_x86_64_NVIDIA" : "AL2023_x86_64_STANDARD"
  }

  var labels: [String: String] { pool.labels.merging([ClusterTag.pool: pool.name]) { $1 } }

  var taints: [EKS.Taint] {
    pool.taints.map { taint in
      let effect =
        switch taint.effect {
        case .NoSchedule: "NO_SCHEDULE"
        case .NoExecute: "NO_EXECUTE"
        case .PreferNoSchedule: "PREFER_NO_SCHEDULE"
        }
      return EKS.Taint(key: taint.key, value: taint.value, effect: effect)
    }
  }

  func template(nodesGroupID: String) -> EC2.NodeTemplate {
    EC2.NodeTemplate(
      machineType: pool.machineType,
      diskGiB: pool.diskGiB,
      groupIDs: [desired.network.workloadGroupID, nodesGroupID],
      tags: desired.tags.merging([ClusterTag.mark: desired.mark.value, ClusterTag.pool: pool.name]) { $1 }
    )
  }

  /// Identifies a version of a launch template, in its description.
  static func digest(_ template: EC2.NodeTemplate) -> String {
    let tags = template.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let parts = [template.machineType, String(template.diskGiB)] + template.groupIDs + tags
    return "cloudlinker.dev/\(SHA256.text(parts.joined(separator: "\n")).prefix(16))"
  }
}
