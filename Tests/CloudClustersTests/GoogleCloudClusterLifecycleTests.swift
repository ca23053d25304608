import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import SimulatorSupport
import Testing

@testable import CloudClusters
@testable import GoogleCloud

/// The whole life of a cluster at the simulator. One test at a time: there is one simulator.
@Suite(.enabled(if: GoogleCloudClusterRig.url != nil), .serialized)
struct GoogleCloudClusterLifecycleTests {
  @Test func aClusterIsMadePrivateAndThenLeftAlone() async throws {
    let rig = try await GoogleCloudClusterRig()
    let (plan, done, _) = try await rig.driver.settle()
    #expect(plan.isReady, "\(plan.parts)")
    #expect(done.count == 3, "one write for each object: \(done)")
    let made = try await rig.door.counts()
    let expected = ["clusters": 1, "nodePools": 1, "instances": 3, "rbacrolebindings": 2, "memberships": 1]
    for (kind, count) in expected { #expect(made[kind] == count, "\(kind): \(made)") }
    let cluster = try #require(try await rig.cluster())
    let ip = cluster.controlPlaneEndpointsConfig?.ipEndpointsConfig
    #expect(ip?.enablePublicEndpoint == false && ip?.publicEndpoint == nil)
    #expect(cluster.controlPlaneEndpointsConfig?.dnsEndpointConfig?.allowExternalTraffic == false)
    #expect(
      ip?.authorizedNetworksConfig?.cidrBlocks?.compactMap(\.cidrBlock) == ["10.10.0.0/16", "100.64.0.0/16"]
    )
    let exclusion = cluster.maintenancePolicy?.window?.maintenanceExclusions?["cloudlinker"]
    #expect(exclusion?.maintenanceExclusionOptions?.scope == "NO_MINOR_UPGRADES")
    #expect(cluster.resourceLabels == ["cloudlinker-cluster": "u-1", "team": "platform"])
    let report = plan.report
    #expect(report.endpoint == ip?.privateEndpoint.map { "https://\($0)" } && report.certificateAuthority != nil)
    #expect(report.credential?.command == "gke-gcloud-auth-plugin" && report.exposures.isEmpty)
    #expect(report.pools.map(\.size) == [3] && report.pools.map(\.ready) == [3])
    #expect(report.podRange == "100.64.0.0/16" && report.serviceRange == "100.127.0.0/20")
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func aClusterAtRestTakesFourReadsAlsoWhileItIsScaled() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    var seen: Set<String> = []
    for size in [3, 5, 6] {
      try await rig.console(["nodePool": .string(rig.poolName), "size": .int(Int64(size))])
      let before = try await rig.door.operations().count
      let result = try await rig.driver.pass()
      #expect(result.plan.actions == [] && result.plan.lookAgainAfter == nil)
      #expect(result.plan.report.pools.map(\.size) == [size])
      let asked = try await rig.door.operations().dropFirst(before)
      #expect(asked.count <= 4, "\(asked)")
      #expect(asked.allSatisfy { read in ["ist", ".get"].contains { read.contains($0) } }, "\(asked)")
      seen.formUnion(asked)
    }
    #expect(seen.contains("compute.forwardingRules.aggregatedList"), "\(seen)")
    #expect(seen.contains { $0.contains("rbacrolebindings") }, "\(seen)")
  }

  @Test func whileItIsBusyALookIsOneRead() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.door.control("POST", "settings", ["operationReads": 5])
    try await rig.driver.pass()
    for _ in 0..<3 {
      let before = try await rig.door.operations().count
      let plan = try await rig.driver.pass().plan
      #expect(plan.waiting.contains("GKE cluster is being created") && plan.lookAgainAfter == .seconds(30))
      #expect(try await rig.door.operations().dropFirst(before) == ["container.projects.locations.clusters.get"])
    }
  }

  @Test func aDeletionLeavesNothing() async throws {
    let rig = try await GoogleCloudClusterRig()
    let before = try await rig.door.counts()
    try await rig.driver.settle()
    let (plan, done, _) = try await rig.driver.settle(.absent)
    #expect(plan.isGone && plan.report.remarks == [])
    #expect(done.count == 3 && done.last == "delete GKE cluster", "\(done)")
    #expect(try await rig.door.counts() == before)
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func whatWorkloadsLeaveIsNamedAndStays() async throws {
    let rig = try await GoogleCloudClusterRig()
    let before = try await rig.door.counts()
    try await rig.driver.settle()
    try await rig.console(["service": "shop/web", "address": "34.1.2.3"])
    try await rig.console(["ingress": "shop/api", "address": "34.1.2.4"])
    try await rig.console(["disk": "pvc-1"])
    // The ids of its controllers are remembered: the firewall rule of the ingress is deleted first.
    rig.driver.observed = nil
    try await rig.driver.pass()
    let rules = try await rig.compute.list(Firewall.self, region: GoogleCloudClusterRig.region)
    let first = try #require(rules.first { $0.name.hasPrefix("k8s-fw-l7-") })
    try await rig.delete(first)
    let plan = try await rig.driver.settle(.absent).plan
    #expect(plan.isGone)
    let words = plan.report.remarks.map { $0.replacing("workloads of the cluster left ", with: "") }
    #expect(
      words.count == 4 && words.allSatisfy { $0.hasSuffix(" behind, which the operator never deletes") },
      "\(words)"
    )
    for (kind, names) in [
      ("disk ", ["pvc-1"]), ("forwarding rules ", ["a", "k8s2-fr-"]), ("firewall rule ", ["k8s-fw-a"]),
      ("network endpoint group", ["k8s1-"]),
    ] {
      let found = try #require(words.first { $0.hasPrefix(kind) }, "\(words)")
      for name in names { #expect(found.contains(" \(name)"), "\(found)") }
    }
    let after = try await rig.door.counts().merging(before) { $0 - $1 }.filter { $0.value != 0 }
    #expect(after == ["disks": 1, "forwardingRules": 2, "firewalls": 1, "networkEndpointGroups": 3])
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func whatIsReleasedStaysWithoutMarks() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    let before = try await rig.door.counts()
    #expect(try await rig.driver.settle(.released).plan.isGone)
    #expect(try await rig.door.counts() == before)
    let cluster = try #require(try await rig.cluster())
    #expect(cluster.resourceLabels == ["team": "platform"])
    #expect(try await rig.pool()?.config?.resourceLabels == ["team": "platform"])
    let bindings = try await rig.fleet.bindings(of: cluster.fleet?.membership ?? "")
    #expect(bindings.count == 2 && bindings.allSatisfy { $0.labels?["cloudlinker-cluster"] == nil })
    // It is somebody else's now.
    #expect(try await rig.driver.pass().plan.problems.map(\.kind) == [.foreignObject])
  }

  @Test func boundsLabelsAndTaintsChangeInPlaceAndGKEKeepsItsSize() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    try await rig.console(["nodePool": .string(rig.poolName), "size": 4])
    rig.driver.desired.pools[0].maxSize = 9
    rig.driver.desired.pools[0].labels = ["tier": "web"]
    rig.driver.desired.pools[0].taints = [.init(key: "gpu", value: "yes", effect: .NoSchedule)]
    let changed = try await rig.driver.settle()
    #expect(changed.repairs == [] && changed.done.count == 3, "\(changed)")
    let pool = try #require(try await rig.pool())
    #expect(pool.autoscaling?.totalMinNodeCount == 3 && pool.autoscaling?.totalMaxNodeCount == 9)
    #expect(pool.config?.labels?["tier"] == "web" && pool.config?.taints?.map(\.key) == ["gpu"])
    #expect(changed.plan.report.pools.map(\.size) == [4])
    rig.driver.desired.pools[0].machineType = "e2-standard-8"
    rig.driver.desired.pools[0].zones = ["europe-west1-b", "europe-west1-c"]
    rig.driver.desired.pools[0].labels = [:]
    rig.driver.desired.pools[0].taints = []
    try await rig.driver.settle()
    let other = try #require(try await rig.pool())
    #expect(other.config?.machineType == "e2-standard-8" && other.locations == ["europe-west1-b", "europe-west1-c"])
    #expect(other.config?.labels == ["cloudlinker.dev/pool": "general"] && other.config?.taints ?? [] == [])
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func anUpgradeGoesMinorByMinorAndPoolsFollow() async throws {
    let rig = try await GoogleCloudClusterRig()
    rig.driver.desired.pools.append(.init(name: "batch", machineType: "c3-standard-4", minSize: 0, maxSize: 2))
    try await rig.driver.settle()
    rig.driver.desired.version = KubernetesMinor(major: 1, minor: 35)
    let started = try await rig.driver.pass().plan
    #expect(started.report.upgrade == "1.33 → 1.35, pools 2 of 2")
    let (plan, rest, _) = try await rig.driver.settle()
    #expect(plan.isReady, "\(plan.parts)")
    #expect(plan.report.version == rig.driver.desired.version && plan.report.upgrade == nil)
    #expect(plan.report.pools.allSatisfy { $0.version.hasPrefix("1.35.") })
    let steps = started.actions.map(\.description) + rest
    #expect(steps.count == 6, "\(steps)")
    #expect(steps.first == "update GKE cluster: Kubernetes 1.33 to 1.34")
    #expect(steps.dropFirst(3).first == "update GKE cluster: Kubernetes 1.34 to 1.35", "\(steps)")
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func aProviderAheadIsReportedAndLeft() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    try await rig.console(["set": ["currentMasterVersion": "1.34.1-gke.2037000"]])
    let plan = try await rig.driver.settle().plan
    #expect(plan.report.version?.description == "1.34")
    #expect(plan.report.remarks.first?.contains("ahead of spec.version 1.33") == true)
  }

  @Test func whatOthersChangeIsPutBackAndExposuresAreNamed() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    let pool = rig.poolName
    let open: JSONValue = ["enablePublicEndpoint": true, "publicEndpoint": "198.51.100.1"]
    let logs: JSONValue = ["componentConfig": ["enableComponents": ["SYSTEM_COMPONENTS"]]]
    let set: JSONValue = [
      "controlPlaneEndpointsConfig": ["ipEndpointsConfig": open, "dnsEndpointConfig": ["allowExternalTraffic": true]],
      "networkConfig": ["defaultEnablePrivateNodes": false],
      "maintenancePolicy": ["window": ["maintenanceExclusions": .null]],
      "loggingConfig": logs, "resourceLabels": ["team": "other", "theirs": "stays"],
    ]
    try await rig.console(["set": set])
    let bounds: JSONValue = ["totalMinNodeCount": 1, "totalMaxNodeCount": 50]
    let config: JSONValue = ["labels": ["intruder": "yes"]]
    try await rig.console(["nodePool": .string(pool), "set": ["autoscaling": bounds, "config": config]])
    let cluster = try #require(try await rig.cluster())
    let binding = try #require(try await rig.fleet.bindings(of: cluster.fleet?.membership ?? "").first)
    var change = RoleBinding()
    change.role = .init(predefinedRole: "ADMIN")
    try await rig.fleet.patch(change, binding.name ?? "", fields: ["role"])
    for _ in 0..<3 { _ = try await rig.fleet.bindings(of: cluster.fleet?.membership ?? "") }

    let first = try await rig.driver.pass()
    let exposures = first.plan.report.exposures
    #expect(exposures.count == 2 && exposures[0].hasSuffix("has a public endpoint at 198.51.100.1"), "\(exposures)")
    let (plan, _, more) = try await rig.driver.settle()
    let repairs = first.steps.flatMap(\.repairs) + more
    #expect(plan.isReady && plan.report.exposures.isEmpty, "\(plan.parts)")
    for words in [
      "the endpoint was public", "the DNS endpoint answered the internet",
      "new nodes would have had public addresses", "nothing kept GKE from upgrading minors",
      "logs were of SYSTEM_COMPONENTS", "bounds were 1 to 50", "labels intruder differed", "had ADMIN",
    ] {
      #expect(repairs.contains { $0.contains(words) }, "\(words): \(repairs)")
    }
    let mended = try #require(try await rig.cluster())
    #expect(mended.resourceLabels?["team"] == "platform" && mended.resourceLabels?["theirs"] == "stays")
    #expect(try await rig.pool()?.config?.labels == ["cloudlinker.dev/pool": "general"])
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func publicNodesAndLoadBalancersAreNamed() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    try await rig.console(["nodePool": .string(rig.poolName), "publicAddress": "198.51.100.9"])
    try await rig.console(["service": "shop/web", "address": "34.1.2.3"])
    try await rig.console(["service": "shop/db", "address": "10.10.0.9"])
    try await rig.console(["ingress": "shop/api", "address": "34.1.2.4"])
    rig.driver.observed = nil
    let plan = try await rig.driver.pass().plan
    #expect(plan.actions == [])
    let found = plan.report.exposures
    #expect(found.count == 3, "\(found)")
    #expect(found.first?.hasSuffix("has the public address 198.51.100.9") == true)
    #expect(
      found.contains { $0.hasPrefix("Service shop/web has a public load balancer at 34.1.2.3, open to 0.0.0.0/0 (") }
    )
    #expect(
      found.contains { $0.hasPrefix("Ingress shop/api has a public load balancer at 34.1.2.4 (forwarding rule k8s2") }
    )
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func aPoolThatCannotChangeIsReplacedNewFirst() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    let old = rig.poolName
    rig.driver.desired.pools[0].isSpot = true
    let new = rig.poolName
    #expect(new != old)
    var isDeleted = false
    for _ in 0..<40 where !isDeleted {
      isDeleted = try await rig.driver.pass().performed.contains("delete node pool \(old)")
      if isDeleted { #expect(try await rig.pool(new)?.status == "RUNNING") }
    }
    #expect(isDeleted)
    let plan = try await rig.driver.settle().plan
    #expect(plan.isReady && plan.report.pools.map(\.cloudName) == [new])
    rig.driver.desired.pools = [.init(name: "other", machineType: "e2-standard-4", minSize: 1, maxSize: 1)]
    try await rig.driver.settle()
    #expect(try await rig.pool(new) == nil)
    #expect(try await rig.door.mistakes() == [])
  }

  @Test func whatFailsAtBirthIsMadeAgainTwiceAndThenReported() async throws {
    let rig = try await GoogleCloudClusterRig()
    let stockout: JSONValue = ["code": "GCE_STOCKOUT", "message": "none left"]
    try await rig.door.fault("*.clusters.create", ["times": 3, "fails": stockout])
    let (plan, done, _) = try await rig.driver.settle()
    #expect(done.count { $0.hasPrefix("create GKE cluster") } == 3)
    #expect(plan.problems.map(\.kind) == [.cloudFailure])
    #expect(plan.problems.first?.message.contains("GCE_STOCKOUT: none left") == true)
    _ = try await rig.container.delete(rig.name)
    try await rig.finish()
    #expect(try await rig.driver.settle().plan.isReady)
    rig.driver.desired.pools.append(.init(name: "batch", machineType: "e2-standard-4", minSize: 1, maxSize: 2))
    try await rig.door.fault("*.nodePools.create", ["times": 1, "fails": stockout])
    let (whole, again, _) = try await rig.driver.settle()
    #expect(whole.isReady && again.count { $0.hasPrefix("create node pool batch") } == 2, "\(again)")
  }

  @Test func anOperationThatFailsIsReportedAndTriedAgain() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    rig.driver.desired.pools[0].machineType = "e2-standard-8"
    try await rig.door.fault("*.nodePools.update", ["fails": ["message": "PodDisruptionBudget shop"]])
    var told: String?
    for _ in 0..<30 where told == nil {
      told = try await rig.driver.pass().plan.problems.first { $0.part == .nodePools }?.message
    }
    #expect(told?.contains("PodDisruptionBudget shop") == true)
    rig.driver.ahead += .seconds(90)
    #expect(try await rig.driver.settle().plan.isReady)
    #expect(try await rig.pool()?.config?.machineType == "e2-standard-8")
  }

  @Test func anOperationOfSomebodyElseIsWaitedFor() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    try await rig.door.control("POST", "settings", ["operationReads": 4])
    var update = GKE.ClusterUpdate()
    update.desiredReleaseChannel = .init("RAPID")
    _ = try await rig.container.update(rig.name, update)
    rig.driver.desired.pools[0].maxSize = 9
    let busy = try await rig.driver.pass()
    #expect(busy.performed == [] && busy.plan.waiting == ["GKE cluster is being updated"], "\(busy.plan.waiting)")
    let (plan, _, repairs) = try await rig.driver.settle()
    #expect(plan.isReady && repairs == ["GKE cluster \(rig.name): its channel was RAPID"], "\(repairs)")
  }

  @Test func throttlingAndRacesAreNothingButAWait() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    rig.driver.desired.pools[0].maxSize = 9
    try await rig.door.fault("*.setAutoscaling", ["status": 429])
    #expect(try await rig.driver.pass().end?.kind == .throttled)
    let busy = "Cluster is running incompatible operation operation-1."
    let race: [String: JSONValue] = ["status": 400, "code": "failedPrecondition", "message": .string(busy)]
    try await rig.door.fault("*.setAutoscaling", race)
    let raced = try await rig.driver.pass()
    #expect(raced.failures.map(\.error.kind) == [.conflict] && raced.ledger.refusals.isEmpty)
    #expect(try await rig.driver.settle().plan.isReady)
  }

  @Test func objectsOfOthersAreNamedAndLeftAlone() async throws {
    let rig = try await GoogleCloudClusterRig()
    try await rig.driver.settle()
    var theirs = GKE.NodePool(name: "theirs")
    theirs.initialNodeCount = 1
    theirs.config = .init()
    theirs.config?.resourceLabels = rig.driver.desired.clusterLabels
    _ = try await rig.container.create(theirs, in: rig.name)
    try await rig.finish()
    let cluster = try #require(try await rig.cluster())
    var binding = RoleBinding()
    (binding.user, binding.role) = ("bob@example.com", .init(predefinedRole: "VIEW"))
    let name = "\(cluster.fleet?.membership ?? "")/rbacrolebindings/theirs"
    try await rig.fleet.create(binding, name)
    #expect(try await rig.driver.settle().plan.actions == [])
    var told: [String] = []
    for _ in 0..<10 { told += try await rig.driver.pass(.absent).plan.problems.map(\.message) }
    #expect(told.contains { $0.contains("is in use by node pool theirs") }, "\(told)")
    _ = try await rig.container.delete("theirs", of: rig.name)
    try await rig.finish()
    #expect(try await rig.driver.settle(.absent).plan.isGone)
  }

  @Test func whatAFleetCannotGrantIsToBeAppliedInside() async throws {
    let rig = try await GoogleCloudClusterRig()
    rig.driver.desired.access += [
      .init(.clusterAdmin, .googleGroup("platform@example.com")),
      .init(.edit, .googleServiceAccount("ci@p.iam.gserviceaccount.com"), namespaces: ["shop"]),
    ]
    let plan = try await rig.driver.settle().plan
    guard case .pending(let words)? = plan.parts[.access] else {
      Issue.record("\(plan.parts)")
      return
    }
    #expect(
      words.hasPrefix("someone to run in the cluster: kubectl create clusterrolebinding cloudlinker-cluster-admin-")
    )
    #expect(words.contains("--clusterrole=cluster-admin --group=platform@example.com; kubectl create rolebinding "))
    #expect(words.hasSuffix("--clusterrole=edit --user=ci@p.iam.gserviceaccount.com --namespace=shop"))
    #expect(plan.parts[.controlPlane] == .ready && plan.problems.isEmpty && plan.lookAgainAfter == nil)
    #expect(try await rig.door.counts()["rbacrolebindings"] == 2)
    #expect(try await rig.cluster()?.authenticatorGroupsConfig?.securityGroup == "gke-security-groups@example.com")
  }

  /// `manifests/permissions/gcp-clusters-role.yaml` is exactly what is called, and what GKE asks for besides.
  @Test func theRoleHasWhatIsCalledAndNothingElse() async throws {
    let besides: Set = [
      "container.clusters.getCredentials", "gkehub.memberships.create", "gkehub.memberships.delete",
      "gkehub.memberships.get",
    ]
    var called: Set<String> = []
    for end in [ClusterGoal.absent, .released] {
      let rig = try await GoogleCloudClusterRig()
      let before = try await rig.door.operations().count
      try await rig.driver.settle()
      rig.driver.desired.pools[0].maxSize = 9
      try await rig.driver.settle()
      try await rig.driver.settle(end)
      called.formUnion(try await rig.door.operations().dropFirst(before).compactMap(permission))
    }
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = folder.appending(path: "manifests/permissions/gcp-clusters-role.yaml")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let granted = Set(lines.filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) })
    #expect(granted.subtracting(called).sorted() == besides.sorted())
    #expect(called.subtracting(granted).sorted() == [])
  }

  /// https://cloud.google.com/kubernetes-engine/docs/reference/api-permissions
  private func permission(_ operation: String) -> String? {
    let parts = operation.split(separator: ".").map(String.init)
    guard let service = parts.first, parts.count > 2, let method = parts.last else { return nil }
    let collection = parts[parts.count - 2]
    switch (service, collection, method) {
    case ("container", "operations", _), ("container", "clusters", "create"), ("container", "clusters", "get"),
      ("container", "clusters", "delete"):
      return "container.\(collection).\(method)"
    case ("container", _, "getServerConfig"): return "container.clusters.list"
    case ("container", _, _): return "container.clusters.update"
    case (_, _, "patch"): return "\(service).\(collection).update"
    case (_, _, "aggregatedList"): return "\(service).\(collection).list"
    default: return "\(service).\(collection).\(method)"
    }
  }

  /// The operator is killed at a write, before Google Cloud hears of it or before the answer comes, and starts with the
  /// ledger of the pass before.
  @Test(arguments: [FaultTransport.Fault.drop(), .loseAnswer])
  func killedAtEveryWriteItEndsTheSame(_ fault: FaultTransport.Fault) async throws {
    try await ClusterCrashes.atEveryWrite(of: GoogleCloudClusterRig.self, fault) {
      $0.changesGoogleCloud && !$0.url.contains("/compute/")
    }
  }
}
