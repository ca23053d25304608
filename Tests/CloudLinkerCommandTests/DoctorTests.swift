import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import CloudLinkerCommand

/// What `doctor` finds is broken here, one thing at a time.
@Suite struct DoctorTests {
  private static let operatorLabels = ["app.kubernetes.io/name": "cloudlinker-operator"]

  /// An installation that works.
  private func healthy() -> CommandRig {
    let rig = CommandRig()
    var lease = Lease(metadata: ObjectMeta(name: "cloudlinker-operator", namespace: "cloudlinker-system"))
    var spec = Lease.Spec()
    spec.holderIdentity = "cloudlinker-operator-7c_1f"
    spec.renewTime = MicroTimestamp(rig.time.timestamp)
    spec.leaseDurationSeconds = 15
    lease.spec = spec
    rig.memory.put(lease)
    rig.memory.put(Objects.pod("cloudlinker-operator-7c", in: "cloudlinker-system", labels: Self.operatorLabels))
    rig.memory.put(Objects.pod("gateway-a", labels: Objects.gatewayLabels("a")))
    rig.memory.put(namespace(level: "privileged"))
    rig.memory.put(Objects.connection())
    return rig
  }

  private func namespace(level: String?) -> Namespace {
    let labels = level.map { ["pod-security.kubernetes.io/enforce": $0] }
    return Namespace(metadata: ObjectMeta(name: "cloudlinker-gateways", labels: labels))
  }

  private func lines(_ rig: CommandRig, exitCode: Int32, _ grade: String) async throws -> [String] {
    let outcome = try await rig.run("doctor")
    #expect(outcome.exitCode == exitCode)
    return outcome.text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(grade) }
  }

  @Test func aSoundInstallationHasNoFindings() async throws {
    let outcome = try await healthy().run("doctor")
    #expect(outcome.exitCode == 0)
    #expect(outcome.text.split(separator: "\n").allSatisfy { $0.hasPrefix("ok") })
  }

  @Test func missingCRDs() async throws {
    var rig = healthy()
    rig.server.served = []
    let found = try await lines(rig, exitCode: 1, "fail")
    #expect(found == ["fail  CRDs: cloudlinker.dev/v1alpha1 is not served (none is): apply crds/"])
    rig.server.served = ["v1alpha1"]
    rig.server.unserved = ["Backbone"]
    #expect(try await lines(rig, exitCode: 1, "fail") == ["fail  CRDs: Backbone is not served: apply crds/"])
  }

  @Test func nobodyLeads() async throws {
    let rig = healthy()
    rig.time.advance(by: .seconds(90))
    #expect(try await lines(rig, exitCode: 1, "fail").first?.contains("last renewed the Lease 90 s ago") == true)
  }

  /// A tenant's wrong password, for example: the connection tells it, and the installation is sound.
  @Test func aGatewayThatRunsWithoutTrafficIsNoFault() async throws {
    let rig = healthy()
    var pod = Objects.pod("gateway-b", labels: Objects.gatewayLabels("b"), isReady: false)
    pod.status?.containerStatuses = [decoded(#"{"name": "gateway", "restartCount": 0, "state": {}}"#)]
    rig.memory.put(pod)
    let found = try await lines(rig, exitCode: 0, "warn")
    #expect(found == ["warn  gateways: 1 of 2 pods run and carry no traffic: their VPNConnections say why"])
    pod.status?.containerStatuses = [decoded(#"{"name": "gateway", "restartCount": 4, "state": {}}"#)]
    rig.memory.put(pod)
    #expect(try await lines(rig, exitCode: 1, "fail").first?.hasSuffix("not ready, 4 restarts: see its log") == true)
  }

  @Test func anOperatorWithoutItsImage() async throws {
    let rig = healthy()
    rig.memory.put(
      Objects.pod(
        "cloudlinker-operator-7c",
        in: "cloudlinker-system",
        labels: Self.operatorLabels,
        isReady: false,
        waiting: "ImagePullBackOff"
      )
    )
    #expect(try await lines(rig, exitCode: 1, "fail").first?.contains("image pull secret") == true)
  }

  @Test func aNamespaceThatForbidsGateways() async throws {
    let rig = healthy()
    rig.memory.put(namespace(level: "restricted"))
    #expect(try await lines(rig, exitCode: 1, "fail").first?.contains("set it to privileged") == true)
  }

  @Test func anObjectThatIsStuck() async throws {
    let rig = healthy()
    var object = Objects.connection("old")
    object.metadata.deletionTimestamp = rig.time.timestamp
    rig.memory.put(object)
    #expect(try await rig.run("doctor").exitCode == 0)
    rig.time.advance(by: .seconds(1200))
    #expect(
      try await lines(rig, exitCode: 1, "fail").contains {
        $0.contains("VPNConnection production/old: being deleted for 20 min")
      }
    )
  }

  @Test func anObjectThatTheOperatorDoesNotSee() async throws {
    let rig = healthy()
    var object = Objects.connection()
    object.metadata.generation = 2
    rig.memory.put(object)
    #expect(try await rig.run("doctor").exitCode == 0)
    rig.time.advance(by: .seconds(120))
    #expect(
      try await lines(rig, exitCode: 1, "fail").contains { $0.contains("does it watch this namespace?") }
    )
  }

  @Test func whatMayNotBeReadHidesNothingElse() async throws {
    let rig = healthy()
    rig.memory.put(namespace(level: "restricted"))
    rig.memory.setFault { call in
      call.hasPrefix("get Lease") ? KubernetesError(.forbidden, status: 403, "leases is forbidden") : nil
    }
    #expect(try await lines(rig, exitCode: 1, "warn") == ["warn  not checked: leases is forbidden"])
    #expect(try await lines(rig, exitCode: 1, "fail").count == 1)
  }
}
