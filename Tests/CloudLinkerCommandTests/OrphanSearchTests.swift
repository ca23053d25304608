import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

@Suite struct OrphanSearchTests {
  private func made(_ name: String, for owner: String, in namespace: String = "cloudlinker-gateways") -> ObjectMeta {
    let labels = [
      "app.kubernetes.io/managed-by": "cloudlinker-operator",
      "cloudlinker.dev/namespace": String(owner.split(separator: "/")[0]),
    ]
    return ObjectMeta(name: name, namespace: namespace, labels: labels, annotations: ["cloudlinker.dev/owner": owner])
  }

  private func rig(_ log: String = "") -> CommandRig {
    var rig = CommandRig()
    rig.server.logs = ["operator-7c": log]
    let labels = ["app.kubernetes.io/name": "cloudlinker-operator"]
    rig.memory.put(Objects.pod("operator-7c", in: "cloudlinker-system", labels: labels))
    rig.memory.put(Objects.connection())
    rig.memory.put(Service(metadata: made("office", for: "production/office")))
    return rig
  }

  @Test func whatHasItsConnectionIsNoOrphan() async throws {
    let outcome = try await rig().run("orphans")
    #expect(outcome.exitCode == 0)
    #expect(outcome.text.hasPrefix("nothing without an owner was found\n"))
    #expect(outcome.text.contains("not seen: objects at Twingate"))
  }

  @Test func whatWasMadeForAConnectionThatIsGoneIsListed() async throws {
    let rig = rig()
    rig.memory.put(Service(metadata: made("old", for: "production/old")))
    rig.memory.put(Secret(metadata: made("old-a", for: "production/old")))
    rig.memory.put(Secret(metadata: made("key", for: "production/old", in: "production")))
    rig.memory.put(Service(metadata: made("other", for: "staging/old")))
    let outcome = try await rig.run("orphans")
    #expect(outcome.exitCode == 1)
    let lines = outcome.text.split(separator: "\n").filter { $0.contains("made for") }
    #expect(
      lines == [
        "Service cloudlinker-gateways/old   made for VPNConnection production/old, which does not exist",
        "Secret cloudlinker-gateways/old-a  made for VPNConnection production/old, which does not exist",
        "Secret production/key              made for VPNConnection production/old, which does not exist",
      ]
    )
    #expect(try await rig.run("orphans -A").text.contains("Service cloudlinker-gateways/other"))
  }

  @Test func networksThatTheOperatorFoundAreListedUntilABackboneHasThem() async throws {
    let mark = "production/main/0f3c"
    let rig = rig(
      """
      2026-11-25T10:00:00.123456789Z 2026-11-25T10:00:00.1Z INFO found a network without a Backbone network=vpc-1 mark=\(mark)
      2026-11-26T10:00:00.123456789Z {"message":"found a network without a Backbone","network":"vpc-1","mark":"\(mark)"}
      2026-11-26T10:00:01.000000000Z 2026-11-26T10:00:01.0Z INFO found a network without a Backbone network=vpc-2 mark=test/x/1

      """
    )
    let outcome = try await rig.run("orphans")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.text.contains("network vpc-1, seen 2026-11-26T10:00:00Z  made for Backbone \(mark), which does not exist")
    )
    #expect(!outcome.text.contains("vpc-2"))
    #expect(try await rig.run("orphans -A").text.contains("vpc-2"))
    var backbone = Backbone(
      metadata: Objects.metadata("main"),
      spec: decoded(#"{"provider": "AWS", "region": "eu-central-1", "network": {"cidr": "10.10.0.0/16"}}"#)
    )
    backbone.metadata.annotations = [CloudLinker.Annotation.adopt: mark]
    rig.memory.put(backbone)
    #expect(try await rig.run("orphans").exitCode == 0)
  }

  @Test func whatMayNotBeReadIsNamed() async throws {
    let rig = rig()
    rig.memory.setFault { call in
      call.hasPrefix("list Secret") ? KubernetesError(.forbidden, status: 403, "secrets is forbidden") : nil
    }
    let text = try await rig.run("orphans").text
    #expect(text.contains("not seen: secrets in namespace cloudlinker-gateways: secrets is forbidden"))
    #expect(text.contains("not seen: secrets in namespace production: secrets is forbidden"))
  }

  /// Of Secrets only the metadata is asked for.
  @Test func programsGetJSON() async throws {
    let rig = rig()
    rig.memory.put(Service(metadata: made("old", for: "production/old")))
    let report = decoded(try await rig.run("orphans -o json").text, as: [String: JSONValue].self)
    #expect(
      report["orphans"]
        == [["what": "Service cloudlinker-gateways/old", "owner": "VPNConnection production/old"]]
    )
  }
}
