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

@testable import AWS
@testable import CloudConnectors
@testable import Reconcilers

extension TwingateLifecycleTests {
  /// Connectors as machines in a Backbone, against the simulators of Twingate and AWS.
  @Suite(.enabled(if: SimulatedBackbone.aws != nil, "needs the simulator of AWS"))
  struct MachineTests {
    private static func place(_ spec: inout TwingateSpec) {
      spec.connectors = .init(count: 2)
      spec.connectors?.backboneRef = LocalReference(name: SimulatedBackbone.name)
      spec.resources?[0].address = "grafana.internal.example.com"
    }

    private func world(_ backbone: SimulatedBackbone) async throws -> TwingateWorld {
      try await TwingateWorld(in: backbone, Self.place)
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
      let backbone = try await SimulatedBackbone()
      let world = try await world(backbone)
      let empty = try await world.counts()
      try #require(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
      let machines = try await world.machines()
      #expect(machines.count == 2)
      #expect(world.server.objects(Deployment.self).isEmpty)
      let connectors = try #require(world.status?.connectors)
      #expect(Set(connectors.compactMap(\.host)) == Set(machines.keys))
      #expect(Set(connectors.compactMap(\.zone)) == ["eu-west-1a", "eu-west-1b"])
      #expect(try await world.objects("RemoteNetwork").values.map { $0["location"]?.text } == ["AWS"])
      #expect(connectors.allSatisfy { $0.name.utf8.count <= 30 })
      let made = try await backbone.simulator.counts()
      #expect(made["role"] == (backbone.empty["role"] ?? 0) + 2 && made["secret"] == 2)

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
      #expect(look.count <= 8 && !look.isEmpty, "\(look)")

      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      #expect(try await world.counts() == empty)
      #expect(try await backbone.simulator.counts() == backbone.empty)
      #expect(world.server.gatewayObjects == [])
      let found = try await findings(backbone.simulator)
      #expect(found.isEmpty, "\(found)")
    }

    @Test func aChangedMachineIsReplacedByANewConnectorOneSeatAtATime() async throws {
      let world = try await settled(try await SimulatedBackbone())
      let before = Set(try await world.machines().keys)
      world.changeSpec { $0.connectors?.logLevel = 7 }
      #expect(try await world.isReplaced(before), "\(world.words)")
      #expect(try await world.reconcile { world.isSettled && world.status?.connectors?.count == 2 }, "\(world.words)")
      #expect(try await world.objects("Connector").count == 2)
      var secrets = 0
      for _ in 0..<20 {
        secrets = try await world.cloud?.counts()["secret"] ?? 0
        if secrets == 2 { break }
        _ = try await world.reconcile(atMost: 1) { false }
      }
      #expect(secrets == 2, "the secrets of the old connectors go once their machines are gone")
    }

    @Test func aMachineTerminatedInTheConsoleIsMadeAgain() async throws {
      let world = try await settled(try await SimulatedBackbone())
      let first = try #require(world.status?.connectors?.first)
      let host = try #require(first.host)
      try await world.cloud?.control("POST", "machines", ["terminate": .string(host)])
      world.time.advance(by: .seconds(300))
      let isBack = try await world.reconcile(atMost: 60) {
        world.isSettled && world.status?.connectors?.first.map { $0.host != host } == true
      }
      #expect(isBack, "\(world.words)")
      #expect(world.status?.connectors?.first?.id == first.id, "the same connector, with the tokens that it had")
      #expect(try await world.machines().count == 2)
    }

    @Test func suspendedConnectorsStopAndComeBackAsTheyWere() async throws {
      let world = try await settled(try await SimulatedBackbone())
      let ids = world.status?.connectors?.map(\.id)
      world.change { $0.spec.suspend = true }
      for _ in 0..<10 {
        _ = try await world.reconcile(atMost: 1) { false }
        if try await world.machines().isEmpty { break }
      }
      #expect(try await world.machines().isEmpty)
      #expect(world.ready?.reason == "Suspended", "\(world.words)")
      #expect(try await world.objects("Connector").count == 2)
      world.change { $0.spec.suspend = false }
      #expect(try await world.reconcile(atMost: 60) { world.isSettled }, "\(world.words)")
      #expect(world.status?.connectors?.map(\.id) == ids)
    }

    @Test func aNewImageIsTakenByNewMachinesOnly() async throws {
      let world = try await settled(try await SimulatedBackbone())
      let before = Set(try await world.machines().keys)
      let image: JSONValue = ["publish": ["ami-00000000000000002", "twingate/images/hvm-ssd/twingate-amd64-2"]]
      try await world.cloud?.control("POST", "machines", image)
      world.time.advance(by: .seconds(700))
      try await world.beat()
      _ = try await world.reconcile(atMost: 5) { false }
      #expect(Set(try await world.machines().keys) == before)
    }

    @Test func anOldMachineIsReplacedWhenThereIsANewerImage() async throws {
      let world = try await settled(try await SimulatedBackbone())
      world.changeSpec { $0.connectors?.updateEvery = "1h" }
      let image: JSONValue = ["publish": ["ami-00000000000000002", "twingate/images/hvm-ssd/twingate-amd64-2"]]
      try await world.cloud?.control("POST", "machines", image)
      let before = Set(try await world.machines().keys)
      _ = try await world.reconcile(atMost: 20) { world.isSettled }
      #expect(Set(try await world.machines().keys) == before, "young machines stay")
      world.time.advance(by: .seconds(3700))
      try await world.beat()
      #expect(try await world.isReplaced(before), "\(world.words)")
    }

    @Test func newTokensMeanNewConnectorsOneSeatAtATime() async throws {
      let world = try await settled(try await SimulatedBackbone())
      let (before, ids) = (Set(try await world.machines().keys), Set(world.status?.connectors?.compactMap(\.id) ?? []))
      world.annotate(CloudLinker.Annotation.rotateTokens, "today")
      #expect(try await world.isReplaced(before), "\(world.words)")
      let after = Set(world.status?.connectors?.compactMap(\.id) ?? [])
      #expect(after.count == 2 && after.isDisjoint(with: ids))
      #expect(try await world.reconcile { try await world.rotated(to: "today") }, "the Secrets of the old ones go, too")
      let settled = Set(try await world.machines().keys)
      world.time.advance(by: .seconds(700))
      try await world.beat()
      _ = try await world.reconcile(atMost: 5) { false }
      #expect(Set(try await world.machines().keys) == settled, "once is enough")
    }

    @Test func whatTheSpecNamesMustBeThere() async throws {
      let backbone = try await SimulatedBackbone()
      let world = try await world(backbone)
      var young = backbone.backbone
      young.status?.networkID = nil
      young.status?.subnets = nil
      world.server.put(young)
      try await world.reconcile()
      #expect(world.ready?.reason == "Progressing", "\(world.words)")

      let key = ObjectKey(namespace: "production", name: SimulatedBackbone.name)
      try await world.server.delete(Backbone.self, key, DeleteOptions())
      try await world.reconcile()
      #expect(world.ready?.reason == "ExistingNotFound", "\(world.words)")
      #expect(world.ready?.message.contains("there is no Backbone \"net\" in this namespace") == true)

      var closed = backbone.backbone
      closed.spec.egress?.addresses = EgressAddresses.none
      world.server.put(closed)
      try await world.reconcile()
      #expect(world.ready?.message.contains("has no way out") == true, "\(world.words)")

      var azure = backbone.backbone
      azure.spec.provider = .azure
      azure.status?.location?.provider = .azure
      world.server.put(azure)
      try await world.reconcile()
      #expect(
        world.ready?.message.contains("are built for AWS and GCP. Leave backboneRef out") == true,
        "\(world.words)"
      )

      world.server.put(backbone.backbone)
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
    }

    @Test func whatTheCloudRefusesIsReported() async throws {
      let backbone = try await SimulatedBackbone()
      let world = try await world(backbone)
      let refusal: [String: JSONValue] = ["status": 403, "code": "AccessDenied", "message": "no"]
      try await backbone.simulator.meet(refusal, "iam:CreateRole", times: 1000)
      for _ in 0..<6 { _ = try await world.reconcile(atMost: 1) { false } }
      #expect(world.ready?.reason == "PermissionMissing", "\(world.words)")
      #expect(world.ready?.message.contains("iam:CreateRole is not permitted") == true)
      try await backbone.simulator.calm()
      world.time.advance(by: .seconds(90))
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
    }

    @Test func whatIsNotShownAtOnceIsNotMadeTwice() async throws {
      let backbone = try await SimulatedBackbone()
      try await backbone.simulator.set(["consistencyReads": 2, "operationReads": 2])
      let world = try await world(backbone)
      #expect(try await world.reconcile(atMost: 150) { world.isSettled }, "\(world.words)")
      #expect(try await world.machines().count == 2)
      try await backbone.simulator.set(["consistencyReads": 0])
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      #expect(try await backbone.simulator.counts() == backbone.empty)
    }

    @Test(arguments: [FaultTransport.Fault.drop(), .loseAnswer])
    func aCrashAtAnyRequestLeavesNothingTwice(fault: FaultTransport.Fault) async throws {
      let backbone = try await SimulatedBackbone()
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
        #expect(try await backbone.simulator.counts()["secret"] == 2, place)
        world.delete()
        #expect(try await world.reconcile(atMost: 120) { world.isGone }, "\(world.words) \(place)")
        #expect(try await backbone.simulator.counts() == backbone.empty, place)
        #expect(try await world.counts() == empty, place)
        #expect(world.server.gatewayObjects == [], place)
      }
    }

    @Test func noTokenIsWhereOthersCanRead() async throws {
      let backbone = try await SimulatedBackbone()
      let world = try await settled(backbone)
      try await backbone.simulator.meet(["status": 500], "ec2:*", times: 20)
      world.time.advance(by: .seconds(700))
      for _ in 0..<3 { _ = try? await world.reconcile() }
      try await backbone.simulator.calm()
      let shown = try await backbone.simulator.objects()
      var text = try await world.published() + String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
      for id in try await world.machines().keys { text += try await userData(of: id, backbone.simulator) }
      var secrets: [String] = []
      for secret in world.server.objects(Secret.self) where secret.metadata.labels?[ConnectorObjects.keyLabel] != nil {
        for value in SecretReader.decode(secret.data ?? [:]).values {
          secrets.append(String(decoding: value, as: UTF8.self))
        }
      }
      #expect(secrets.count == 4 && text.contains("secretsmanager.GetSecretValue"))
      for secret in secrets {
        #expect(!text.contains(secret))
        #expect(!text.contains(Data(secret.utf8).base64EncodedString().prefix(40)))
      }
    }

    @Test func theShippedRightsAreEnough() async throws {
      let backbone = try await SimulatedBackbone()
      try await backbone.simulator.set(["leastRights": true, "connectorRights": true])
      let world = try await settled(backbone)
      world.changeSpec { $0.connectors?.logLevel = 7 }
      let before = Set(try await world.machines().keys)
      #expect(try await world.isReplaced(before), "\(world.words)")
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      let refused = try await backbone.simulator.exchanges().filter { $0.status == 403 || $0.status == 401 }
      #expect(refused.compactMap(\.operation) == [])
      // A Backbone alone needs none of them.
      try await backbone.simulator.set(["connectorRights": false])
      let other = try await self.world(backbone)
      for _ in 0..<4 { _ = try await other.reconcile(atMost: 1) { false } }
      #expect(other.ready?.reason == "PermissionMissing", "\(other.words)")
    }

    @Test func aMachineReadsItsTokensAtItsFirstStart() async throws {
      let backbone = try await SimulatedBackbone()
      let simulator = backbone.simulator
      let service = ServiceClient(
        endpoint: AWSEndpoint(service: "secretsmanager", region: "eu-west-1", override: simulator.url),
        credentials: try await credentials(simulator),
        transport: CurlTransport(.init(proxy: .none))
      )
      let secret = ConnectorSecret(access: SecretText("access-1"), refresh: SecretText("refresh-1"))
      try await SecretsManagerClient(service).createSecret(
        "cloudlinker/u/1-a",
        secret.value,
        version: secret.version,
        description: "d",
        tags: [:]
      )
      let folder = FileManager.default.temporaryDirectory.appending(path: "boot-\(UInt64.random(in: 0 ... .max))")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appending(path: "connector.conf")
      var script = AWSBootScript(
        region: "eu-west-1",
        secretName: "cloudlinker/u/1-a",
        environment: ["TWINGATE_URL": "https://acme.twingate.com", "TWINGATE_LABEL_TEAM": "it's \"ours\""],
        secretsURL: simulator.url
      )
      (script.metadataURL, script.file, script.pause) = (simulator.url, file.path, "0.1")
      script.command = ["touch", folder.appending(path: "started").path]
      let program = folder.appending(path: "boot")
      try script.text.write(to: program, atomically: true, encoding: .utf8)
      // The first attempts fail: a new role takes some seconds to work.
      try await simulator.meet(["status": 400, "code": "AccessDeniedException"], "secretsmanager:*", times: 2)
      let (exitCode, output) = Shell.run("exec python3 \"$1\"", [program.path])
      #expect(exitCode == 0 && output.contains("attempt 2") && !output.contains("access-1"), "\(output)")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(
        text == """
          TWINGATE_ACCESS_TOKEN=access-1
          TWINGATE_LABEL_TEAM=it's "ours"
          TWINGATE_REFRESH_TOKEN=refresh-1
          TWINGATE_URL=https://acme.twingate.com

          """
      )
      #expect(Shell.run("stat -c %a \"$1\"", [file.path]).output == "600\n")
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "started").path))
    }

    private func credentials(_ simulator: CloudSimulator) async throws -> AWSCredentialSource {
      let keys = try await simulator.secret()
      return AWSCredentialSource(
        AWSCredentials(accessKeyID: keys["accessKeyId"] ?? "", secretAccessKey: keys["secretAccessKey"] ?? "")
      )
    }

    /// As anybody who may describe instances reads it.
    private func userData(of id: String, _ simulator: CloudSimulator) async throws -> String {
      let query = QueryClient(
        endpoint: AWSEndpoint(service: "ec2", region: "eu-west-1", override: simulator.url),
        version: EC2Client.version,
        credentials: try await credentials(simulator),
        transport: CurlTransport(.init(proxy: .none))
      )
      var parameters = QueryParameters()
      (parameters["InstanceId"], parameters["Attribute"]) = (id, "userData")
      let answer = try await query.call("DescribeInstanceAttribute", parameters, isIdempotent: true)
      let data = answer["userData"]?.string("value").flatMap { Data(base64Encoded: $0) } ?? Data()
      return String(decoding: data, as: UTF8.self)
    }
  }
}
