import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing
import YAML

@testable import ControllerRuntime
@testable import Reconcilers

extension BackboneLifecycleTests {
  /// The whole life of a PrivateCluster through its reconciler, against the simulator of AWS.
  @Suite(.enabled(if: SimulatedBackbone.aws != nil, "needs the simulator of AWS"))
  struct ClusterTests {
    private func settled(_ change: (inout PrivateCluster) -> Void = { _ in }) async throws -> PrivateClusterWorld {
      let world = PrivateClusterWorld(in: try await ClusterNetwork(), change)
      try #require(try await world.reconcile { world.isReady }, "\(world.words)")
      return world
    }

    private func writes(_ operations: [String], _ simulator: CloudSimulator) -> [String] {
      operations.filter { operation in
        !simulator.isCredential(operation) && ![":Describe", ":List", ":Get"].contains { operation.contains($0) }
      }
    }

    @Test func aClusterIsMadeLeftAloneAndDeleted() async throws {
      let network = try await ClusterNetwork()
      let world = PrivateClusterWorld(in: network)
      #expect(try await world.reconcile { world.isReady }, "\(world.words)")
      let status = try #require(world.status)
      #expect(status.version == "1.33" && status.poolsReady == "1/1" && status.exposures == nil)
      #expect(status.pools?.map(\.name) == ["general"] && status.pools?.first?.ready == 2)
      #expect(status.location?.subnets == network.backbone.backbone.status?.subnets?.map(\.name))
      let parts: [ConditionType] = [
        .controlPlaneReady, .nodePoolsReady, .addonsReady, .accessReady, .autoscaling, .private, .reachable,
        .dependenciesReady,
      ]
      for part in parts {
        #expect(world.condition(part)?.status == "True", "\(part): \(world.condition(part)?.message ?? "")")
      }
      #expect(world.condition(.upgrading) == nil)
      #expect(world.condition(.autoscaling)?.message.contains("helm upgrade --install cluster-autoscaler") == true)

      try await world.rest()
      for _ in 0..<5 {
        let (sent, written) = (try await world.simulator.exchanges().count, world.server.calls.count)
        _ = try await world.reconcile()
        let operations = try await world.simulator.operations(after: sent)
        #expect(operations.count <= 10, "\(operations)")
        #expect(writes(operations, world.simulator) == [])
        #expect(world.server.calls.count == written, "\(world.server.calls.dropFirst(written))")
      }

      world.delete()
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await world.simulator.counts() == network.empty)
      let findings = try await world.simulator.exchanges().flatMap { $0.findings ?? [] }
      #expect(findings == [])
    }

    /// A kubeconfig, as far as kubectl must find something in it.
    private struct WrittenConfig: Decodable {
      struct Cluster: Decodable { var cluster: Server }
      struct Server: Decodable { var server: String }
      struct User: Decodable { var user: Login }
      struct Login: Decodable { var exec: Program }
      struct Program: Decodable {
        var command: String
        var args: [String]
      }
      var clusters: [Cluster]
      var users: [User]
    }

    @Test func theKubeconfigHasNoSecretAndComesBack() async throws {
      let world = try await settled()
      let key = PrivateClusterWorld.kubeconfig
      let secret = try #require(world.server.object(Secret.self, key))
      #expect(secret.type == "cluster.x-k8s.io/secret")
      #expect(secret.metadata.labels?["cluster.x-k8s.io/cluster-name"] == "main")
      #expect(secret.metadata.ownerReferences?.first?.uid == world.cluster?.metadata.uid)
      #expect(world.status?.kubeconfigSecret == key.name)
      let text = try #require(SecretReader.decode(secret.data ?? [:])["value"])
      let config = try YAML.decode(WrittenConfig.self, from: text)
      #expect(config.users.first?.user.exec.command == "aws")
      #expect(config.users.first?.user.exec.args.contains(world.status?.name ?? "none") == true)
      #expect(config.clusters.first?.cluster.server == world.status?.endpoint)
      try await world.server.delete(Secret.self, key, DeleteOptions())
      _ = world.secrets.remove(key)
      _ = try await world.reconcile()
      #expect(world.server.object(Secret.self, key)?.data == secret.data)
    }

    @Test func aSecretOfSomebodyElseIsNamedAndLeftAlone() async throws {
      let world = PrivateClusterWorld(in: try await ClusterNetwork())
      world.server.put(
        Secret(metadata: ObjectMeta(name: "main-kubeconfig", namespace: "production"), data: ["a": "Yg=="])
      )
      #expect(try await world.reconcile { world.condition(.accessReady)?.reason == "ForeignObject" }, "\(world.words)")
      #expect(world.condition(.ready)?.status == "False")
      #expect(world.server.object(Secret.self, PrivateClusterWorld.kubeconfig)?.data == ["a": "Yg=="])
    }

    @Test func nothingIsMadeBeforeBackboneAndConnectionAreReady() async throws {
      let network = try await ClusterNetwork()
      let world = PrivateClusterWorld(in: network)
      let sent = try await world.simulator.exchanges().count
      _ = world.connections.put(PrivateClusterWorld.connection(isReady: false))
      #expect(try await world.reconcile() == .done)
      #expect(world.condition(.dependenciesReady)?.reason == "NoVPNConnection")
      #expect(world.condition(.ready)?.message.contains("people") == true, "\(world.words)")
      #expect(world.condition(.reconciling)?.status == "True" && world.condition(.stalled) == nil)
      var backbone = network.backbone.backbone
      let conditions = (backbone.status?.conditions ?? []).map { condition in
        var condition = condition
        if condition.type == "Ready" { (condition.status, condition.message) = ("False", "create NAT gateway") }
        return condition
      }
      backbone.status?.conditions = conditions
      _ = world.backbones.put(backbone)
      _ = try await world.reconcile()
      #expect(world.condition(.ready)?.reason == "BackboneNotReady", "\(world.words)")
      #expect(world.condition(.ready)?.message.contains("create NAT gateway") == true)
      #expect(try await world.simulator.exchanges().count == sent)
      #expect(world.cluster?.metadata.finalizers == nil)
    }

    @Test func poolsAccessAndVersionFollowTheSpec() async throws {
      let world = try await settled()
      world.change { cluster in
        cluster.spec.nodePools[0].maxSize = 9
        cluster.spec.nodePools.append(.init(name: "batch", machineType: "c6i.large", minSize: 1, maxSize: 3))
        cluster.spec.access?[0].namespaces = ["shop"]
      }
      #expect(try await world.reconcile { world.isReady }, "\(world.words)")
      #expect(world.status?.pools?.first { $0.name == "general" }?.maxSize == 9)
      #expect(world.status?.poolsReady == "2/2")
      world.change { $0.spec.version = "1.34" }
      #expect(try await world.reconcile { world.condition(.upgrading)?.status == "True" }, "\(world.words)")
      #expect(world.condition(.upgrading)?.message.hasPrefix("1.33 → 1.34") == true)
      #expect(try await world.reconcile { world.isReady }, "\(world.words)")
      #expect(world.status?.version == "1.34" && world.condition(.upgrading) == nil)
      #expect(await world.notes("Upgrading").isEmpty == false)
      #expect(await world.notes("DriftRepaired") == [])
    }

    @Test func whatSomebodyElseOpensIsClosedAgainAndReported() async throws {
      let world = try await settled()
      try await world.console(["set": ["resourcesVpcConfig": ["endpointPublicAccess": true]]])
      _ = try await world.reconcile()
      #expect(world.condition(.private)?.status == "False", "\(world.condition(.private)?.message ?? "")")
      #expect(world.condition(.private)?.reason == "ReachableFromInternet")
      #expect(
        try await world.reconcile { world.isReady && world.condition(.private)?.status == "True" },
        "\(world.words)"
      )
      #expect(await world.notes("DriftRepaired").contains { $0.contains("the endpoint was public") })
    }

    /// One after the other: each is named by its id, and Ready stays True. What workloads opened is left alone.
    @Test func eachThingThatIsMadePublicMakesPrivateFalse() async throws {
      let world = try await settled()
      let group = try #require(world.status?.pools?.first?.cloudName)
      try await world.console(["nodeGroup": .string(group), "publicAddress": "203.0.113.9"])
      // A cluster at rest is looked at in five turns.
      func told(_ words: String) async throws -> Bool {
        for _ in 0..<5 where world.condition(.private)?.message.contains(words) != true {
          _ = try await world.reconcile()
        }
        return world.condition(.private)?.status == "False"
          && world.condition(.private)?.message.contains(words) == true
      }
      #expect(try await told("203.0.113.9"), "\(world.condition(.private)?.message ?? "")")
      let name = try #require(world.status?.name)
      for isClassic in [false, true] {
        let id = try await world.openBalancer(tags: ["kubernetes.io/cluster/\(name)": "owned"], isClassic: isClassic)
        #expect(try await told(id), "\(world.condition(.private)?.message ?? "")")
      }
      #expect(world.isReady && world.status?.exposures?.count == 3)
      #expect(try await world.simulator.counts()["load-balancer"] == 2)
    }

    @Test func autoModeNeedsNoNodePools() async throws {
      let world = PrivateClusterWorld(in: try await ClusterNetwork()) { cluster in
        cluster.spec.nodePools = []
        cluster.spec.aws = .init()
        cluster.spec.aws?.autoMode = true
      }
      #expect(try await world.reconcile { world.isReady }, "\(world.words)")
      #expect(world.condition(.autoscaling)?.message.hasPrefix("EKS Auto Mode adds and removes nodes") == true)
      #expect(world.status?.poolsReady == "0/0" && world.condition(.private)?.status == "True")
      world.delete()
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
    }

    @Test func planModeListsAndChangesNothing() async throws {
      let network = try await ClusterNetwork()
      let world = PrivateClusterWorld(in: network) { cluster in
        cluster.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan]
      }
      _ = try await world.reconcile()
      #expect(world.condition(.ready)?.reason == "PlanOnly", "\(world.words)")
      #expect(world.status?.plan?.first == "add finalizer cloudlinker.dev/privatecluster")
      #expect((world.status?.plan ?? []).count > 3)
      #expect(try await world.simulator.counts() == network.empty)
    }

    @Test func whatIsSuspendedIsLeftAndWhatIsRetainedStays() async throws {
      let world = try await settled()
      world.change { $0.spec.suspend = true }
      let sent = try await world.simulator.exchanges().count
      _ = try await world.reconcile()
      #expect(world.condition(.ready)?.reason == "Suspended")
      #expect(try await world.simulator.exchanges().count == sent)
      let before = try await world.simulator.counts()
      world.change { cluster in
        cluster.spec.suspend = false
        cluster.spec.deletionPolicy = .retain
      }
      world.delete()
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await world.simulator.counts() == before)
    }

    /// What AWS asks for on behalf of the calls, and what only happens when something goes wrong or EKS starts a service.
    private static let impliedRights: Set<String> = [
      "ec2:RunInstances", "ec2:DescribeInstanceTypes", "iam:PassRole", "iam:CreateServiceLinkedRole",
      "eks:DescribeInsight", "eks:UntagResource", "iam:UntagRole", "ec2:DeleteTags", "ec2:RevokeSecurityGroupEgress",
      "ec2:CreateTags", "eks:DisassociateAccessPolicy", "eks:TagResource", "iam:TagRole",
      "eks:DeleteAddon", "eks:DeletePodIdentityAssociation", "iam:UpdateAssumeRolePolicy",
    ]

    @Test func thePermissionsAreExactlyWhatIsCalled() async throws {
      let network = try await ClusterNetwork()
      let before = try await network.backbone.simulator.exchanges().count
      let world = PrivateClusterWorld(in: network) { $0.spec.logging = [.init(rawValue: "api")] }
      try #require(try await world.reconcile { world.isReady }, "\(world.words)")
      world.change { cluster in
        cluster.spec.version = "1.34"
        cluster.spec.logging = [.init(rawValue: "audit")]
        cluster.spec.nodePools[0].machineType = "m6i.xlarge"
        cluster.spec.nodePools[0].maxSize = 6
        cluster.spec.addons = [.init(name: "coredns", configuration: ["replicaCount": 3])]
        cluster.spec.access?[0].role = .view
        cluster.spec.nodePools[0].labels = nil
        cluster.spec.aws = .init()
        cluster.spec.aws?.autoMode = true
      }
      _ = try await world.openBalancer(tags: [:], isClassic: false)
      try #require(try await world.reconcile { world.isReady }, "\(world.words)")
      for _ in 0..<6 { _ = try await world.reconcile() }
      world.change { $0.spec.access = nil }
      try #require(try await world.reconcile { world.isReady }, "\(world.words)")
      world.delete()
      try #require(try await world.reconcile { world.isGone }, "\(world.words)")
      let called = Set(try await world.simulator.operations(after: before))
      let (own, shared) = (try Self.rights("aws-clusters-policy.json"), try Self.rights("aws-policy.json"))
      // Everybody may ask whose credentials these are.
      let allowed = own.union(shared).union(["sts:GetCallerIdentity"])
      #expect(called.subtracting(allowed).sorted() == [])
      #expect(own.subtracting(called).subtracting(Self.impliedRights).sorted() == [])
    }

    private static func rights(_ file: String) throws -> Set<String> {
      struct Policy: Decodable {
        struct Statement: Decodable { var Action: [String] }
        var Statement: [Statement]
      }
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "manifests/permissions")
      let policy = try JSONDecoder().decode(Policy.self, from: Data(contentsOf: folder.appending(path: file)))
      return Set(policy.Statement.flatMap(\.Action))
    }

    /// In another account nothing of the cluster is seen, which must not be taken for its end.
    @Test func credentialsOfAnotherAccountEndNoDeletion() async throws {
      let network = try await ClusterNetwork()
      let world = PrivateClusterWorld(in: network)
      try #require(try await world.reconcile { world.isReady }, "\(world.words)")
      let before = try await world.simulator.counts()
      func assume(_ role: String?) {
        guard var backbone = world.backbones.all.first else { return }
        backbone.spec.aws = backbone.spec.aws ?? .init()
        backbone.spec.aws?.assumeRoleARN = role
        _ = world.backbones.put(backbone)
      }
      assume("arn:aws:iam::999999999999:role/other")
      world.restart()
      world.delete()
      for _ in 0..<5 { _ = try await world.reconcile() }
      #expect(!world.isGone)
      #expect(try await world.simulator.counts() == before)
      #expect(world.words.contains("are of account 999999999999"), "\(world.words)")
      assume(nil)
      world.restart()
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await world.simulator.counts() == network.empty)
    }

    @Test func aDeletionGoesOnWithTheCredentialsThatWereKept() async throws {
      let network = try await ClusterNetwork()
      let world = PrivateClusterWorld(in: network)
      try #require(try await world.reconcile { world.isReady }, "\(world.words)")
      var secret = network.backbone.secret
      var kept = secret
      kept.metadata = ObjectMeta(
        name: "backbone-credentials-\(network.backbone.backbone.metadata.uid ?? "")",
        namespace: Fixture.defaults.operatorNamespace
      )
      world.server.put(kept)
      secret.data?["roleArn"] = Data("arn:aws:iam::999999999999:role/other".utf8).base64EncodedString()
      secret.metadata.resourceVersion = nil
      let version = world.server.put(secret).metadata.resourceVersion
      secret.metadata.resourceVersion = version
      _ = world.secrets.put(PartialMetadata<Secret>(metadata: secret.metadata))
      world.delete()
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await world.simulator.counts() == network.empty)
    }

    @Test(arguments: [FaultTransport.Fault.drop(), .loseAnswer])
    func aCrashAtAnyRequestLeavesNothingBehind(fault: FaultTransport.Fault) async throws {
      let network = try await ClusterNetwork()
      let first = PrivateClusterWorld(in: network)
      var begun: [Int] = []
      try await live(first, network) { _ in begun.append(first.faults.requestCount) }
      let parts = [begun[1] - begun[0], first.faults.requestCount - begun[1]]
      // The two faults take different ones. One life has a crash in its creation and one in its deletion.
      let start = fault == .loseAnswer ? 7 : 1
      for number in stride(from: start, through: parts.max() ?? 0, by: BackboneLifecycleTests.isLong ? 1 : 17) {
        let world = PrivateClusterWorld(in: network)
        try await live(world, network, "crashed at request \(number) of \(parts)") { part in
          world.faults.clear()
          if number <= parts[part] { world.crash(with: fault, at: number) }
        }
      }
    }

    /// - Parameter begin: called before each part, with its index.
    private func live(
      _ world: PrivateClusterWorld,
      _ network: ClusterNetwork,
      _ words: String = "",
      beginning begin: (Int) -> Void
    ) async throws {
      begin(0)
      try #require(try await world.reconcile { world.isReady }, "\(words): \(world.words)")
      begin(1)
      world.delete()
      try #require(try await world.reconcile { world.isGone }, "\(words): \(world.words)")
      #expect(try await world.simulator.counts() == network.empty, "\(words)")
    }
  }
}
