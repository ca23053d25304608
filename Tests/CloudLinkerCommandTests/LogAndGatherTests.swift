import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

@Suite struct LogAndGatherTests {
  private func rig() -> CommandRig {
    var rig = CommandRig()
    rig.server.logs = [
      "gateway-a": "2026-11-26T10:00:00.1Z up\n2026-11-26T10:00:02.0Z probe failed\n",
      "gateway-b": "2026-11-26T10:00:01.0Z connecting\n",
    ]
    rig.memory.put(Objects.connection())
    for tunnel in ["a", "b"] {
      rig.memory.put(Objects.pod("gateway-\(tunnel)", labels: Objects.gatewayLabels(tunnel)))
    }
    return rig
  }

  @Test func logsOfAllGatewaysAreMergedByTime() async throws {
    #expect(
      try await rig().run("logs office").text == """
        2026-11-26T10:00:00.1Z [a] up
        2026-11-26T10:00:01.0Z [b] connecting
        2026-11-26T10:00:02.0Z [a] probe failed

        """
    )
  }

  @Test func oneTunnelAloneCanBeAskedFor() async throws {
    #expect(try await rig().run("logs vpnc/office --tunnel b").text == "2026-11-26T10:00:01.0Z [b] connecting\n")
  }

  /// A label holds 63 characters, and the operator cuts a longer name.
  @Test func aConnectionWithALongNameHasLogsToo() async throws {
    let name = String(repeating: "a", count: 64)
    var rig = rig()
    rig.memory.put(Objects.connection(name))
    rig.server.logs["long"] = "2026-11-26T10:00:00.1Z up\n"
    let key = ObjectKey(namespace: "production", name: name)
    var labels = GatewayLabels.connectionSelector(key)
    labels[GatewayLabels.tunnel] = "a"
    rig.memory.put(Objects.pod("long", labels: labels))
    #expect(try await rig.run("logs \(name)").text == "2026-11-26T10:00:00.1Z [a] up\n")
    #expect(try await rig.run("tree").text.contains("└── Pod cloudlinker-gateways/long  Ready"))
  }

  @Test func aConnectionWithoutPodsIsReported() async throws {
    await #expect(throws: KubernetesError(.notFound, "no pod runs for VPNConnection production/office for tunnel c")) {
      try await rig().run("logs office --tunnel c")
    }
  }

  /// A tenant's Secrets, what the operator makes of them, and every key that a test uses: none of it may be in the folder.
  @Test func whatIsGatheredHoldsNoContentOfSecrets() async throws {
    let rig = rig()
    for namespace in ["production", "cloudlinker-gateways", "cloudlinker-system"] {
      var secret = Secret(metadata: ObjectMeta(name: "office-vpn", namespace: namespace))
      secret.data = ["password": Data("pa55-of-\(namespace)".utf8).base64EncodedString()]
      rig.memory.put(secret)
    }
    let files = try await Gathering(session: rig.session("gather")).files()
    #expect(files["vpnconnections.json"]?.contains("\"office\"") == true)
    #expect(files["gateway-a.log"]?.contains("probe failed") == true)
    #expect(!rig.memory.calls.contains { $0.contains("Secret") })
    for (name, content) in files {
      #expect(!content.contains("pa55-of-"), "\(name) holds a password")
      #expect(!content.contains("cGE1NS1vZi"), "\(name) holds a password in Base64")
    }
  }

  @Test func whatMayNotBeReadIsReportedInItsFile() async throws {
    var rig = rig()
    rig.server.logs = [:]
    let files = try await Gathering(session: rig.session("gather")).files()
    #expect(files["gateway-a.log"] == "not read: pods/log is forbidden\n")
  }

  @Test func aFolderIsWrittenOnceAndNeverOver() async throws {
    let folder = "/tmp/cloudlinker-gather-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let outcome = try await rig().run("gather --folder \(folder)")
    #expect(outcome.text.hasPrefix("written: \(folder) ("))
    #expect(FileManager.default.fileExists(atPath: "\(folder)/doctor.json"))
    await #expect(throws: CommandLineError("\(folder) is there already")) {
      try await rig().run("gather --folder \(folder)")
    }
  }

  @Test func anUninstallNamesWhatOnlyTheOperatorCanTakeDown() async throws {
    let rig = CommandRig()
    #expect(try await rig.run("uninstall --check").exitCode == 0)
    var object = Objects.connection()
    object.metadata.finalizers = ["cloudlinker.dev/gateways"]
    rig.memory.put(object)
    let outcome = try await rig.run("uninstall --check")
    #expect(outcome.exitCode == 1)
    #expect(outcome.text.contains("VPNConnection production/office"))
  }
}
