import Cloud
import Foundations
import SimulatorSupport
import TestSupport
import Testing

@testable import Azure
@testable import CloudClusters

extension AzureClusterLifecycleTests {
  @Test func anyHistoryEndsAsTheSpecSaysAndItsDeletionLeavesNothing() async {
    await ClusterHistories.run(AzureClusterRig.self)
  }
}

extension AzureClusterRig: ClusterHistoryRig {
  static let machineTypes = ["Standard_D4s_v5", "Standard_D8s_v5"]
  static let logs = ["api", "audit", "authenticator"]
  static let people: [DesiredCluster.Principal] = (1...3).map {
    .entra(id: "aaaaaaaa-0000-0000-0000-00000000000\($0)", type: "User")
  }
  static let grantsNamespaces = true
  static let longWrites = [
    "Microsoft.ContainerService/managedClusters/write", "Microsoft.ContainerService/managedClusters/agentPools/write",
    "Microsoft.ContainerService/managedClusters/delete", "Microsoft.ContainerService/managedClusters/agentPools/delete",
  ]

  func interfere(_ random: inout SeededGenerator) async throws -> String? {
    guard let cluster = try await made(), let pool = cluster.agentPools.randomElement(using: &random) else {
      return nil
    }
    let name = JSONValue.string(pool.name)
    let kind = Int.random(in: 0..<9, using: &random)
    let isBusy = cluster.state == .underWay || cluster.state == .deleting
    // AKS refuses everybody's changes meanwhile.
    guard !isBusy, cluster.agentPools.allSatisfy({ $0.state == .succeeded }) || [4, 5].contains(kind) else {
      return nil
    }
    switch kind {
    case 0:
      try await console(["set": ["apiServerAccessProfile": ["enablePrivateClusterPublicFQDN": true]]])
      return "a public name"
    case 1:
      try await console(["pool": name, "set": ["minCount": 1, "maxCount": 50, "nodeLabels": ["intruder": "yes"]]])
      return "bounds and labels of \(pool.name)"
    case 2:
      try await console(["pool": name, "set": ["count": .int(Int64(max(pool.minSize, pool.maxSize)))]])
      return "\(pool.name) is scaled"
    case 3:
      guard cluster.agentPools.count > 1 else { return nil }
      try await console(["pool": name, "delete": true])
      return "\(pool.name) deleted"
    case 4:
      let grants = try await client.roleAssignments(on: names.cluster, below: true)
      guard let grant = grants.filter({ names.owns($0) }).randomElement(using: &random)?.id else { return nil }
      _ = try await client.delete(grant)
      return "\(grant) deleted"
    case 5:
      _ = try await client.delete(names.logs)
      return "the diagnostic setting deleted"
    case 6:
      guard !cluster.agentPools.contains(where: { $0.name == "theirs" }) else { return nil }
      try await console(["add": ["name": "theirs", "vmSize": "Standard_D2s_v5", "mode": "User"]])
      return "a pool of theirs"
    case 7:
      _ = try await client.delete(names.cluster)
      return "the cluster deleted"
    default:
      try await console(["tags": .object(cluster.tags.filter { $0.key != "team" }.mapValues { .string($0) })])
      return "a tag removed"
    }
  }

  func resolve() async throws {
    guard try await pools().contains(where: { $0.name == "theirs" }) else { return }
    try await console(["pool": "theirs", "delete": true])
  }

  func inventory() async throws -> [String] {
    guard let cluster = try await made() else { return [] }
    let properties = cluster.json["properties"]
    let fields = [
      "kubernetesVersion", "networkProfile", "apiServerAccessProfile", "disableLocalAccounts", "autoUpgradeProfile",
    ].map { "\($0) \(Self.sorted(properties?[$0]))" }
    let pools = cluster.agentPools.map { pool in
      let kept = ["vmSize", "osDiskSizeGB", "minCount", "maxCount", "mode", "scaleSetPriority", "vnetSubnetID"].map {
        "\(pool.json["properties", $0] ?? .null)"
      }
      let surge = pool.json["properties", "upgradeSettings", "maxSurge"]?.string ?? ""
      return "\(pool.name) \(kept) \(pool.labels.sorted { $0.key < $1.key }) \(pool.taints.sorted()) \(surge) "
        + "\(pool.version ?? "") \(pool.tags.sorted { $0.key < $1.key })"
    }
    let logs = try await client.diagnosticSetting(names.logs).map { "logs \($0.logs.sorted())" }
    let counts = try await door.counts().filter { $0.key != "networkInterfaces" }.map { "\($0.value) \($0.key)" }
    return (fields + pools + [logs].compactMap { $0 } + (try await grants()) + counts).sorted()
  }

  /// The same text for members in another order.
  private static func sorted(_ value: JSONValue?) -> String {
    guard case .object(let members)? = value else { return "\(value ?? .null)" }
    return members.map { "\($0.key): \(sorted($0.value))" }.sorted().joined(separator: ", ")
  }
}
