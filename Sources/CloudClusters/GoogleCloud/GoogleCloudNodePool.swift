internal import CloudNetworks
internal import Digests
internal import GoogleCloud

/// A pool in GKE: a node pool over some zones, whose size GKE changes within bounds over all of them.
struct GoogleCloudNodePool {
  /// GKE allows 40 characters, and a hyphen and the digest take nine.
  private static let longestName = 31
  /// GKE gives a node a range of twice as many addresses, so 64 pods need a /25 of the pods' range.
  static let podsPerNode = 64
  static let addressesOfNode = 128

  let desired: DesiredCluster
  let pool: DesiredCluster.NodePool

  init(_ pool: DesiredCluster.NodePool, of desired: DesiredCluster) {
    self.pool = pool
    self.desired = desired
  }

  /// The pool's name and a digest of everything that a node pool can never change. Another digest means another pool,
  /// which is created and ready before the old one is drained.
  var name: String {
    let fixed = [pool.name, pool.isSpot ? "spot" : "", desired.googleCloud.nodeServiceAccount ?? ""]
    return "\(pool.name.prefix(Self.longestName))-\(SHA256.text(fixed.joined(separator: ",")).prefix(8))"
  }

  /// ANY finds spot machines where there are some; BALANCED spreads other machines over the zones.
  var autoscaling: GKE.Autoscaling {
    GKE.Autoscaling(totalMin: pool.minSize, totalMax: pool.maxSize, locationPolicy: pool.isSpot ? "ANY" : "BALANCED")
  }

  let management = GKE.Management(autoRepair: true, autoUpgrade: true)

  /// Before a node is replaced, a new one is there.
  var upgradeSettings: GKE.UpgradeSettings { .init(maxSurge: pool.maxUnavailable, maxUnavailable: 0) }

  var labels: [String: String] { pool.labels.merging([GoogleCloudClusterLabel.node: pool.name]) { $1 } }

  var taints: [GKE.Taint] {
    pool.taints.map { taint in
      let effect =
        switch taint.effect {
        case .NoSchedule: "NO_SCHEDULE"
        case .NoExecute: "NO_EXECUTE"
        case .PreferNoSchedule: "PREFER_NO_SCHEDULE"
        }
      return GKE.Taint(key: taint.key, value: taint.value, effect: effect)
    }
  }

  /// - Parameter zones: the number of the cluster's zones, if the pool names none.
  /// - Returns: the first number of nodes in each zone, so that all zones together stay within the bounds.
  func initialSize(zones: Int) -> Int {
    let zones = max(1, pool.zones.isEmpty ? zones : pool.zones.count)
    let rounded = (pool.minSize + zones - 1) / zones
    return rounded * zones <= pool.maxSize ? rounded : pool.minSize / zones
  }

  /// - Parameter version: a minor or a patch; nil: the control plane's.
  func request(version: String?) -> GKE.NodePool {
    var config = GKE.NodeConfig()
    config.machineType = pool.machineType
    config.diskSizeGb = pool.diskGiB
    config.serviceAccount = desired.googleCloud.nodeServiceAccount
    // The account's roles decide its rights, not the scopes.
    config.oauthScopes = ["https://www.googleapis.com/auth/cloud-platform"]
    config.spot = pool.isSpot ? true : nil
    config.labels = labels
    config.taints = taints.isEmpty ? nil : taints
    config.resourceLabels = desired.poolLabels(pool.name)
    config.workloadMetadataConfig = .init(mode: "GKE_METADATA")
    config.shieldedInstanceConfig = .init()
    var request = GKE.NodePool(name: name)
    request.version = version
    // GKE puts nodes into three zones of a region, even if it has more.
    request.initialNodeCount = initialSize(zones: 3)
    request.autoscaling = autoscaling
    request.config = config
    request.locations = pool.zones.isEmpty ? nil : pool.zones.sorted()
    request.management = management
    request.upgradeSettings = upgradeSettings
    request.networkConfig = .init(enablePrivateNodes: true)
    request.maxPodsConstraint = .init(Self.podsPerNode)
    return request
  }
}

extension DesiredCluster.GoogleCloudSettings.Channel {
  /// The spelling of GKE.
  var gke: String { rawValue.uppercased() }
}
