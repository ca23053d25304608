internal import Azure
internal import CloudNetworks
internal import Digests
internal import Foundations

/// A pool in one of its subnets: an agent pool of AKS, whose machines are in that subnet's zone. Node ranges and NAT
/// gateways are zonal, so a pool has an agent pool for each of its subnets, and its bounds are divided among them.
struct AzureAgentPool {
  let pool: DesiredCluster.NodePool
  let subnet: DesiredCluster.Network.Subnet
  let minSize: Int
  let maxSize: Int
  /// Whether the cluster's own pods may run in it: in every agent pool of the first pool that allows it.
  let isSystem: Bool

  /// All agent pools of a cluster, those of the system pool first. A share of at most zero nodes has none.
  static func all(_ desired: DesiredCluster) -> [AzureAgentPool] {
    let system = systemPool(desired)
    let pools = desired.pools.flatMap { pool -> [AzureAgentPool] in
      let subnets = subnets(of: pool, desired)
      return subnets.enumerated().map { index, subnet in
        let low = share(of: pool.minSize, index, subnets.count)
        return AzureAgentPool(
          pool: pool,
          subnet: subnet,
          minSize: low,
          maxSize: share(of: pool.maxSize, index, subnets.count),
          isSystem: pool.name == system?.name && low > 0
        )
      }
    }
    let needed = pools.filter { $0.maxSize > 0 }
    return needed.filter(\.isSystem) + needed.filter { !$0.isSystem }
  }

  static func subnets(of pool: DesiredCluster.NodePool, _ desired: DesiredCluster) -> [DesiredCluster.Network.Subnet] {
    desired.network.subnets.filter { pool.zones.isEmpty || pool.zones.contains($0.zone) }
  }

  /// AKS runs coredns and the like in System pools: at least one node, no spot machines, no taints that keep pods out
  /// (https://learn.microsoft.com/azure/aks/use-system-pools).
  static func systemPool(_ desired: DesiredCluster) -> DesiredCluster.NodePool? {
    desired.pools.first { pool in
      !pool.isSpot && pool.minSize > 0 && pool.taints.allSatisfy { $0.effect == .PreferNoSchedule }
        && !subnets(of: pool, desired).isEmpty
    }
  }

  private static func share(of total: Int, _ index: Int, _ count: Int) -> Int {
    total / count + (index < total % count ? 1 : 0)
  }

  /// Twelve characters at most, as AKS demands: a part of the pool's name, and a digest of everything that an agent
  /// pool can never change. Another digest means another agent pool, which is created and ready before the old one is
  /// drained.
  var name: String {
    let letters = pool.name.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
    let readable = String(String.UnicodeScalarView(letters.prefix(3)))
    let first = letters.first.map { ("a"..."z").contains($0) } == true ? "" : "p"
    let fixed = [
      pool.name, subnet.id.lowercased(), subnet.zone, pool.machineType, String(pool.diskGiB), pool.isSpot ? "spot" : "",
    ]
    return first + readable + SHA256.text(fixed.joined(separator: ",")).prefix(8)
  }

  var labels: [String: String] { pool.labels.merging([ClusterTag.pool: pool.name]) { $1 } }

  var taints: [String] { pool.taints.map { "\($0.key)=\($0.value ?? ""):\($0.effect.rawValue)" } }

  /// AKS itself sets these on spot machines.
  static let ownPrefix = "kubernetes.azure.com/"

  /// Spot machines are replaced without extra ones, because AKS allows no surge for them.
  var surge: String? { pool.isSpot ? nil : String(pool.maxUnavailable) }

  /// The zone of regions without zones.
  static let noZone = "regional"

  /// - Parameter version: the control plane's version.
  func properties(_ names: AzureClusterNames, _ desired: DesiredCluster, version: KubernetesMinor) -> JSONValue {
    var body: JSONValue = [
      "vmSize": .string(pool.machineType), "osType": "Linux", "osDiskSizeGB": .int(Int64(pool.diskGiB)),
      "type": "VirtualMachineScaleSets", "mode": isSystem ? "System" : "User",
      "vnetSubnetID": .string(subnet.id), "enableNodePublicIP": false, "enableAutoScaling": true,
      "count": .int(Int64(minSize)), "minCount": .int(Int64(minSize)), "maxCount": .int(Int64(maxSize)),
      "orchestratorVersion": .string(version.description), "nodeLabels": .object(labels.mapValues { .string($0) }),
      "nodeTaints": .array(taints.map { .string($0) }),
    ]
    body["tags"] = .object(names.tags(desired.tags, pool: pool.name).mapValues { .string($0) })
    if subnet.zone != Self.noZone { body["availabilityZones"] = [.string(subnet.zone)] }
    if let surge { body["upgradeSettings"] = ["maxSurge": .string(surge)] }
    if pool.isSpot {
      body["scaleSetPriority"] = "Spot"
      body["scaleSetEvictionPolicy"] = "Delete"
      // At most the price of a machine on demand.
      body["spotMaxPrice"] = .int(-1)
    }
    return body
  }
}
