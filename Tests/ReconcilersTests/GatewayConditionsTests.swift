import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Gateway
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct GatewayConditionsTests {
  private func settled() -> GatewayFacts {
    let facts = Fixture.facts()
    return Fixture.settled(facts, after: GatewayPlan(facts))
  }

  @Test(arguments: [
    ([GatewayStatus.TunnelState.connected, .connected], "True", "Connected", "2/2"),
    ([.connected, .failed], "True", "Degraded", "1/2"),
    ([.connecting, .connecting], "False", "Connecting", "0/2"),
  ])
  func readySumsUpTheTunnels(states: [GatewayStatus.TunnelState], ready: String, reason: String, count: String) {
    var facts = settled()
    for (tunnel, state) in zip(["a", "b"], states) {
      facts.observations[tunnel] = Fixture.observation(tunnel, facts, state: state)
    }
    let status = GatewayPlan(facts).status
    #expect(status.conditions?.of(.ready)?.status == ready)
    #expect(status.conditions?.of(.ready)?.reason == reason)
    #expect(status.tunnelsReady == count)
  }

  @Test func oneCauseOfAllIsTheReason() {
    var facts = settled()
    for tunnel in ["a", "b"] {
      facts.observations[tunnel] = Fixture.observation(
        tunnel,
        facts,
        state: .failed,
        failure: .authenticationFailed,
        error: "the server refused the password"
      )
    }
    let ready = GatewayPlan(facts).status.conditions?.of(.ready)
    #expect(ready?.reason == "AuthenticationFailed")
    #expect(ready?.message.contains("refused the password") == true)
  }

  @Test func aMissingSecretIsNamedAndNothingIsMade() {
    var facts = Fixture.facts()
    facts.credentials = Credentials(secrets: [:])
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    #expect(plan.status.conditions?.of(.ready)?.reason == "SecretNotFound")
    #expect(plan.status.conditions?.of(.ready)?.message.contains("office-vpn") == true)
  }

  @Test func aMissingKeyIsNamed() {
    var facts = Fixture.facts()
    facts.credentials = Credentials(secrets: ["office-vpn": ["username": [1], "ca.crt": [1]]])
    let ready = GatewayPlan(facts).status.conditions?.of(.ready)
    #expect(ready?.reason == "SecretKeyMissing")
    #expect(ready?.message.contains("\"password\"") == true)
  }

  @Test func theOlderConnectionKeepsTheServiceName() {
    var facts = Fixture.facts(Fixture.connection(created: 10))
    facts.rivals = [Fixture.connection(name: "old", created: 0)]
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    #expect(plan.status.conditions?.of(.accepted)?.reason == "ServiceNameConflict")
    facts.rivals = [Fixture.connection(name: "young", created: 20)]
    #expect(GatewayPlan(facts).status.conditions?.of(.accepted)?.status == "True")
  }

  @Test func aForeignServiceIsNeverTakenOver() {
    var facts = Fixture.facts()
    facts.alias = Service(
      metadata: ObjectMeta(name: "vpn", namespace: "production"),
      spec: Service.Spec(type: "ClusterIP")
    )
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    #expect(plan.status.conditions?.of(.ready)?.reason == "ServiceNotOwned")
  }

  @Test(arguments: ["cloudlinker-gateways", "cloudlinker-system"])
  func aConnectionInANamespaceOfTheOperatorIsRefused(namespace: String) {
    var facts = Fixture.facts()
    facts.connection.metadata.namespace = namespace
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    #expect(plan.status.conditions?.of(.accepted)?.reason == "NamespaceRefused")
    #expect(plan.status.conditions?.of(.ready)?.message.contains(namespace) == true)
  }

  @Test func transitionTimesMoveWithTheStatusOnly() throws {
    var facts = settled()
    facts.observations["a"] = Fixture.observation("a", facts)
    facts.connection.status = GatewayPlan(facts).status
    facts.now = facts.now.advanced(by: .seconds(60))
    facts.observations["b"] = Fixture.observation("b", facts)
    let conditions = try #require(GatewayPlan(facts).status.conditions)
    #expect(conditions.of(.ready)?.lastTransitionTime == Fixture.now)
    #expect(conditions.of(.tunnelsReady)?.lastTransitionTime == facts.now)
  }

  @Test func aPodThatCannotBeScheduledSaysWhy() {
    var facts = settled()
    for index in facts.live.pods.indices {
      facts.live.pods[index].status = Pod.Status(
        phase: "Pending",
        conditions: [
          Pod.PodCondition(type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/2 nodes")
        ]
      )
    }
    let ready = GatewayPlan(facts).status.conditions?.of(.ready)
    #expect(ready?.reason == "GatewayUnschedulable")
    #expect(ready?.message.contains("0/2 nodes") == true)
  }

  @Test(arguments: [
    (
      #"{"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"gateway:2\""}}"#,
      "GatewayImageUnavailable",
      #"ImagePullBackOff: Back-off pulling image "gateway:2"; check the image's name, and whether"#
    ),
    (
      #"{"terminated": {"reason": "OOMKilled", "exitCode": 137}}"#, "GatewayUnavailable",
      "ended (OOMKilled, exit code 137): its log says why"
    ),
  ]) func aContainerThatDoesNotRunSaysWhyAndWhatToDo(_ state: String, _ reason: String, _ words: String) throws {
    var facts = settled()
    // Such a pod has an address, and nobody answers there.
    for tunnel in facts.observations.keys {
      facts.observations[tunnel]?.status = nil
      facts.observations[tunnel]?.problem = "connection refused"
      facts.observations[tunnel]?.listeningSince = facts.now.advanced(by: .seconds(-600))
    }
    let json = #"[{"name": "gateway", "state": \#(state)}]"#
    let containers = try JSONDecoder().decode([Pod.ContainerStatus].self, from: Data(json.utf8))
    for index in facts.live.pods.indices {
      var status = Pod.Status(phase: "Running")
      status.containerStatuses = containers
      facts.live.pods[index].status = status
    }
    let ready = try #require(GatewayPlan(facts).status.conditions?.of(.ready))
    #expect(ready.reason == reason)
    #expect(ready.message.contains(words))
  }

  /// A quota of the namespace, for example: without this the tunnel would be "connecting" for ever.
  @Test func aPodThatCannotBeMadeSaysWhy() {
    var facts = settled()
    facts.live.pods = []
    for index in facts.live.deployments.indices {
      var status = Deployment.Status()
      status.conditions = [
        .init(type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota: gateways")
      ]
      facts.live.deployments[index].status = status
    }
    let status = GatewayPlan(facts).status
    #expect(status.conditions?.of(.ready)?.reason == "GatewayUnavailable")
    #expect(status.conditions?.of(.ready)?.message.contains("exceeded quota: gateways") == true)
    #expect(status.tunnels?.map(\.state) == [.failed, .failed])
  }
}
