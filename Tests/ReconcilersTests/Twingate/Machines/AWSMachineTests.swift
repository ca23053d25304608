import Cloud
import CloudLinkerAPI
import ControllerRuntime
import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import TestSupport
import Testing

@testable import AWS
@testable import CloudConnectors
@testable import Reconcilers

extension TwingateLifecycleTests {
  /// Tests that only machines in AWS need.
  @Suite(.enabled(if: SimulatedBackbone.aws != nil, "needs the simulator of AWS"))
  struct AWSMachineTests {
    @Test func aNewImageIsTakenByNewMachinesOnly() async throws {
      let world = try await MachineRig.settled(try await SimulatedBackbone())
      let before = Set(try await world.machines().keys)
      let image: JSONValue = ["publish": ["ami-00000000000000002", "twingate/images/hvm-ssd/twingate-amd64-2"]]
      try await world.cloud?.control("POST", "machines", image)
      world.time.advance(by: .seconds(700))
      try await world.beat()
      _ = try await world.reconcile(atMost: 5) { false }
      #expect(Set(try await world.machines().keys) == before)
    }

    @Test func anOldMachineIsReplacedWhenThereIsANewerImage() async throws {
      let world = try await MachineRig.settled(try await SimulatedBackbone())
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

    @Test func credentialsOfAnotherAccountEndNoDeletion() async throws {
      let backbone = try await SimulatedBackbone()
      let world = try await MachineRig.settled(backbone)
      let machines = Set(try await world.machines().keys)
      var other = backbone.backbone
      other.spec.aws = other.spec.aws ?? .init()
      other.spec.aws?.assumeRoleARN = "arn:aws:iam::999999999999:role/other"
      world.server.put(other)
      world.restart()
      world.delete()
      _ = try await world.reconcile(atMost: 20) { world.isGone }
      #expect(!world.isGone)
      #expect(world.words.contains("are of account 999999999999"), "\(world.words)")
      #expect(Set(try await world.machines().keys) == machines)
      world.server.put(backbone.backbone)
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await world.machines().isEmpty)
    }

    @Test func whatTheSpecNamesMustBeThere() async throws {
      let backbone = try await SimulatedBackbone()
      let world = try await MachineRig.world(backbone)
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

      world.server.put(backbone.backbone)
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
    }

    @Test func theShippedRightsAreEnough() async throws {
      let backbone = try await SimulatedBackbone()
      try await backbone.simulator.set(["leastRights": true, "connectorRights": true])
      let world = try await MachineRig.settled(backbone)
      world.changeSpec { $0.connectors?.logLevel = 7 }
      let before = Set(try await world.machines().keys)
      #expect(try await world.isReplaced(before), "\(world.words)")
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      let refused = try await backbone.simulator.exchanges().filter { $0.status == 403 || $0.status == 401 }
      #expect(refused.compactMap(\.operation) == [])
      // A Backbone alone needs none of them.
      try await backbone.simulator.set(["connectorRights": false])
      let other = try await MachineRig.world(backbone)
      for _ in 0..<4 { _ = try await other.reconcile(atMost: 1) { false } }
      #expect(other.ready?.reason == "PermissionMissing", "\(other.words)")
    }

    @Test func aMachineReadsItsTokensAtItsFirstStart() async throws {
      let backbone = try await SimulatedBackbone()
      let simulator = backbone.simulator
      let service = ServiceClient(
        endpoint: AWSEndpoint(service: "secretsmanager", region: "eu-west-1", override: simulator.url),
        credentials: try await Self.credentials(simulator),
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

    private static func credentials(_ simulator: CloudSimulator) async throws -> AWSCredentialSource {
      let keys = try await simulator.secret()
      return AWSCredentialSource(
        AWSCredentials(accessKeyID: keys["accessKeyId"] ?? "", secretAccessKey: keys["secretAccessKey"] ?? "")
      )
    }

    /// A machine's user data, which everybody who may describe instances can read.
    static func userData(of id: String, _ simulator: CloudSimulator) async throws -> String {
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
