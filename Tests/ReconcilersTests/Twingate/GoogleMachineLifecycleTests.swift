import Cloud
import CloudLinkerAPI
import ControllerRuntime
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudConnectors
@testable import Reconcilers

extension TwingateLifecycleTests {
  /// Connectors as machines in a Backbone, against the simulators of Twingate and Google Cloud.
  @Suite(.enabled(if: SimulatedBackbone.gcp != nil, "needs the simulator of Google Cloud"))
  struct GoogleMachineTests {
    private func world(_ backbone: SimulatedBackbone) async throws -> TwingateWorld {
      try await TwingateWorld(in: backbone) { spec in
        spec.connectors = .init(count: 2)
        spec.connectors?.backboneRef = LocalReference(name: SimulatedBackbone.name)
        spec.resources?[0].address = "grafana.internal.example.com"
      }
    }

    private func settled(_ backbone: SimulatedBackbone) async throws -> TwingateWorld {
      let world = try await world(backbone)
      try #require(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
      return world
    }

    private func findings(_ simulator: CloudSimulator) async throws -> [JSONValue] {
      try await simulator.exchanges().flatMap { $0.findings ?? [] }.filter { $0["severity"]?.text == "error" }
    }

    @Test func machinesComeServeAndGo() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await world(backbone)
      let empty = try await world.counts()
      try #require(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
      let machines = try await world.machines()
      #expect(machines.count == 2)
      let connectors = try #require(world.status?.connectors)
      #expect(Set(connectors.compactMap(\.host)) == Set(machines.keys))
      #expect(Set(connectors.compactMap(\.zone)) == ["europe-west1-b", "europe-west1-c"])
      #expect(try await world.objects("RemoteNetwork").values.map { $0["location"]?.text } == ["GOOGLE_CLOUD"])
      let made = try await backbone.simulator.counts()
      #expect(made["serviceAccounts"] == 1 && made["secrets"] == 2)
      #expect(made["firewalls"] == (backbone.empty["firewalls"] ?? 0) + 2)

      // At rest the cloud is asked nothing, and after ten minutes what it takes to see that all is as it should be.
      let sent = try await backbone.simulator.exchanges().count
      for _ in 0..<8 {
        world.time.advance(by: .seconds(60))
        try await world.beat()
        try await world.reconcile()
      }
      #expect(try await backbone.simulator.exchanges().count == sent)
      world.time.advance(by: .seconds(90))
      try await world.beat()
      try await world.reconcile()
      let look = try await backbone.simulator.operations(after: sent)
      #expect(look.count <= 10 && !look.isEmpty, "\(look)")

      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      #expect(try await world.counts() == empty)
      #expect(try await backbone.simulator.counts() == backbone.empty)
      #expect(world.server.gatewayObjects == [])
      let found = try await findings(backbone.simulator)
      #expect(found.isEmpty, "\(found)")
    }

    @Test func theBackboneLeavesTheRulesOfItsConnectorsAlone() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await settled(backbone)
      let before = try await backbone.simulator.counts()
      let environment = backbone.environment
      environment.restart()
      for _ in 0..<3 { _ = try await environment.reconcile() }
      #expect(environment.isReady, "\(environment.words)")
      #expect(try await backbone.simulator.counts() == before)
      // Without the mark it would be an opening that the spec does not allow.
      let rule = try await backbone.simulator.objects().first { $0.key.hasSuffix("-connectors-out") }?.value
      #expect(rule?["description"]?.text.contains("cloudlinker.dev/backbone=production/net/") == true)
      #expect(world.isSettled)
    }

    @Test func aChangedMachineIsReplacedByANewConnectorOneSeatAtATime() async throws {
      let world = try await settled(try await SimulatedBackbone(on: .gcp))
      let before = Set(try await world.machines().keys)
      world.changeSpec { $0.connectors?.gcp = .init(machineType: "e2-medium") }
      #expect(try await world.isReplaced(before), "\(world.words)")
      #expect(try await world.machines().values.allSatisfy { $0["machineType"]?.text.hasSuffix("e2-medium") == true })
      #expect(try await world.reconcile { try await world.cloud?.counts()["secrets"] == 2 }, "\(world.words)")
      #expect(try await world.objects("Connector").count == 2)
    }

    @Test func oldMachinesTakeTheirImagesAgain() async throws {
      let world = try await settled(try await SimulatedBackbone(on: .gcp))
      let before = Set(try await world.machines().keys)
      world.time.advance(by: .seconds(8 * 86_400))
      try await world.beat()
      #expect(try await world.isReplaced(before), "\(world.words)")
    }

    @Test func newTokensMeanNewConnectorsOneSeatAtATime() async throws {
      let world = try await settled(try await SimulatedBackbone(on: .gcp))
      let (before, ids) = (Set(try await world.machines().keys), Set(world.status?.connectors?.compactMap(\.id) ?? []))
      world.annotate(CloudLinker.Annotation.rotateTokens, "today")
      #expect(try await world.isReplaced(before), "\(world.words)")
      let after = Set(world.status?.connectors?.compactMap(\.id) ?? [])
      #expect(after.count == 2 && after.isDisjoint(with: ids))
      #expect(try await world.reconcile { try await world.rotated(to: "today") }, "\(world.words)")
    }

    @Test(arguments: ["delete", "stop"])
    func aMachineThatSomebodyTakesAwayIsMadeAgain(verb: String) async throws {
      let world = try await settled(try await SimulatedBackbone(on: .gcp))
      let first = try #require(world.status?.connectors?.first)
      let host = try #require(first.host)
      let age = try #require(try await world.machines()[host]?["id"]?.text)
      try await world.cloud?.control("POST", "machines", [verb: .string(host)])
      world.time.advance(by: .seconds(300))
      let isBack = try await world.reconcile(atMost: 60) {
        let machine = try await world.machines()[host]
        return world.isSettled && machine != nil && machine?["id"]?.text != age
      }
      #expect(isBack, "\(world.words)")
      #expect(world.status?.connectors?.first?.id == first.id, "the same connector, with the tokens that it had")
      #expect(try await world.machines().count == 2)
    }

    @Test func suspendedConnectorsStopAndComeBackAsTheyWere() async throws {
      let world = try await settled(try await SimulatedBackbone(on: .gcp))
      let ids = world.status?.connectors?.map(\.id)
      world.change { $0.spec.suspend = true }
      #expect(try await world.reconcile { try await world.machines().isEmpty }, "\(world.words)")
      #expect(try await world.reconcile { world.ready?.reason == "Suspended" }, "\(world.words)")
      world.change { $0.spec.suspend = false }
      #expect(try await world.reconcile(atMost: 60) { world.isSettled }, "\(world.words)")
      #expect(world.status?.connectors?.map(\.id) == ids)
    }

    @Test func whatTheCloudRefusesIsReported() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await world(backbone)
      let refusal: [String: JSONValue] = [
        "status": 403, "code": "PERMISSION_DENIED",
        "message": "Permission 'secretmanager.secrets.create' denied for resource 'projects/cloudlinker-test'",
      ]
      try await backbone.simulator.meet(refusal, "secretmanager.projects.secrets.create", times: 1000)
      #expect(try await world.reconcile(atMost: 20) { world.ready?.reason == "PermissionMissing" }, "\(world.words)")
      #expect(world.ready?.message.contains("secretmanager.secrets.create is not permitted") == true, "\(world.words)")
      try await backbone.simulator.calm()
      // The creation is accepted, and fails.
      let failure: [String: JSONValue] = ["fails": ["code": "ZONE_RESOURCE_POOL_EXHAUSTED", "message": "none is left"]]
      try await backbone.simulator.meet(failure, "compute.instances.insert", times: 1000)
      world.time.advance(by: .seconds(90))
      #expect(try await world.reconcile(atMost: 40) { world.ready?.reason == "QuotaExceeded" }, "\(world.words)")
      #expect(world.ready?.message.contains("none is left") == true, "\(world.words)")
      try await backbone.simulator.calm()
      world.time.advance(by: .seconds(90))
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
    }

    @Test func anAccountThatOthersDoNotKnowYetIsNoTrouble() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      try await backbone.simulator.set(["consistencyReads": 3, "operationReads": 2])
      let world = try await world(backbone)
      var reasons: Set<String> = []
      let isSettled = try await world.reconcile(atMost: 150) {
        reasons.insert(world.ready?.reason ?? "")
        return world.isSettled
      }
      #expect(isSettled, "\(world.words)")
      #expect(reasons.isDisjoint(with: ["CloudRefused", "CloudError", "PermissionMissing"]), "\(reasons)")
      #expect(try await world.machines().count == 2)
    }

    @Test func optionsOfAnotherCloudAreRefused() async throws {
      let world = try await world(try await SimulatedBackbone(on: .gcp))
      world.changeSpec { $0.connectors?.aws = .init(instanceType: "t3a.micro") }
      try await world.reconcile()
      let words =
        "Backbone \"net\" is of provider GCP, and spec.twingate.connectors.aws is for machines in AWS: take it out"
      #expect(world.ready?.message.hasSuffix(words) == true, "\(world.words)")
    }

    @Test(arguments: [FaultTransport.Fault.drop(), .loseAnswer])
    func aCrashAtAnyRequestLeavesNothingTwice(fault: FaultTransport.Fault) async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let whole = try await settled(backbone)
      whole.delete()
      try #require(try await whole.reconcile(atMost: 100) { whole.isGone }, "\(whole.words)")
      let count = whole.faults.requestCount
      let step = BackboneLifecycleTests.isLong ? 1 : 9
      for number in stride(from: fault == .loseAnswer ? 5 : 1, through: count, by: step) {
        let world = try await world(backbone)
        let empty = try await world.counts()
        let place: Comment = "\(fault) at request \(number) of \(count)"
        world.die(of: fault, at: number)
        #expect(try await world.reconcile(atMost: 120) { world.isSettled }, "\(world.words) \(place)")
        #expect(try await world.machines().count == 2, place)
        #expect(try await world.objects("Connector").count == 2, place)
        #expect(try await backbone.simulator.counts()["secrets"] == 2, place)
        world.delete()
        #expect(try await world.reconcile(atMost: 120) { world.isGone }, "\(world.words) \(place)")
        #expect(try await backbone.simulator.counts() == backbone.empty, place)
        #expect(try await world.counts() == empty, place)
        #expect(world.server.gatewayObjects == [], place)
      }
    }

    @Test func noTokenIsWhereOthersCanRead() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await settled(backbone)
      try await backbone.simulator.meet(["status": 500], "compute.*", times: 20)
      world.time.advance(by: .seconds(700))
      for _ in 0..<3 { _ = try? await world.reconcile() }
      try await backbone.simulator.calm()
      let shown = try await backbone.simulator.objects()
      let text = try await world.published() + String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
      var secrets: [String] = []
      for secret in world.server.objects(Secret.self) where secret.metadata.labels?[ConnectorObjects.keyLabel] != nil {
        for value in SecretReader.decode(secret.data ?? [:]).values {
          secrets.append(String(decoding: value, as: UTF8.self))
        }
      }
      #expect(secrets.count == 4 && text.contains("user-data"))
      for secret in secrets {
        #expect(!text.contains(secret))
        #expect(!text.contains(Data(secret.utf8).base64EncodedString().prefix(40)))
      }
    }

    @Test func theShippedRightsAreWhatIsUsed() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let sent = try await backbone.simulator.exchanges().count
      let world = try await settled(backbone)
      world.changeSpec { $0.connectors?.logLevel = 7 }
      #expect(try await world.isReplaced(Set(try await world.machines().keys)), "\(world.words)")
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      let called = Set(try await backbone.simulator.operations(after: sent).map(Self.permission))
      let (own, network) = (try Self.granted("gcp-connectors-role.yaml"), try Self.granted("gcp-role.yaml"))
      #expect(called.subtracting(own).subtracting(network).sorted() == [])
      // What Compute Engine asks for besides when a machine is made, and what puts a changed rule back.
      let silent: Set = [
        "compute.disks.create", "compute.instances.setLabels", "compute.instances.setMetadata",
        "compute.instances.setServiceAccount", "iam.serviceAccounts.actAs",
      ]
      #expect(own.subtracting(called).subtracting(silent).sorted() == [])
      #expect(own.isDisjoint(with: network), "a Backbone alone needs none of them")
    }

    private static func granted(_ file: String) throws -> Set<String> {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "manifests/permissions")
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      return Set(text.split(separator: "\n").filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) })
    }

    /// Methods and permissions have different verbs.
    private static func permission(_ method: String) -> String {
      method.replacing(".projects.", with: ".").replacing(".insert", with: ".create").replacing(
        ".patch",
        with: ".update"
      )
      .replacing(".aggregatedList", with: ".list").replacing("secrets.addVersion", with: "versions.add")
      .replacing("secrets.versions", with: "versions")
    }

    @Test func aMachineReadsItsTokensAtItsStart() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await settled(backbone)
      let objects = try await backbone.simulator.objects()
      let path = try #require(objects.keys.sorted().first { $0.contains("/secrets/") })
      let folder = FileManager.default.temporaryDirectory.appending(path: "boot-\(UInt64.random(in: 0 ... .max))")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      var script = GoogleBootScript(
        project: "cloudlinker-test",
        secret: path.split(separator: "/").last.map(String.init) ?? "",
        image: "twingate/connector:1",
        environment: ["TWINGATE_URL": "https://acme.twingate.com", "TWINGATE_LABEL_TEAM": "it's \"ours\""]
      )
      (script.metadataURL, script.secretsURL) = (backbone.simulator.url, backbone.simulator.url)
      script.folder = folder.path
      try script.variables.write(to: folder.appending(path: "environment"), atomically: true, encoding: .utf8)
      try script.start.write(to: folder.appending(path: "start"), atomically: true, encoding: .utf8)
      // In place of the machine's programs.
      for program in ["docker", "iptables"] {
        let text = "#!/bin/bash\necho \"\(program) $*\" >>\(folder.path)/log\n[ \"$1\" != -C ]\n"
        try text.write(to: folder.appending(path: program), atomically: true, encoding: .utf8)
      }
      let run = "chmod +x \"$1/docker\" \"$1/iptables\"; PATH=$1:$PATH no_proxy=* exec bash \"$1/start\""
      let (exitCode, output) = Shell.run(run, [folder.path])
      let log = (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
      #expect(exitCode == 0, "\(output) \(log)")
      #expect(log.contains("iptables -I DOCKER-USER -d 169.254.169.254 -p tcp ! --dport 53 -j REJECT\n"), "\(log)")
      #expect(log.contains("docker run --rm --name twingate-connector --env-file \(folder.path)/connector"), "\(log)")
      #expect(log.hasSuffix(" twingate/connector:1\n"), "\(log)")
      let text = try String(contentsOf: folder.appending(path: "connector"), encoding: .utf8)
      let lines = text.split(separator: "\n")
      #expect(lines.prefix(2) == ["TWINGATE_LABEL_TEAM=it's \"ours\"", "TWINGATE_URL=https://acme.twingate.com"])
      #expect(
        lines.count == 4 && lines[2].hasPrefix("TWINGATE_ACCESS_TOKEN=")
          && lines[3].hasPrefix("TWINGATE_REFRESH_TOKEN=")
      )
      let tokens = lines.suffix(2).map { String($0.drop { $0 != "=" }.dropFirst()) }
      #expect(tokens.allSatisfy { !log.contains($0) && !output.contains($0) && !$0.isEmpty })
      let kept = world.server.objects(Secret.self).flatMap { SecretReader.decode($0.data ?? [:]).values }
      #expect(tokens.allSatisfy { token in kept.contains { String(decoding: $0, as: UTF8.self) == token } })
      #expect(Shell.run("stat -c %a \"$1\"", [folder.appending(path: "connector").path]).output == "600\n")
    }
  }
}
