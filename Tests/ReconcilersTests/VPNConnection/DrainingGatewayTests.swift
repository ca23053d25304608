import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Gateway
import Kubernetes
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

@Suite struct DrainingGatewayTests {
  static let until = Fixture.now.advanced(by: .seconds(300))

  private func settled(_ tunnels: [String] = ["a", "b"]) -> GatewayFacts {
    let facts = Fixture.facts(Fixture.connection(tunnels: tunnels))
    var settled = Fixture.settled(facts, after: GatewayPlan(facts))
    for tunnel in tunnels { settled.observations[tunnel] = Fixture.observation(tunnel, settled) }
    return settled
  }

  private func setReady(_ pod: inout Pod) {
    pod.status?.conditions = [Pod.PodCondition(type: "Ready", status: "True")]
  }

  /// The pod of tunnel a is on its way out, with two connections, and there is no other yet.
  private func draining(_ tunnels: [String]) throws -> GatewayFacts {
    var facts = settled(tunnels)
    let index = try #require(facts.live.pods.firstIndex { $0.metadata.labels?[GatewayLabels.tunnel] == "a" })
    var observation = try #require(facts.observations["a"])
    facts.observations["a"] = nil
    facts.live.pods[index].metadata.deletionTimestamp = Fixture.now
    observation.pod.isEnding = true
    observation.status?.drain = GatewayStatus.Drain(until: Self.until, connections: 2)
    facts.draining = [observation]
    return facts
  }

  private func ready(_ status: VPNConnectionStatus) -> Condition? { status.conditions?.of(.ready) }

  @Test func theSuccessorStartsWhileThePredecessorHasTimeToDrain() throws {
    var connection = Fixture.connection()
    func deployment() throws -> Deployment {
      let plan = GatewayPlan(Fixture.facts(connection))
      let deployments = plan.actions.compactMap { if case .applyDeployment(let found) = $0 { found } else { nil } }
      return try #require(deployments.first)
    }
    let spec = try #require(try deployment().spec)
    #expect(spec.strategy?.rollingUpdate == Deployment.RollingUpdate(maxSurge: 1, maxUnavailable: 1))
    // The successor connects when its predecessor has ended.
    #expect(spec.progressDeadlineSeconds == 420)
    #expect(spec.template.spec.terminationGracePeriodSeconds == 310)
    let variables = spec.template.spec.containers[0].env ?? []
    #expect(variables.first { $0.name == "DRAIN_SECONDS" }?.value == "300")
    connection.spec.gateway = GatewaySpec()
    connection.spec.gateway?.drainSeconds = 0
    #expect(try deployment().spec?.template.spec.terminationGracePeriodSeconds == 10)
    connection.spec.tunnels.removeLast()
    let alone = Deployment.RollingUpdate(maxSurge: 1, maxUnavailable: 0)
    #expect(try deployment().spec?.strategy?.rollingUpdate == alone, "nobody else serves meanwhile")
  }

  @Test func whileASiblingServesTheConnectionIsReadyAndSaysWhatDrains() throws {
    let status = GatewayPlan(try draining(["a", "b"])).status
    #expect(status.tunnels?.first?.state == .draining)
    let pod = try #require(status.tunnels?.first?.draining?.first)
    #expect(pod == VPNConnectionStatus.DrainingGateway(gateway: pod.gateway, connections: 2, until: Self.until))
    #expect(ready(status)?.status == "True" && ready(status)?.reason == "Degraded")
    let words =
      "gateway pod \(pod.gateway) of tunnel a drains: it keeps 2 established connections until \(Self.until) at the "
    #expect(ready(status)?.message.contains(words) == true, "\(ready(status)?.message ?? "")")
  }

  @Test func aLoneGatewayThatDrainsIsNamedAsTheReason() throws {
    let status = GatewayPlan(try draining(["a"])).status
    #expect(ready(status)?.status == "False" && ready(status)?.reason == "Draining")
    #expect(status.conditions?.of(.reconciling)?.status == "True")
  }

  @Test func aSuccessorThatIsNotReadyDoesNotCountYet() throws {
    var facts = settled()
    let index = try #require(facts.live.pods.firstIndex { $0.metadata.labels?[GatewayLabels.tunnel] == "a" })
    setReady(&facts.live.pods[index])
    let old = facts.live.pods[index]
    var new = old
    new.metadata.name = "successor"
    new.metadata.uid = "successor"
    new.metadata.creationTimestamp = Fixture.now
    new.status?.conditions = nil
    facts.live.pods.append(new)
    let status = GatewayPlan(facts).status
    #expect(status.tunnels?.first?.gateway == old.key.name && status.tunnels?.first?.state == .connected)
    #expect(status.notices?.contains { $0.hasPrefix("tunnel a: its gateway is to be replaced") } == true)
    setReady(&new)
    facts.live.pods[facts.live.pods.count - 1] = new
    #expect(facts.live.pod(tunnel: "a")?.key.name == "successor" && facts.live.successor(tunnel: "a") == nil)
  }

  @Test func theSegmentSizeOfEachTunnelIsShown() {
    var facts = settled()
    facts.observations["a"]?.status?.tunnel.maximumSegmentSize = 1358
    #expect(GatewayPlan(facts).status.tunnels?.map(\.maximumSegmentSize) == [1358, nil])
  }

  @Test func whatIsSetForTheConnectionGoesToItsGateways() throws {
    var facts = settled()
    func configuration() throws -> GatewayConfiguration {
      let content = GatewayContent(
        connection: facts.connection,
        credentials: facts.credentials,
        forwards: facts.forwards,
        siblings: nil
      )
      let secret = try content.secret(facts.connection.spec.tunnels[0])
      let file = try #require(secret.data["gateway.json"].flatMap { Data(base64Encoded: $0) })
      return try JSONDecoder().decode(GatewayConfiguration.self, from: file)
    }
    #expect(try configuration().maximumSegmentSize == 1360 && configuration().isSegmentSizeFixed == nil)
    facts.connection.spec.gateway = GatewaySpec()
    facts.connection.spec.gateway?.maximumSegmentSize = 1200
    #expect(try configuration().maximumSegmentSize == 1200 && configuration().isSegmentSizeFixed == true)
  }

  // MARK: Suspended and deleted connections

  private func pod(disconnected seconds: Int?, isReady: Bool = true) -> Pod {
    var pod = Pod(metadata: ObjectMeta(name: "pod", namespace: "gateways"))
    pod.metadata.uid = "uid"
    pod.status = Pod.Status(phase: "Running", podIP: "10.0.0.1")
    if isReady { setReady(&pod) }
    if let seconds {
      let since = Fixture.now.advanced(by: .seconds(-seconds))
      pod.metadata.annotations = [GatewayLabels.disconnect: since.description]
    }
    return pod
  }

  @Test func aReadyGatewayHasNoticeBeforeItIsEnded() {
    func wait(_ pod: Pod) -> Duration? { Disconnection([pod], now: Fixture.now).wait }
    #expect(wait(pod(disconnected: nil)) == .seconds(3))
    #expect(wait(pod(disconnected: 1)) == .seconds(2))
    #expect(wait(pod(disconnected: 3)) == nil)
    #expect(wait(pod(disconnected: nil, isReady: false)) == nil)
    var ending = pod(disconnected: nil)
    ending.metadata.deletionTimestamp = Fixture.now
    #expect(wait(ending) == nil)
    let key = ObjectKey(namespace: "gateways", name: "pod")
    #expect(
      Disconnection([pod(disconnected: nil)], now: Fixture.now).actions == [
        .disconnect(pod: key, uid: "uid", at: Fixture.now)
      ]
    )
    #expect(Disconnection([pod(disconnected: 1)], now: Fixture.now).actions == [])
  }

  @Test func aSuspendedConnectionEndsItsGatewaysAfterTheNotice() {
    var facts = settled()
    for index in facts.live.pods.indices { setReady(&facts.live.pods[index]) }
    facts.connection.spec.suspend = true
    let first = GatewayPlan(facts)
    #expect(first.actions.map(\.kind) == ["disconnect", "disconnect"])
    #expect(first.requeueAfter == Disconnection.notice)
    for index in facts.live.pods.indices {
      facts.live.pods[index].metadata.annotations = [GatewayLabels.disconnect: Fixture.now.description]
    }
    facts.now = Fixture.now.advanced(by: .seconds(3))
    #expect(GatewayPlan(facts).actions.map(\.kind) == ["deployment", "deployment"])
  }

  @Test func aConnectionThatIsResumedInTimeTakesTheNoticeBack() {
    var facts = settled()
    for index in facts.live.pods.indices {
      facts.live.pods[index].metadata.annotations = [GatewayLabels.disconnect: Fixture.now.description]
    }
    for tunnel in ["a", "b"] { facts.observations[tunnel]?.status?.revision = "any" }
    #expect(GatewayPlan(facts).actions.map(\.kind) == ["refresh", "refresh"])
  }

  @Test func aDeletedConnectionNotifiesItsGatewaysFirst() {
    var live = settled().live
    for index in live.pods.indices { setReady(&live.pods[index]) }
    let first = GatewayTeardown(live: live, aliases: [], now: Fixture.now)
    #expect(first.actions.map(\.kind) == ["disconnect", "disconnect"] && first.requeueAfter == .seconds(3))
    for index in live.pods.indices {
      live.pods[index].metadata.annotations = [GatewayLabels.disconnect: Fixture.now.description]
    }
    let second = GatewayTeardown(live: live, aliases: [], now: Fixture.now.advanced(by: .seconds(3)))
    #expect(second.requeueAfter == nil && !second.actions.isEmpty)
  }
}
