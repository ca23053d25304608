internal import CloudClusters
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import FoundationEssentials
internal import Foundations
internal import Kubernetes

/// Translates a PrivateCluster's spec and the state of its Backbone into what is wanted in the cloud.
enum ClusterLayout {
  static func desired(_ facts: PrivateClusterFacts) -> DesiredCluster {
    let (cluster, backbone) = (facts.cluster, facts.backbone)
    let (spec, status) = (cluster.spec, cluster.status)
    let mark = OwnershipMark(namespace: cluster.key.namespace, name: cluster.key.name, uid: cluster.metadata.uid ?? "")
    var desired = DesiredCluster(
      mark: mark,
      region: status?.location?.region ?? backbone?.spec.region ?? "",
      // An invalid spec is refused earlier, except in a deletion, which needs no version.
      version: KubernetesMinor(spec.version) ?? KubernetesMinor(major: 1, minor: 0),
      network: network(facts),
      pools: spec.nodePools.map { DesiredCluster.NodePool($0) }
    )
    desired.account = backbone?.status?.location?.account ?? backbone?.spec.account
    desired.access = (spec.access ?? []).compactMap { DesiredCluster.AccessGrant($0) }
    desired.addOns = (spec.addons ?? []).map { DesiredCluster.AddOn($0) }
    desired.podRange = spec.network?.pods.flatMap { IPv4Network($0) }
    desired.serviceRange = spec.network?.services.flatMap { IPv4Network($0) }
    desired.takenRanges = facts.takenRanges.map(\.network)
    desired.secretsKey = spec.encryption?.secretsKey
    desired.logging = Set((spec.logging ?? []).map(\.rawValue))
    desired.tags = backbone?.spec.tags ?? [:]
    desired.aws = DesiredCluster.AWSSettings(spec.aws)
    desired.googleCloud = DesiredCluster.GoogleCloudSettings(spec.gcp)
    desired.azure = DesiredCluster.AzureSettings(spec.azure)
    desired.azure.resourceGroupID = backbone?.status?.resourceGroupID
    desired.ledger = Ledger(status)
    return desired
  }

  /// A cluster keeps the subnets that it was created with.
  private static func network(_ facts: PrivateClusterFacts) -> DesiredCluster.Network {
    let (location, status) = (facts.cluster.status?.location, facts.backbone?.status)
    let names = location?.subnets ?? facts.cluster.spec.subnets
    var subnets = (status?.subnets ?? []).filter { names?.contains($0.name) ?? true }
    // A GKE cluster has one subnetwork, whose nodes are in all zones of the region.
    if names == nil, facts.backbone?.spec.provider == .gcp { subnets = Array(subnets.prefix(1)) }
    var network = DesiredCluster.Network(
      id: location?.networkID ?? status?.networkID ?? "",
      subnets: subnets.map { .init(name: $0.name, id: $0.id, zone: $0.zone, cidr: IPv4Network($0.cidr)) },
      workloadGroupID: status?.objects?[Self.workloadGroup] ?? status?.firewallIDs?.first ?? ""
    )
    let ranges = [facts.backbone?.spec.network.cidr] + (status?.podRanges ?? [])
    network.ranges = ranges.compactMap { $0.flatMap { IPv4Network($0) } }
    return network
  }

  /// Key of the Backbone's workload security group in `status.objects`.
  private static let workloadGroup = "firewall-workload"
}

extension BackboneStatus {
  /// Azure: the group of the Backbone's own objects. An adopted network is in a group of its own, where the operator may
  /// have no rights.
  var resourceGroupID: String? {
    guard let given = location?.resourceGroup, let account = location?.account else { return objects?[Self.group] }
    return "/subscriptions/\(account)/resourceGroups/\(given)"
  }

  private static let group = "group"
}

extension DesiredCluster.NodePool {
  init(_ pool: PrivateClusterSpec.NodePool) {
    self.init(name: pool.name, machineType: pool.machineType, minSize: pool.minSize, maxSize: pool.maxSize)
    diskGiB = pool.diskGiB ?? PrivateClusterSpec.NodePool.defaultDiskGiB
    zones = pool.zones ?? []
    labels = pool.labels ?? [:]
    taints = (pool.taints ?? []).compactMap { taint in
      DesiredCluster.Taint.Effect(rawValue: taint.effect.rawValue).map {
        DesiredCluster.Taint(key: taint.key, value: taint.value, effect: $0)
      }
    }
    isSpot = pool.spot ?? false
    maxUnavailable = pool.upgrade?.maxUnavailable ?? 1
    forcesEviction = pool.upgrade?.force ?? false
  }
}

extension DesiredCluster.AccessGrant {
  /// Nil: the entry names nobody, which `validate()` refuses.
  init?(_ access: PrivateClusterSpec.Access) {
    guard let role = Role(rawValue: access.role.rawValue),
      let principal = DesiredCluster.Principal(access.principal)
    else { return nil }
    self.init(role, principal, namespaces: access.namespaces ?? [])
  }
}

extension DesiredCluster.Principal {
  init?(_ principal: PrivateClusterSpec.Principal) {
    if let arn = principal.roleARN {
      self = .role(arn)
    } else if let group = principal.group {
      self = .googleGroup(group)
    } else if let user = principal.user {
      self = .googleUser(user)
    } else if let account = principal.serviceAccount {
      self = .googleServiceAccount(account)
    } else if let id = principal.objectID, let type = principal.type {
      self = .entra(id: id, type: type.rawValue)
    } else {
      return nil
    }
  }
}

extension DesiredCluster.AddOn {
  /// Keys are sorted, so that the same configuration always has the same text and can be compared with that of EKS.
  init(_ addOn: PrivateClusterSpec.AddOn) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = addOn.configuration.flatMap { try? encoder.encode($0) }.map { String(decoding: $0, as: UTF8.self) }
    self.init(addOn.name, version: addOn.version, configuration: text)
  }
}

extension DesiredCluster.AWSSettings {
  init(_ options: PrivateClusterSpec.AWSOptions?) {
    self.init()
    if let path = options?.rolePath { rolePath = path }
    permissionsBoundaryARN = options?.permissionsBoundaryARN
    clusterRoleARN = options?.clusterRoleARN
    nodeRoleARN = options?.nodeRoleARN
    autoMode = options?.autoMode ?? false
    autoModeNodeRoleARN = options?.autoModeNodeRoleARN
  }
}

extension DesiredCluster.GoogleCloudSettings {
  init(_ options: PrivateClusterSpec.GCPOptions?) {
    self.init()
    nodeServiceAccount = options?.nodeServiceAccount
    if let channel = options?.channel.flatMap({ Channel(rawValue: $0.rawValue) }) { self.channel = channel }
    fleetProject = options?.fleetProject
  }
}

extension DesiredCluster.AzureSettings {
  init(_ options: PrivateClusterSpec.AzureOptions?) {
    self.init()
    identityID = options?.identityID
    logWorkspaceID = options?.logWorkspaceID
  }
}
