import CloudNetworks
import CloudResources
import FoundationEssentials
import Foundations
import Testing

@testable import CloudClusters
@testable import GoogleCloud

/// Tables of states: what is seen, and what is done about it.
@Suite struct GoogleCloudClusterPlannerTests {
  private static let now = Timestamp(seconds: 1_800_000_000)

  private static func desired(version: Int = 34) -> DesiredCluster {
    var desired = DesiredCluster(
      mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
      region: "europe-west1",
      version: KubernetesMinor(major: 1, minor: version),
      network: .init(
        id: "projects/p/global/networks/n",
        subnets: [.init(name: "a", id: "projects/p/regions/europe-west1/subnetworks/s", zone: "europe-west1-b")]
      ),
      pools: [.init(name: "general", machineType: "e2-standard-4", minSize: 1, maxSize: 3)]
    )
    desired.network.ranges = ["10.10.0.0/16"].compactMap { IPv4Network($0) }
    desired.googleCloud.nodeServiceAccount = "nodes@p.iam.gserviceaccount.com"
    return desired
  }

  /// Everything as it should be.
  private static func whole(_ desired: DesiredCluster, _ status: String = "RUNNING", version: Int = 34)
    -> GoogleCloudClusterState
  {
    var seen = GoogleCloudClusterState(project: "p")
    var cluster = desired.googleCloudRequest(project: "p", now: now)
    cluster.status = status
    cluster.currentMasterVersion = "1.\(version).1-gke.1"
    cluster.createTime = "2026-11-26T00:00:00Z"
    cluster.nodePools = desired.pools.map { pool($0, desired, version: version) }
    seen.cluster = cluster
    return seen
  }

  private static func pool(_ pool: DesiredCluster.NodePool, _ desired: DesiredCluster, version: Int = 34)
    -> GKE.NodePool
  {
    var found = GoogleCloudNodePool(pool, of: desired).request(version: "1.\(version).1-gke.1")
    found.status = "RUNNING"
    found.etag = "e"
    found.config?.imageType = "COS_CONTAINERD"
    return found
  }

  private static func operation(_ status: String, failed: Bool = false) throws -> GKE.Operation {
    let error = failed ? #","error":{"code":13,"message":"why"}"# : ""
    let json = #"{"name":"o","operationType":"UPDATE_CLUSTER","status":"\#(status)","endTime":"\#(now)"\#(error)}"#
    return try JSONDecoder().decode(GKE.Operation.self, from: Data(json.utf8))
  }

  private static func plan(_ desired: DesiredCluster, _ seen: GoogleCloudClusterState, _ goal: ClusterGoal = .present)
    -> ClusterPlan<GoogleCloudClusterAction>
  {
    GoogleCloudCluster.plan(desired, goal: goal, seen, now: now)
  }

  @Test func whatIsAsItShouldBeIsLeftAlone() {
    let desired = Self.desired()
    let plan = Self.plan(desired, Self.whole(desired))
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions) \(plan.parts) \(plan.problems)")
  }

  /// What GKE fills in, and leaves out because it is false or zero, is no difference.
  @Test func whatGKEFillsInIsNoDifference() {
    var desired = Self.desired()
    desired.pools[0].minSize = 0
    var seen = Self.whole(desired)
    seen.cluster?.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enablePublicEndpoint = nil
    seen.cluster?.controlPlaneEndpointsConfig?.ipEndpointsConfig?.authorizedNetworksConfig?
      .gcpPublicCidrsAccessEnabled = nil
    seen.cluster?.controlPlaneEndpointsConfig?.dnsEndpointConfig?.allowExternalTraffic = nil
    seen.cluster?.maintenancePolicy?.window?.maintenanceExclusions?["cloudlinker"]?.endTime = "2028-01-01T00:00:00Z"
    seen.cluster?.nodePools?[0].autoscaling?.totalMinNodeCount = nil
    seen.cluster?.nodePools?[0].upgradeSettings?.maxUnavailable = nil
    seen.cluster?.nodePools?[0].locations = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
    seen.cluster?.nodePools?[0].initialNodeCount = 7
    seen.cluster?.nodePools?[0].version = "1.34.9-gke.7"
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions) \(plan.parts)")
  }

  @Test(arguments: [
    ("RUNNING", "", true), ("PROVISIONING", "being created", false), ("RECONCILING", "being updated", false),
    ("STOPPING", "being deleted", false),
  ])
  func statesOfAClusterAreWaitedFor(_ status: String, _ words: String, _ isReady: Bool) {
    let desired = Self.desired()
    let plan = Self.plan(desired, Self.whole(desired, status))
    #expect(plan.actions.isEmpty && plan.isReady == isReady)
    #expect(isReady || plan.waiting == ["GKE cluster is \(words)"])
    var other = Self.desired(version: 35)
    other.pools[0].maxSize = 9
    other.access = [.init(.edit, .googleUser("ann@example.com"))]
    other.googleCloud.fleetProject = "p"
    let busy = Self.plan(other, Self.whole(other, status))
    #expect(isReady || busy.actions.isEmpty, "one operation at a time: \(busy.actions)")
  }

  @Test(arguments: [
    ("RUNNING", "update"), ("RUNNING_WITH_ERROR", "update"), ("PROVISIONING", nil), ("RECONCILING", nil),
    ("STOPPING", nil),
    ("ERROR", "delete"),
  ])
  func statesOfANodePoolDecideWhetherItChanges(_ status: String, _ verb: String?) {
    var desired = Self.desired()
    var seen = Self.whole(desired)
    seen.cluster?.nodePools?[0].status = status
    desired.pools[0].maxSize = 9
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.map(\.description).map { String($0.prefix(6)) } == (verb.map { [$0] } ?? []))
    #expect(!plan.isReady)
    // The control plane is none of its business.
    #expect(plan.parts[.controlPlane] == .ready)
  }

  @Test func anOperationThatWeBeganHoldsEverythingBack() throws {
    var desired = Self.desired()
    var seen = Self.whole(desired)
    let role = GoogleCloudClusterRole.nodePool(GoogleCloudNodePool(desired.pools[0], of: desired).name)
    desired.ledger.operations[role.description] = "o"
    desired.pools[0].maxSize = 9
    seen.operations[role.description] = try Self.operation("RUNNING")
    #expect(Self.plan(desired, seen).actions.isEmpty)
    #expect(Self.plan(desired, seen).report.ledger.operations == [role.description: "o"])
    seen.operations[role.description] = try Self.operation("DONE", failed: true)
    let failed = Self.plan(desired, seen)
    #expect(failed.actions.isEmpty && failed.problems.map(\.kind) == [.cloudFailure])
    let later = GoogleCloudCluster.plan(desired, goal: .present, seen, now: Self.now.advanced(by: .seconds(61)))
    #expect(later.actions.count == 1)
    seen.operations[role.description] = try Self.operation("DONE")
    let done = Self.plan(desired, seen)
    #expect(done.actions.count == 1 && done.report.ledger.operations.isEmpty)
  }

  @Test func oneOperationAtATimeAlsoInAPlan() {
    var desired = Self.desired()
    desired.pools.append(.init(name: "batch", machineType: "e2-standard-4", minSize: 0, maxSize: 2))
    let seen = Self.whole(desired)
    for index in desired.pools.indices { desired.pools[index].maxSize = 9 }
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.count == 1 && plan.later.count == 1, "\(plan.actions) \(plan.later)")
  }

  @Test(arguments: [
    (cluster: 34, pool: 34, wanted: 34, action: String?.none),
    (34, 34, 35, "update GKE cluster: Kubernetes 1.34 to 1.35"),
    (33, 33, 35, "update GKE cluster: Kubernetes 1.33 to 1.34"),
    (35, 34, 35, "update node pool POOL: Kubernetes 1.34 to 1.35"),
    (34, 33, 35, "update node pool POOL: Kubernetes 1.33 to 1.34"), (35, 35, 34, nil), (35, 34, 34, nil),
  ])
  func minorsGoUpOneByOne(_ cluster: Int, _ pool: Int, _ wanted: Int, _ action: String?) {
    let desired = Self.desired(version: wanted)
    var seen = Self.whole(desired, version: cluster)
    seen.cluster?.nodePools = [Self.pool(desired.pools[0], desired, version: pool)]
    let name = GoogleCloudNodePool(desired.pools[0], of: desired).name
    let done = Self.plan(desired, seen).actions.map { $0.description.replacing(name, with: "POOL") }
    #expect(done == (action.map { [$0] } ?? []))
  }

  /// What somebody else changed, and what is told of it.
  @Test func everyDifferenceIsMended() {
    let changes: [(words: String, change: (inout GKE.Cluster) -> Void)] = [
      ("the endpoint was public", { $0.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enablePublicEndpoint = true }),
      (
        "the DNS endpoint answered the internet",
        { $0.controlPlaneEndpointsConfig?.dnsEndpointConfig?.allowExternalTraffic = true }
      ),
      (
        "authorized networks were not enforced",
        { $0.controlPlaneEndpointsConfig?.ipEndpointsConfig?.authorizedNetworksConfig?.enabled = nil }
      ),
      (
        "authorized networks were 0.0.0.0/0",
        {
          $0.controlPlaneEndpointsConfig?.ipEndpointsConfig?.authorizedNetworksConfig?.cidrBlocks = [.init("0.0.0.0/0")]
        }
      ),
      ("new nodes would have had public addresses", { $0.networkConfig?.defaultEnablePrivateNodes = nil }),
      ("nothing kept GKE from upgrading minors", { $0.maintenancePolicy = nil }),
      ("its channel was RAPID", { $0.releaseChannel = .init("RAPID") }),
      ("logs were of APISERVER", { $0.loggingConfig = .init(components: ["APISERVER"]) }),
      ("GKE did not scale it", { $0.nodePools?[0].autoscaling = nil }),
      ("automatic repair or upgrade was off", { $0.nodePools?[0].management?.autoRepair = nil }),
      ("its nodes had public addresses", { $0.nodePools?[0].networkConfig?.enablePrivateNodes = false }),
      ("4 nodes were replaced at a time", { $0.nodePools?[0].upgradeSettings?.maxSurge = 4 }),
      ("labels x differed", { $0.nodePools?[0].config?.labels?["x"] = "y" }),
      (
        "taints gpu differed",
        { $0.nodePools?[0].config?.taints = [.init(key: "gpu", value: nil, effect: "NO_SCHEDULE")] }
      ),
      (
        "n1-standard-1 with 80 GiB to e2-standard-4 with 80 GiB",
        { $0.nodePools?[0].config?.machineType = "n1-standard-1" }
      ),
    ]
    for (words, change) in changes {
      var desired = Self.desired()
      var seen = Self.whole(desired)
      desired.ledger = Self.plan(desired, seen).report.ledger
      if var cluster = seen.cluster {
        change(&cluster)
        seen.cluster = cluster
      }
      let plan = Self.plan(desired, seen)
      #expect(plan.actions.count == 1, "\(words): \(plan.actions)")
      #expect(plan.repairs.count == 1 && plan.repairs.allSatisfy { $0.hasSuffix(words) }, "\(words): \(plan.repairs)")
    }
  }

  @Test func aFailedClusterIsMadeAgainTwiceUnlessItEverRan() {
    var desired = Self.desired()
    var seen = Self.whole(desired, "ERROR")
    var plans: [ClusterPlan<GoogleCloudClusterAction>] = []
    for birth in 1...3 {
      seen.cluster?.createTime = "2026-11-26T00:00:0\(birth)Z"
      // Seen twice: it is one failure.
      for _ in 0..<2 {
        plans.append(Self.plan(desired, seen))
        desired.ledger = plans.last?.report.ledger ?? Ledger()
      }
    }
    #expect(plans.map { $0.actions.map(\.call) } == [[.delete], [.delete], [.delete], [.delete], [], []])
    #expect(plans.last?.problems.map(\.kind) == [.cloudFailure])
    desired.ledger = Self.plan(desired, Self.whole(desired)).report.ledger
    #expect(Self.plan(desired, seen).actions.isEmpty)
  }

  @Test func whatCannotBecomeAClusterIsRefusedBeforeAnythingIsMade() {
    func refusal(_ change: (inout DesiredCluster, inout GoogleCloudClusterState.Surroundings) -> Void) -> String? {
      var (desired, seen) = (Self.desired(), GoogleCloudClusterState(project: "p"))
      var surroundings = GoogleCloudClusterState.Surroundings()
      surroundings.versions = ["1.33.5-gke.1", "1.34.1-gke.1"]
      surroundings.secondaryRanges = ["pods": "100.64.0.0/22", "services": "100.127.0.0/20"]
      change(&desired, &surroundings)
      seen.surroundings = surroundings
      let plan = Self.plan(desired, seen)
      #expect(plan.actions.isEmpty == !plan.problems.isEmpty && !plan.isReady)
      return plan.problems.first?.message
    }
    #expect(refusal { _, _ in } == nil)
    #expect(
      refusal { desired, _ in desired.network.subnets.append(desired.network.subnets[0]) }?.contains("name one") == true
    )
    #expect(
      refusal { desired, _ in desired.googleCloud.nodeServiceAccount = nil }?.contains("nodeServiceAccount is missing")
        == true
    )
    #expect(refusal { desired, _ in desired.pools = [] }?.contains("name a pool") == true)
    #expect(
      refusal { desired, _ in desired.version = .init(major: 1, minor: 40) }?.contains("one of 1.33, 1.34") == true
    )
    #expect(refusal { $1.secondaryRanges["pods"] = nil }?.contains("no secondary range called pods") == true)
    #expect(
      refusal { desired, _ in desired.serviceRange = IPv4Network("10.0.0.0/16") }?.contains("range services of the")
        == true
    )
    #expect(refusal { desired, _ in desired.pools[0].maxSize = 9 }?.contains("enough for 8 nodes") == true)
  }

  @Test(arguments: [
    (min: 3, max: 6, zones: 3, each: 1), (1, 6, 3, 1), (1, 1, 3, 0), (4, 4, 3, 1), (0, 5, 3, 0), (5, 9, 2, 3),
    (2, 2, 1, 2),
  ])
  func aPoolBeginsWithinItsBounds(_ min: Int, _ max: Int, _ zones: Int, _ each: Int) {
    let pool = DesiredCluster.NodePool(name: "x", machineType: "e2-standard-4", minSize: min, maxSize: max)
    #expect(GoogleCloudNodePool(pool, of: Self.desired()).initialSize(zones: zones) == each)
  }

  @Test func namesAreShortEnoughForGKE() {
    var desired = Self.desired()
    desired.mark = OwnershipMark(namespace: "9-a-namespace-with-a-very-long-name", name: "main", uid: "u")
    #expect(desired.googleCloudName.count == 40 && desired.googleCloudName.hasPrefix("c9-a-namespace"))
    desired.pools[0].name = String(repeating: "p", count: 63)
    #expect(GoogleCloudNodePool(desired.pools[0], of: desired).name.count == 40)
  }

  @Test func aClusterOfOthersIsLeftAlone() {
    let desired = Self.desired()
    var seen = Self.whole(desired)
    seen.cluster?.resourceLabels = [:]
    let plan = Self.plan(desired, seen)
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.foreignObject])
    let absent = Self.plan(desired, seen, .absent)
    #expect(absent.actions.isEmpty && absent.isGone)
  }

  @Test func whatNeverChangesIsRefused() {
    var desired = Self.desired()
    let seen = Self.whole(desired)
    desired.network.subnets[0].id = "projects/p/regions/europe-west1/subnetworks/other"
    let plan = Self.plan(desired, seen)
    #expect(plan.problems.map(\.kind) == [.invalidSpec] && plan.actions.isEmpty)
    #expect(plan.problems.first?.message.hasSuffix("that cannot change") == true)
  }

  @Test func groupsOfTwoDomainsAreRefused() {
    var desired = Self.desired()
    desired.googleCloud.fleetProject = "p"
    desired.access = [.init(.view, .googleGroup("a@one.example")), .init(.view, .googleGroup("b@two.example"))]
    let plan = Self.plan(desired, Self.whole(desired))
    #expect(plan.problems.map(\.part) == [.access])
    #expect(plan.problems.first?.message.contains("groups of one.example, two.example") == true)
  }
}
