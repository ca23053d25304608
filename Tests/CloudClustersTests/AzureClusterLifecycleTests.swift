import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import SimulatorSupport
import Testing

@testable import Azure
@testable import CloudClusters

/// The whole life of a cluster at the simulator. One test at a time: there is one simulator.
@Suite(.enabled(if: AzureClusterRig.url != nil), .serialized)
struct AzureClusterLifecycleTests {
  @Test func aClusterIsMadePrivateAndThenLeftAlone() async throws {
    let rig = try await AzureClusterRig()
    let (plan, done, _) = try await rig.driver.settle()
    #expect(plan.isReady, "\(plan.parts)")
    let made = try await rig.door.counts()
    // Two on the network and four for two principals; three nodes in two zones.
    let expected = [
      "managedClusters": 1, "agentPools": 2, "userAssignedIdentities": 1, "networkInterfaces": 3,
      "diagnosticSettings": 1,
    ]
    for (kind, count) in expected { #expect(made[kind] == count, "\(kind): \(made)") }
    #expect(made["roleAssignments"] == 5)
    #expect(done.filter { $0.hasPrefix("create AKS cluster") }.count == 1, "\(done)")
    let cluster = try #require(try await rig.made())
    let access = try #require(cluster.json["properties", "apiServerAccessProfile"])
    #expect(access["enablePrivateCluster"] == true && access["enablePrivateClusterPublicFQDN"] == false)
    #expect(access["disableRunCommand"] == true && access["privateDNSZone"] == "system")
    #expect(cluster.json["properties", "networkProfile", "outboundType"] == "userAssignedNATGateway")
    #expect(cluster.publicName == nil && cluster.json["properties", "disableLocalAccounts"] == true)
    let report = plan.report
    #expect(report.endpoint?.contains(".privatelink.westeurope.azmk8s.io:443") == true)
    #expect(report.certificateAuthority != nil && report.exposures.isEmpty && report.credential?.command == "kubelogin")
    #expect(report.podRange == "100.64.0.0/16" && report.serviceRange == "100.127.240.0/20")
    #expect(report.pools.map(\.minSize).sorted() == [1, 2] && report.pools.map(\.maxSize).sorted() == [3, 4])
    #expect(report.pools.allSatisfy { $0.name == "general" && $0.cloudName.utf8.count <= 12 })
    #expect(
      try await rig.grants() == [
        "Azure Kubernetes Service Cluster User of aaaaaaaa-0000-0000-0000-000000000001",
        "Azure Kubernetes Service Cluster User of aaaaaaaa-0000-0000-0000-000000000002",
        "Azure Kubernetes Service RBAC Reader of aaaaaaaa-0000-0000-0000-000000000002",
        "Azure Kubernetes Service RBAC Writer of aaaaaaaa-0000-0000-0000-000000000001 in namespace shop",
      ]
    )
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func aClusterAtRestTakesFourReadsAndTheAutoscalerIsLeftAlone() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    var seen: Set<String> = []
    for count in 1...4 {
      let pool = try #require(try await rig.pools().first)
      try await rig.console(["pool": .string(pool.name), "set": ["count": .int(Int64(count))]])
      let before = try await rig.operations().count
      #expect(try await rig.driver.pass().plan.actions == [])
      let reads = try await rig.operations().dropFirst(before)
      #expect(reads.count <= 4, "\(reads)")
      seen.formUnion(reads)
    }
    #expect(seen.allSatisfy { $0.hasSuffix("/read") }, "\(seen)")
    #expect(seen.contains("Microsoft.Authorization/roleAssignments/read"))
    #expect(seen.contains("Microsoft.ManagedIdentity/userAssignedIdentities/read"))
    #expect(seen.contains("Microsoft.Insights/diagnosticSettings/read"))
    rig.driver.desired.access.removeLast()
    try await rig.driver.settle()
    #expect(try await rig.grants().count == 2)
  }

  @Test func aDeletionLeavesNothingAndSaysWhatGoesAlong() async throws {
    let rig = try await AzureClusterRig()
    let before = try await rig.door.counts()
    try await rig.driver.settle()
    try await rig.console(["disk": "pvc-1"])
    try await rig.console(["publicAddress": "kubernetes-a"])
    var remarks: [String] = []
    var done: [String] = []
    for _ in 0..<40 {
      let result = try await rig.driver.pass(.absent)
      done += result.performed
      if !done.contains(where: { $0.hasPrefix("delete AKS cluster") }) { remarks += result.plan.report.remarks }
      if result.plan.isGone { break }
    }
    #expect(remarks.first?.contains("disks pvc-1, publicIPAddresses kubernetes-a") == true, "\(remarks)")
    #expect(try await rig.door.counts() == before)
    let order = [
      "delete role assignment Azure", "delete diagnostic setting", "delete AKS cluster",
      "delete role assignment Network", "delete identity",
    ]
    let places = order.map { words in done.firstIndex { $0.hasPrefix(words) } ?? -1 }
    #expect(places == places.sorted() && places[0] >= 0, "\(done)")
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func whatIsReleasedStaysWithoutMarks() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    let before = try await rig.door.counts()
    #expect(try await rig.driver.settle(.released).plan.isGone)
    #expect(try await rig.door.counts() == before)
    let objects = String(decoding: try await rig.door.control("GET", "objects"), as: UTF8.self)
    // The node resource group keeps the tags that AKS copied.
    let marks = objects.split(separator: "cloudlinker.dev-cluster").count - 1
    #expect(marks <= 1, "\(marks) marks are left")
    #expect(try await rig.made()?.tags["team"] == "platform")
  }

  @Test func boundsLabelsAndTaintsChangeInPlaceAndTheAutoscalerKeepsItsSize() async throws {
    let rig = try await AzureClusterRig()
    rig.driver.desired.network.subnets.removeLast()
    rig.driver.desired.pools.append(.init(name: "batch", machineType: "Standard_D2s_v5", minSize: 0, maxSize: 4))
    try await rig.driver.settle()
    let name = try #require(AzureAgentPool.all(rig.driver.desired).last?.name)
    try await rig.console(["pool": .string(name), "set": ["count": 4]])
    rig.driver.observed = nil
    #expect(try await rig.driver.pass().plan.actions == [])
    rig.driver.desired.pools[1].maxSize = 9
    rig.driver.desired.pools[1].labels = ["tier": "web"]
    rig.driver.desired.pools[1].taints = [.init(key: "gpu", value: "yes", effect: .NoSchedule)]
    try await rig.driver.settle()
    let larger = try #require(try await rig.pools().last)
    #expect(larger.name == name && larger.size == 4 && larger.maxSize == 9)
    #expect(larger.labels["tier"] == "web" && larger.taints == ["gpu=yes:NoSchedule"])
    rig.driver.desired.pools[1].maxSize = 3
    rig.driver.desired.pools[1].labels = [:]
    rig.driver.desired.pools[1].taints = []
    try await rig.driver.settle()
    let smaller = try #require(try await rig.pools().last)
    #expect(smaller.size == 3 && smaller.labels == ["cloudlinker.dev/pool": "batch"] && smaller.taints == [])
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func anUpgradeGoesMinorByMinorAndPoolsFollow() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    rig.driver.desired.version = KubernetesMinor(major: 1, minor: 35)
    try await rig.console(["blocked": true])
    let blocked = try await rig.driver.settle().plan
    #expect(blocked.problems.map(\.kind) == [.refusedByCloud])
    #expect(blocked.problems.first?.message.contains("from 1.33 to 1.34; it offers none") == true)
    try await rig.console(["blocked": false])
    let (plan, done, _) = try await rig.driver.settle()
    #expect(plan.isReady, "\(plan.parts)")
    #expect(plan.report.version == rig.driver.desired.version && plan.report.upgrade == nil)
    #expect(plan.report.pools.map(\.version) == ["1.35", "1.35"])
    let steps = done.filter { $0.contains("Kubernetes 1.") }
    #expect(steps.count == 6, "\(steps)")
    #expect(steps.first?.contains("AKS cluster") == true && steps.dropFirst(3).first?.contains("AKS cluster") == true)
    rig.driver.desired.version = KubernetesMinor(major: 1, minor: 34)
    let ahead = try await rig.driver.settle().plan
    #expect(ahead.isReady && ahead.report.remarks.first?.contains("ahead of spec.version 1.34") == true)
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func driftIsRepairedAndWhatIsPublicIsNamed() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    let pool = try #require(try await rig.pools().first)
    try await rig.console([
      "set": [
        "apiServerAccessProfile": ["enablePrivateClusterPublicFQDN": true, "disableRunCommand": false],
        "fqdn": "cl.hcp.westeurope.azmk8s.io", "disableLocalAccounts": false,
      ]
    ])
    try await rig.console([
      "pool": .string(pool.name),
      "set": ["minCount": 1, "maxCount": 50, "nodeLabels": ["intruder": "yes"], "enableNodePublicIP": true],
    ])
    try await rig.console(["publicAddress": "of-a-machine"])
    try await rig.console(["service": "shop/web"])
    let elsewhere = rig.names.groupID.network("publicIPAddresses", "a1")
    try await rig.console(["service": "shop/api", "address": .string(elsewhere.description)])
    let grant = try #require(
      try await rig.client.roleAssignments(on: rig.names.cluster, below: true).first { $0.role.hasPrefix("7f6c") }?.id
    )
    _ = try await rig.client.delete(grant)
    try await rig.door.control("POST", "settings", ["operationReads": 3])
    rig.driver.observed = nil
    let seen = try await rig.driver.pass().plan
    // Not Scaling: the inline pools were sent as they were read.
    #expect(try await rig.made()?.stateName == "Updating")
    #expect(seen.report.exposures.count == 6, "\(seen.report.exposures)")
    #expect(seen.repairs.contains { $0.contains("the endpoint had a public name") }, "\(seen.repairs)")
    #expect(
      seen.repairs.contains { $0.contains("RBAC Reader") && $0.contains("was deleted by") },
      "\(seen.repairs)"
    )
    let (plan, _, _) = try await rig.driver.settle()
    #expect(plan.isReady, "\(plan.parts)")
    #expect(
      plan.report.exposures == [
        "load balancer kubernetes has the public address 203.0.113.9 for Service shop/web",
        "load balancer kubernetes has the public address a1 of resource group backbone",
        "public address 203.0.113.9 (of-a-machine) is in node resource group \(rig.names.nodeGroup)",
      ]
    )
    let repaired = try #require(try await rig.pools().first)
    #expect(repaired.maxSize == 4 && repaired.labels["intruder"] == nil)
    #expect(try await rig.grants().count == 4)
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func logsGoToTheWorkspaceOfTheSpec() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    func setting() async throws -> DiagnosticSetting? { try await rig.client.diagnosticSetting(rig.names.logs) }
    let made = try #require(try await setting())
    #expect(made.logs == ["kube-apiserver", "kube-audit"] && made.workspace?.name == "logs")
    // Somebody switches them off, and on at a place of their own.
    let place = rig.names.groupID.resource("Microsoft.OperationalInsights", "workspaces", "theirs")
    let body = DiagnosticSetting(workspace: place, logs: ["guard"]).json
    _ = try await rig.client.put(rig.names.logs, body)
    let drift = try await rig.driver.settle()
    #expect(
      drift.repairs == [
        "diagnostic setting of the control plane: logs were guard",
        "diagnostic setting of the control plane: the workspace was theirs",
      ]
    )
    #expect(try await setting()?.logs == made.logs)
    // A change of the spec is no drift.
    rig.driver.desired.logging = ["authenticator", "controllerManager", "scheduler"]
    #expect(try await rig.driver.settle().repairs == [])
    #expect(try await setting()?.logs == ["guard", "kube-controller-manager", "kube-scheduler"])
    // Nobody knows where they are to go: they go on where they went.
    rig.driver.desired.azure.logWorkspaceID = nil
    let nowhere = try await rig.driver.settle().plan
    #expect(nowhere.problems.map(\.kind) == [.invalidSpec])
    #expect(nowhere.problems.first?.message.contains("set spec.azure.logWorkspaceID") == true)
    #expect(try await setting() != nil)
    rig.driver.desired.logging = []
    #expect(try await rig.driver.settle().plan.isReady)
    #expect(try await setting() == nil)
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func logsThatSomebodySendsThereAlreadyAreTold() async throws {
    let rig = try await AzureClusterRig()
    rig.driver.desired.logging = []
    try await rig.driver.settle()
    let place = try #require(rig.driver.desired.azure.logWorkspaceID.flatMap { ResourceID($0) })
    let theirs = rig.names.cluster.diagnosticSetting("theirs")
    _ = try await rig.client.put(theirs, DiagnosticSetting(workspace: place, logs: ["kube-audit"]).json)
    rig.driver.desired.logging = ["audit"]
    let failures = try await rig.driver.pass().failures
    #expect(failures.map(\.error.kind) == [.invalid])
    #expect(failures.first?.error.message.contains("already used in diagnostic setting 'theirs'") == true)
    _ = try await rig.client.delete(theirs)
    #expect(try await rig.driver.settle().plan.isReady)
  }

  @Test func aSettingThatOutlivedItsClusterIsDeleted() async throws {
    let rig = try await AzureClusterRig()
    let before = try await rig.door.counts()
    try await rig.driver.settle()
    _ = try await rig.client.delete(rig.names.cluster)
    while try await rig.made() != nil {}
    #expect(try await rig.door.counts()["diagnosticSettings"] == 1)
    #expect(try await rig.driver.settle(.absent).plan.isGone)
    #expect(try await rig.door.counts() == before)
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func aPoolThatCannotChangeIsReplacedNewFirst() async throws {
    let rig = try await AzureClusterRig()
    rig.driver.desired.network.subnets.removeLast()
    try await rig.driver.settle()
    let old = try #require(AzureAgentPool.all(rig.driver.desired).first?.name)
    rig.driver.desired.pools[0].machineType = "Standard_D8s_v5"
    let new = try #require(AzureAgentPool.all(rig.driver.desired).first?.name)
    #expect(new != old)
    var isDeleted = false
    for _ in 0..<40 where !isDeleted {
      isDeleted = try await rig.driver.pass().performed.contains("delete agent pool \(old)")
      if isDeleted { #expect(try await rig.pools().contains { $0.name == new && $0.state == .succeeded }) }
    }
    #expect(isDeleted)
    #expect(try await rig.driver.settle().plan.isReady)
    #expect(try await rig.pools().map(\.name) == [new])
    let remembered = rig.driver.desired.ledger.settled.keys.filter { $0.contains("pool-") }
    #expect(remembered == ["as-wanted-pool-\(new)"], "what is gone is forgotten")
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func whatFailsAtBirthIsMadeAgainTwiceAndThenTriedSlowly() async throws {
    let rig = try await AzureClusterRig()
    let failure: JSONValue = ["code": "SkuNotAvailable", "message": "none left"]
    try await rig.door.fault("Microsoft.ContainerService/managedClusters/write", ["times": 3, "fails": failure])
    var (done, plan) = ([String](), try await rig.driver.pass().plan)
    for _ in 0..<30 where plan.problems.isEmpty {
      let result = try await rig.driver.pass()
      (done, plan) = (done + result.performed, result.plan)
    }
    #expect(done.count { $0.hasPrefix("delete AKS cluster") } == 2, "\(done)")
    #expect(!plan.problems.isEmpty && plan.problems.allSatisfy { $0.kind == .cloudFailure })
    #expect(plan.problems.first?.message.contains("none left") == true, "\(plan.problems)")
    rig.driver.ahead += .seconds(90)
    #expect(try await rig.driver.settle().plan.isReady)
    #expect(rig.driver.desired.ledger.failures.isEmpty)
  }

  @Test func aPoolThatFailsIsReportedAndTriedAgain() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    rig.driver.desired.pools[0].labels = ["tier": "web"]
    try await rig.door.fault(
      "Microsoft.ContainerService/managedClusters/agentPools/write",
      ["fails": ["code": "UpgradeFailed", "message": "Drain node failed: PodDisruptionBudget shop"]]
    )
    var told: String?
    for _ in 0..<30 where told == nil {
      told = try await rig.driver.pass().plan.problems.first { $0.part == .nodePools }?.message
    }
    #expect(told?.contains("PodDisruptionBudget shop") == true)
    let writes = try await rig.operations().count { $0.hasSuffix("agentPools/write") }
    try await rig.driver.pass()
    #expect(try await rig.operations().count { $0.hasSuffix("agentPools/write") } == writes, "it is tried later")
    rig.driver.ahead += .seconds(90)
    #expect(try await rig.driver.settle().plan.isReady)
  }

  @Test func somebodyElsesChangeIsWaitedFor() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    let pool = try #require(try await rig.pools().last)
    rig.driver.desired.pools[0].labels = ["tier": "web"]
    try await rig.console(["pool": .string(pool.name), "set": ["provisioningState": "Scaling"]])
    rig.driver.observed = nil
    let waiting = try await rig.driver.pass()
    #expect(waiting.plan.actions == [] && !waiting.plan.isReady)
    try await rig.console(["pool": .string(pool.name), "set": ["provisioningState": "Succeeded"]])
    #expect(try await rig.driver.settle().plan.isReady)
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func poolsOfOthersAreNamedAndLeftAlone() async throws {
    let rig = try await AzureClusterRig()
    try await rig.driver.settle()
    let theirs: JSONValue = ["name": "theirs", "vmSize": "Standard_D2s_v5", "mode": "User"]
    try await rig.console(["add": theirs])
    #expect(try await rig.driver.settle().plan.actions == [])
    var told: [String] = []
    for _ in 0..<10 { told += try await rig.driver.pass(.absent).plan.problems.map(\.message) }
    #expect(told.contains { $0.contains("is in use by agent pool theirs") }, "\(told)")
    try await rig.console(["pool": "theirs", "delete": true])
    #expect(try await rig.driver.settle(.absent).plan.isGone)
  }

  /// The role in `manifests/permissions` is what a whole life takes, and nothing else.
  @Test func theRoleIsWhatIsNeeded() async throws {
    let rig = try await AzureClusterRig()
    let before = try await rig.operations().count
    rig.driver.desired.network.subnets.removeLast()
    try await rig.driver.settle()
    rig.driver.desired.version = KubernetesMinor(major: 1, minor: 34)
    rig.driver.desired.pools[0].labels = ["tier": "web"]
    rig.driver.desired.pools[0].diskGiB = 100
    rig.driver.desired.tags["team"] = "network"
    try await rig.driver.settle()
    try await rig.driver.settle(.absent)
    let called = Set(try await rig.operations().dropFirst(before))
    // Azure asks for these when a request names what they are about.
    let linked: Set<String> = [
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
      "Microsoft.Network/virtualNetworks/subnets/join/action",
    ]
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "manifests/permissions/azure-clusters-role.json")
    let role = try #require(JSONValue(parsing: Array(try Data(contentsOf: file))))
    let granted = (role["Actions"]?.array ?? []).compactMap(\.string)
    #expect(called.union(linked).sorted() == granted)
  }

  /// The operator is killed at a write, before Azure hears of it or before the answer comes, and starts with the ledger of
  /// the pass before.
  @Test(arguments: [FaultTransport.Fault.drop(), .loseAnswer, .answer(status: 429, retryAfter: "1")])
  func killedAtEveryWriteItEndsTheSame(_ fault: FaultTransport.Fault) async throws {
    try await ClusterCrashes.atEveryWrite(of: AzureClusterRig.self, fault) {
      ["PUT", "PATCH", "DELETE"].contains($0.method)
    }
  }
}
