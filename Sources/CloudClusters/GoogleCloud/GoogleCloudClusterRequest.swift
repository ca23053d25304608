internal import CloudNetworks
internal import Foundations
internal import GoogleCloud

/// A PrivateCluster's request to GKE, which is private from the start.
extension DesiredCluster {
  /// Names of the Backbone's secondary ranges in each subnetwork.
  static let podsRangeName = "pods"
  static let servicesRangeName = "services"
  /// The name of the exclusion that keeps GKE from upgrading minors by itself.
  static let exclusionName = "cloudlinker"
  /// The control plane's logs in GKE. Its audit logs are always on, in Cloud Audit Logs.
  static let controlPlaneComponents = [
    "api": "APISERVER", "scheduler": "SCHEDULER", "controllerManager": "CONTROLLER_MANAGER",
  ]

  var controlPlaneLogs: [String] { logging.compactMap { Self.controlPlaneComponents[$0] } }

  func googleCloudRequest(project: String, now: Timestamp) -> GKE.Cluster {
    var cluster = GKE.Cluster(name: googleCloudName)
    cluster.network = ComputeLink.path(network.id)
    cluster.subnetwork = (network.subnets.first?.id).map(ComputeLink.path)
    cluster.ipAllocationPolicy = .init(pods: Self.podsRangeName, services: Self.servicesRangeName)
    cluster.networkConfig = .init(datapathProvider: "ADVANCED_DATAPATH", defaultEnablePrivateNodes: true)
    cluster.controlPlaneEndpointsConfig = privateEndpoints
    cluster.initialClusterVersion = version.description
    cluster.releaseChannel = .init(googleCloud.channel.gke)
    cluster.maintenancePolicy = maintenancePolicy(instead: nil, now: now)
    cluster.nodePools = pools.map { GoogleCloudNodePool($0, of: self).request(version: nil) }
    cluster.defaultMaxPodsConstraint = .init(GoogleCloudNodePool.podsPerNode)
    cluster.workloadIdentityConfig = .init(workloadPool: "\(project).svc.id.goog")
    cluster.shieldedNodes = .init(enabled: true)
    cluster.loggingConfig = .init(components: ["SYSTEM_COMPONENTS", "WORKLOADS"] + controlPlaneLogs.sorted())
    cluster.databaseEncryption = secretsKey.map { .init(keyName: $0) }
    cluster.authenticatorGroupsConfig = securityGroup.map { .init(securityGroup: $0) }
    cluster.fleet = googleCloud.fleetProject.map { .init(project: $0) }
    cluster.resourceLabels = clusterLabels
    return cluster
  }

  // MARK: Endpoints

  /// The Backbone's ranges, which may reach the endpoint. Without a list GKE would admit only the cluster's own
  /// subnetwork, and connectors may be in another one.
  private var authorizedRanges: [String] {
    let ranges = network.ranges.isEmpty ? network.subnets.compactMap(\.cidr) : network.ranges
    return IPv4Network.collapsed(ranges).map(\.description).sorted()
  }

  var privateEndpoints: GKE.Endpoints {
    var networks = GKE.Endpoints.AuthorizedNetworks()
    networks.enabled = true
    networks.gcpPublicCidrsAccessEnabled = false
    networks.privateEndpointEnforcementEnabled = true
    networks.cidrBlocks = authorizedRanges.map { .init($0) }
    var ip = GKE.Endpoints.IP()
    (ip.enabled, ip.enablePublicEndpoint, ip.globalAccess) = (true, false, false)
    ip.authorizedNetworksConfig = networks
    return GKE.Endpoints(ip: ip, dns: .init(allowExternalTraffic: false))
  }

  /// GKE leaves out of its answer what is false.
  func endpointDifferences(_ found: GKE.Endpoints?) -> [String] {
    let ip = found?.ipEndpointsConfig
    let networks = ip?.authorizedNetworksConfig
    var differences: [String] = []
    if ip?.enablePublicEndpoint == true { differences.append("the endpoint was public") }
    if found?.dnsEndpointConfig?.allowExternalTraffic == true {
      differences.append("the DNS endpoint answered the internet")
    }
    if ip?.enabled == false { differences.append("the endpoint could not be reached from inside") }
    if networks?.enabled != true || networks?.privateEndpointEnforcementEnabled != true {
      differences.append("authorized networks were not enforced")
    }
    if networks?.gcpPublicCidrsAccessEnabled == true {
      differences.append("public addresses of Google Cloud were let in")
    }
    let ranges = (networks?.cidrBlocks ?? []).compactMap(\.cidrBlock).sorted()
    if ranges != authorizedRanges {
      let words = ranges.isEmpty ? "none" : ranges.prefix(5).joined(separator: ", ")
      differences.append("authorized networks were \(words)")
    }
    return differences
  }

  // MARK: Maintenance

  /// GKE's channels upgrade minors by themselves unless an exclusion forbids it; patches go on. The exclusion lasts
  /// until the minor is out of support: then GKE upgrades in any case.
  /// - Parameter found: the present policy, whose windows and exclusions of others stay.
  /// - Returns: the policy to set; nil: it is as it should be.
  func maintenancePolicy(instead found: GKE.MaintenancePolicy?, now: Timestamp) -> GKE.MaintenancePolicy? {
    let options = GKE.MaintenancePolicy.Exclusion.Options(
      scope: "NO_MINOR_UPGRADES",
      endTimeBehavior: "UNTIL_END_OF_SUPPORT"
    )
    let exclusion = found?.window?.maintenanceExclusions?[Self.exclusionName]
    let isOver = exclusion?.endTime.flatMap { Timestamp($0) }.map { $0 < now } ?? false
    if exclusion?.maintenanceExclusionOptions == options, !isOver { return nil }
    var policy = found ?? GKE.MaintenancePolicy()
    var window = policy.window ?? GKE.MaintenancePolicy.Window()
    window.maintenanceExclusions = (window.maintenanceExclusions ?? [:]).merging([
      Self.exclusionName: .init(startTime: now.description, options: options)
    ]) { $1 }
    policy.window = window
    return policy
  }

  // MARK: Groups

  /// A group whose members are the groups by which GKE identifies people.
  var securityGroup: String? {
    groupDomains.count == 1 ? groupDomains.first.map { "gke-security-groups@\($0)" } : nil
  }

  /// The domains of the groups that get access, in order.
  var groupDomains: [String] {
    Set(
      access.compactMap { grant in
        guard case .googleGroup(let address) = grant.principal else { return nil }
        return address.split(separator: "@").last.map(String.init)
      }
    ).sorted()
  }
}
