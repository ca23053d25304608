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

@testable import CloudConnectors
@testable import Reconcilers

extension TwingateLifecycleTests {
  /// Tests that only machines in Google Cloud need.
  @Suite(.enabled(if: SimulatedBackbone.gcp != nil, "needs the simulator of Google Cloud"))
  struct GoogleMachineTests {
    @Test func theBackboneLeavesTheRulesOfItsConnectorsAlone() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await MachineRig.settled(backbone)
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

    @Test func theShippedRightsAreWhatIsUsed() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let sent = try await backbone.simulator.exchanges().count
      let world = try await MachineRig.settled(backbone)
      world.changeSpec { $0.connectors?.logLevel = 7 }
      #expect(try await world.isReplaced(Set(try await world.machines().keys)), "\(world.words)")
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      let called = Set(try await backbone.simulator.operations(after: sent).map(Self.permission))
      let (own, network) = (try Self.granted("gcp-connectors-role.yaml"), try Self.granted("gcp-role.yaml"))
      #expect(called.subtracting(own).subtracting(network).sorted() == [])
      // Compute Engine demands these, too, when a machine is made.
      let silent: Set = [
        "compute.disks.create", "compute.instances.setLabels", "compute.instances.setMetadata",
        "compute.instances.setServiceAccount", "iam.serviceAccounts.actAs",
      ]
      #expect(own.subtracting(called).subtracting(silent).sorted() == [])
      #expect(own.isDisjoint(with: network), "a Backbone alone needs none of them")
    }

    /// The service accounts of the machines that run.
    private static func accounts(_ world: TwingateWorld) async throws -> [String] {
      try await world.machines().values.compactMap { account(of: $0) }.sorted()
    }

    private static func account(of machine: [String: JSONValue]) -> String? {
      guard case .array(let accounts)? = machine["serviceAccounts"] else { return nil }
      return accounts.first?["email"]?.text
    }

    /// In earlier versions all machines of a connection had one account. An upgrade gives each connector another key, as a change
    /// of its settings does here.
    @Test func machinesThatShareAnAccountAreReplacedByOthersWithTheirOwn() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await MachineRig.settled(backbone)
      let own = try await Self.accounts(world)
      #expect(Set(own).count == 2)
      let shared = try #require(own.first).replacing("-1@", with: "@")
      try await backbone.simulator.control("POST", "machines", ["share": .string(shared)])
      #expect(try await Self.accounts(world) == [shared, shared])
      let before = Set(try await world.machines().keys)
      world.changeSpec(MachineRig.google.change)
      #expect(try await world.isReplaced(before), "\(world.words)")
      let isTidy = try await world.reconcile {
        let counts = try await backbone.simulator.counts()
        return world.isSettled && MachineRig.google.hasAll(counts, beside: backbone.empty)
      }
      #expect(isTidy, "the shared account goes with the last machine that has it: \(world.words)")
      #expect(try await Self.accounts(world) == own)
      let objects = try await backbone.simulator.objects()
      #expect(!objects.keys.contains { $0.hasSuffix("/serviceAccounts/\(shared)") })
      for direction in ["in", "out"] {
        let rule = objects.first { $0.key.hasSuffix("-connectors-\(direction)") }?.value
        #expect(rule?["targetServiceAccounts"] == JSONValue.array(own.map { JSONValue.string($0) }))
      }
    }

    private static func granted(_ file: String) throws -> Set<String> {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "manifests/permissions")
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

    @Test func aMachineReadsItsOwnTokensAtItsStart() async throws {
      let backbone = try await SimulatedBackbone(on: .gcp)
      let world = try await MachineRig.settled(backbone)
      let objects = try await backbone.simulator.objects()
      let path = try #require(objects.keys.sorted().first { $0.contains("/secrets/") })
      let key = try #require(objects[path]?["labels"]?["cloudlinker-connector"]?.text)
      let machines = try await world.machines().values
      let own = machines.filter { $0["labels"]?["cloudlinker-connector"]?.text == key }.compactMap(Self.account)
      let others = machines.compactMap(Self.account).filter { !own.contains($0) }
      #expect(own.count == 1 && others.count == 1)
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
      // Stand-ins for the machine's programs.
      for program in ["docker", "iptables"] {
        let text = "#!/bin/bash\necho \"\(program) $*\" >>\(folder.path)/log\n[ \"$1\" != -C ]\n"
        try text.write(to: folder.appending(path: program), atomically: true, encoding: .utf8)
      }
      func use(_ accounts: [String]) async throws {
        try await backbone.simulator.set(["machineAccount": .string(accounts.first ?? "")])
      }
      let run = "chmod +x \"$1/docker\" \"$1/iptables\"; PATH=$1:$PATH no_proxy=* exec bash \"$1/start\""
      try await use(others)
      let stranger = Shell.run(run, [folder.path])
      #expect(stranger.exitCode != 0 && stranger.output.contains("403"), "\(stranger.output)")
      try? FileManager.default.removeItem(at: folder.appending(path: "log"))
      try await use(own)
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
