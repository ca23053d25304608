import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

@Suite struct ObjectChangeTests {
  private static let key = ObjectKey(namespace: "production", name: "office")

  /// Plays the operator: it acts on each request before the command looks again.
  private func playOperator(_ rig: CommandRig, plan: [String] = []) {
    let memory = rig.memory
    memory.setFault { call in
      guard call.hasPrefix("get VPNConnection"), var object = memory.object(VPNConnection.self, Self.key) else {
        return nil
      }
      object.status?.lastHandledReconcileAt = object.metadata.annotations?[CloudLinker.Annotation.requestedAt]
      object.status?.observedGeneration = object.metadata.generation
      object.status?.plan = plan
      memory.put(object)
      return nil
    }
  }

  @Test func aReconcileEndsWhenTheOperatorHasLooked() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection())
    playOperator(rig)
    let outcome = try await rig.run("reconcile vpnc/office")
    #expect(outcome.text == "VPNConnection production/office: Ready=True, Connected: both tunnels are up\n")
    #expect(rig.told.withLock { $0 } == ["waiting for the operator to look at it (at most 60 s)"])
  }

  @Test func aPlanIsShownAndStaysUntilItIsEnded() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection())
    playOperator(rig, plan: ["create the Deployment of tunnel b"])
    let outcome = try await rig.run("plan VPNConnection/office")
    #expect(outcome.text.contains("  create the Deployment of tunnel b\n"))
    #expect(rig.memory.object(VPNConnection.self, Self.key)?.isPlanOnly == true)
    _ = try await rig.run("plan vpnc/office --end")
    #expect(rig.memory.object(VPNConnection.self, Self.key)?.isPlanOnly == false)
  }

  @Test func suspendAndResumeChangeOneField() async throws {
    let rig = CommandRig()
    rig.memory.put(Objects.connection())
    _ = try await rig.run("suspend vpnc/office")
    #expect(rig.memory.object(VPNConnection.self, Self.key)?.spec.suspend == true)
    _ = try await rig.run("resume vpnconnections/office")
    #expect(rig.memory.object(VPNConnection.self, Self.key)?.spec.suspend == nil)
  }

  @Test(arguments: [
    ("suspend office", "office is no KIND/NAME; say, for example, vpnc/office"),
    (
      "suspend svc/office",
      "there is no kind svc; there are: Backbone (bb), PrivateCluster (pcl), VPNConnection (vpnc), PortForward (pf)"
    ),
  ]) func whatIsNoObjectIsRefused(_ line: String, _ message: String) async {
    await #expect(throws: CommandLineError(message)) { try await CommandRig().run(line) }
  }

  @Test func anObjectThatIsMissingIsReported() async {
    await #expect(throws: KubernetesError.self) { try await CommandRig().run("reconcile bb/aws") }
  }
}
