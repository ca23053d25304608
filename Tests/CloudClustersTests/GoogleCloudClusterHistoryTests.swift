import Cloud
import Foundations
import SimulatorSupport
import TestSupport
import Testing

@testable import CloudClusters
@testable import GoogleCloud

extension GoogleCloudClusterLifecycleTests {
  @Test func anyHistoryEndsAsTheSpecSaysAndItsDeletionLeavesNothing() async {
    await ClusterHistories.run(GoogleCloudClusterRig.self)
  }
}

extension GoogleCloudClusterRig: ClusterHistoryRig {
  static let machineTypes = ["e2-standard-4", "e2-standard-8"]
  static let logs = ["api", "scheduler", "controllerManager"]
  static let people: [DesiredCluster.Principal] = [
    .googleUser("ann@example.com"), .googleUser("bob@example.com"), .googleGroup("readers@example.com"),
  ]
  static let grantsNamespaces = false
  static let longWrites = [
    "*.clusters.create", "*.clusters.update", "*.clusters.delete", "*.nodePools.create", "*.nodePools.update",
    "*.nodePools.delete", "*.setAutoscaling",
  ]

  func interfere(_ random: inout SeededGenerator) async throws -> String? {
    guard let cluster = try await cluster(), let pool = cluster.nodePools?.randomElement(using: &random) else {
      return nil
    }
    guard !cluster.isBusy, cluster.status != "ERROR" else { return nil }
    let name = JSONValue.string(pool.name)
    switch Int.random(in: 0..<8, using: &random) {
    case 0:
      let open: JSONValue = ["ipEndpointsConfig": ["enablePublicEndpoint": true, "publicEndpoint": "198.51.100.1"]]
      try await console(["set": ["controlPlaneEndpointsConfig": open]])
      return "a public endpoint"
    case 1:
      let bounds: JSONValue = ["totalMinNodeCount": 1, "totalMaxNodeCount": 50]
      try await console([
        "nodePool": name, "set": ["autoscaling": bounds, "config": ["labels": ["intruder": "yes"]]],
      ])
      return "bounds and labels of \(pool.name)"
    case 2:
      try await console(["nodePool": name, "size": .int(Int64(pool.autoscaling?.totalMaxNodeCount ?? 1))])
      return "\(pool.name) is scaled"
    case 3:
      guard cluster.nodePools?.count ?? 0 > 1 else { return nil }
      try await console(["nodePool": name, "delete": true])
      return "\(pool.name) deleted"
    case 4:
      guard let membership = cluster.fleet?.membership,
        let binding = try await fleet.bindings(of: membership).randomElement(using: &random)?.name
      else { return nil }
      try await fleet.delete(binding)
      return "\(binding) deleted"
    case 5:
      guard try await self.pool("theirs") == nil else { return nil }
      var theirs = GKE.NodePool(name: "theirs")
      theirs.initialNodeCount = 1
      theirs.config = .init()
      _ = try await container.create(theirs, in: self.name)
      return "a pool of theirs"
    case 6:
      _ = try await container.delete(self.name)
      return "the cluster deleted"
    default:
      try await console(["set": ["resourceLabels": ["team": "other"], "releaseChannel": ["channel": "RAPID"]]])
      return "labels and channel of the cluster"
    }
  }

  func resolve() async throws {
    try await finish()
    guard let cluster = try await cluster() else { return }
    if cluster.status == "ERROR" {
      _ = try await container.delete(name)
      return try await finish()
    }
    for pool in cluster.nodePools ?? [] where pool.name == "theirs" || pool.status == "ERROR" {
      guard cluster.nodePools?.count ?? 0 > 1 else { continue }
      _ = try await container.delete(pool.name, of: name)
      try await finish()
    }
  }

  func inventory() async throws -> [String] {
    guard let cluster = try await cluster() else { return [] }
    let minor = cluster.currentMasterVersion.flatMap { KubernetesMinor(gke: $0) }
    var lines = [
      "version \(minor?.description ?? "")", "\(String(describing: cluster.networkConfig))",
      "\(String(describing: cluster.controlPlaneEndpointsConfig?.dnsEndpointConfig))",
      "\(cluster.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enablePublicEndpoint ?? false)",
      "\((cluster.loggingConfig?.componentConfig?.enableComponents ?? []).sorted())",
      "\(cluster.releaseChannel?.channel ?? "")", "\((cluster.resourceLabels ?? [:]).sorted { $0.key < $1.key })",
    ]
    lines += (cluster.nodePools ?? []).map { pool in
      let config = pool.config
      let bounds = "\(pool.autoscaling?.totalMinNodeCount ?? 0) to \(pool.autoscaling?.totalMaxNodeCount ?? 0)"
      return "\(pool.name) \(bounds) \(config?.machineType ?? "") \(config?.diskSizeGb ?? 0) "
        + "\((config?.labels ?? [:]).sorted { $0.key < $1.key }) \(config?.taints ?? []) \(config?.spot ?? false) "
        + "\(pool.upgradeSettings?.maxSurge ?? 0) \(pool.minor?.description ?? "") "
        + "\((config?.resourceLabels ?? [:]).sorted { $0.key < $1.key })"
    }
    if let membership = cluster.fleet?.membership {
      lines += try await fleet.bindings(of: membership).map {
        "\(ComputeLink.name($0.name ?? "")) \($0.role?.predefinedRole ?? "")"
      }
    }
    lines += try await door.counts().filter { $0.key != "instances" }.map { "\($0.value) \($0.key)" }
    return lines.sorted()
  }
}
