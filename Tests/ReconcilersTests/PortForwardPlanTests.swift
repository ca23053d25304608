import CloudLinkerAPI
import ControllerRuntime
import Foundations
import Gateway
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct PortForwardPlanTests {
  private func facts(_ reachability: GatewayStatus.Reachability? = .reachable) -> PortForwardFacts {
    var connection = Fixture.facts()
    connection = Fixture.settled(connection, after: GatewayPlan(connection))
    let loaded = reachability.map {
      GatewayStatus.Forward(
        owner: "production/hello",
        portName: "http",
        reachability: $0,
        since: Fixture.now,
        lastError: "refused"
      )
    }
    var facts = PortForwardFacts(forward: Fixture.forward(), connection: connection.connection, now: Fixture.now)
    facts.observations["a"] = Fixture.observation("a", connection, forwards: loaded.map { [$0] } ?? [])
    return facts
  }
  private func ready(_ facts: PortForwardFacts, age: Duration = .seconds(60)) -> Condition? {
    PortForwardPlan(facts, age: age).status?.conditions?.of(.ready)
  }

  @Test func aLoadedAndAnsweringForwardIsReady() {
    #expect(ready(facts())?.reason == "Forwarding")
    #expect(PortForwardPlan(facts(), age: .zero).status?.address == "vpn.production")
  }

  @Test func nothingIsWrittenWhileTheChangeIsOnItsWay() {
    let plan = PortForwardPlan(facts(nil), age: .seconds(1))
    #expect(plan.status == nil)
    #expect(plan.next == .requeue(after: .seconds(9)))
    #expect(ready(facts(nil))?.reason == "Progressing")
  }

  @Test func aDeadTargetIsNamedByItsPort() {
    #expect(ready(facts(.unreachable))?.reason == "TargetsUnreachable")
    #expect(ready(facts(.unreachable))?.message.contains("port http") == true)
  }

  @Test func aForwardInANamespaceOfTheOperatorIsRefused() {
    var facts = facts()
    facts.reservedNamespaces = ["production"]
    #expect(ready(facts)?.reason == "NamespaceRefused")
  }

  @Test func theReasonOfARefusalIsFirst() {
    var noConnection = facts()
    noConnection.connection = nil
    #expect(ready(noConnection)?.reason == "ConnectionNotFound")
    var suspended = facts()
    suspended.forward.spec.suspend = true
    #expect(ready(suspended)?.reason == "Suspended")
    var taken = facts()
    taken.forward = Fixture.forward("hello", created: 9)
    taken.rivals = [Fixture.forward("first")]
    #expect(ready(taken)?.reason == "PortConflict")
    #expect(ready(taken)?.message.contains("first") == true)
    var outside = facts()
    outside.forward.spec.ports[0].target.host = "8.8.8.8"
    #expect(ready(outside)?.reason == "TargetOutsideRemoteNetworks")
  }

  @Test func noConnectedTunnelIsTheConnectionsFault() {
    var facts = facts()
    facts.observations = [:]
    #expect(ready(facts)?.reason == "ConnectionNotReady")
  }

  @Test func whatMayComeInAMomentIsNoNews() {
    var connecting = facts()
    connecting.observations = [:]
    #expect(PortForwardPlan(connecting, age: .seconds(1)).status == nil)
    var absent = facts()
    absent.connection = nil
    #expect(PortForwardPlan(absent, age: .seconds(1)).status == nil)
    var failed = connecting
    failed.connection?.status = VPNConnectionStatus()
    failed.connection?.status?.conditions = [
      Condition(
        type: "Ready",
        status: "False",
        reason: "AuthenticationFailed",
        message: "why",
        lastTransitionTime: Fixture.now
      )
    ]
    let condition = PortForwardPlan(failed, age: .seconds(1)).status?.conditions?.of(.ready)
    #expect(condition?.message == "VPNConnection office has no connected tunnel: why")
  }
}
