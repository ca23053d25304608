import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

@Suite struct EnvironmentTests {
  @Test func oneScreenSaysWhatIsReadyAndWhatToDoNext() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection())
    rig.memory.put(Objects.forward(ready: "False"))
    let outcome = try await rig.run("status")
    #expect(
      outcome.text == """
        production   1 of 2 ready
          VPNConnection  office  True   Connected           OpenVPN, tunnels 1/1
          PortForward    erp     False  TargetsUnreachable  vpn.production: 33000 -> 192.168.100.30:8080
        next: PortForward erp: 192.168.100.30:8080 does not answer: is the service running?

        """
    )
    #expect(outcome.exitCode == 1)
  }

  @Test func anEnvironmentThatIsReadyEndsWellAndAsksForNothing() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection())
    let outcome = try await rig.run("status")
    #expect(outcome.exitCode == 0)
    #expect(!outcome.text.contains("next:"))
  }

  @Test func whatSomebodySuspendedIsNoFault() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection(ready: "False", reason: "Suspended", message: "spec.suspend is true"))
    #expect(try await rig.run("status").exitCode == 0)
  }

  @Test func everyTroubleIsNamedAndWhatSomebodySuspendedIsNot() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection("aside", ready: "False", reason: "Suspended", message: "spec.suspend is true"))
    rig.memory.put(Objects.connection(ready: "False", reason: "AuthenticationFailed", message: "correct the password"))
    rig.memory.put(Objects.forward("a-consequence", ready: "False", reason: "ConnectionNotReady"))
    for number in 1...6 { rig.memory.put(Objects.forward("erp-\(number)", ready: "False")) }
    let lines = try await rig.run("status").text.split(separator: "\n").suffix(6)
    #expect(lines.first == "next: VPNConnection office: correct the password")
    #expect(lines.dropFirst().first?.hasPrefix("next: PortForward erp-1: ") == true)
    #expect(!lines.joined(separator: "\n").contains("a-consequence"))
    #expect(lines.last == "and 3 more: kubectl cloudlinker doctor -n production")
  }

  @Test func anObjectThatNobodyLookedAtIsPending() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection(ready: nil))
    let outcome = try await rig.run("status")
    #expect(outcome.text.contains("Unknown  Pending"))
    #expect(outcome.exitCode == 1)
  }

  @Test func anEmptyNamespaceIsNamed() async throws {
    #expect(try await CommandRig().run("status -n staging").text == "nothing of cloudlinker.dev in namespace staging\n")
  }

  @Test func programsGetJSON() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection())
    let text = try await rig.run("status -o json").text
    let rows = decoded(text, as: [String: [[String: JSONValue]]].self)["rows"]
    #expect(rows?.first?["name"] == "office")
    #expect(rows?.first?["ready"] == "True")
  }

  @Test func theTreeHoldsForwardsAndPodsUnderTheirConnection() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection())
    rig.memory.put(Objects.forward())
    rig.memory.put(Objects.forward("stray", of: "gone"))
    rig.memory.put(Objects.pod("gateway-a", labels: Objects.gatewayLabels("a")))
    let lines = try await rig.run("tree").text.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("VPNConnection production/office"))
    #expect(lines[1].hasPrefix("├── PortForward production/erp"))
    #expect(lines[2].hasPrefix("└── Pod cloudlinker-gateways/gateway-a  Ready"))
    #expect(lines[3].hasSuffix("(its connection does not exist)"))
  }
}
