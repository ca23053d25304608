import CloudLinkerAPI
import ControllerRuntime
import FoundationEssentials
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import Reconcilers

extension TwingateLifecycleTests {
  /// Connectors as machines in a Backbone, against the simulators of Twingate and of each cloud.
  @Suite(.enabled(if: !MachineRig.all.isEmpty, "needs the simulators of the clouds"))
  struct MachineTests {
    @Test(arguments: MachineRig.all)
    func machinesAreMadeServeAndAreDeleted(rig: MachineRig) async throws {
      let backbone = try await rig.backbone()
      let world = try await MachineRig.world(backbone)
      let empty = try await world.counts()
      try #require(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
      let machines = try await world.machines()
      #expect(machines.count == 2)
      #expect(world.server.objects(Deployment.self).isEmpty)
      let connectors = try #require(world.status?.connectors)
      #expect(Set(connectors.compactMap(\.host)) == Set(machines.keys))
      #expect(Set(connectors.compactMap(\.zone)) == rig.zones)
      #expect(try await world.objects("RemoteNetwork").values.map { $0["location"]?.text } == [rig.location])
      #expect(connectors.allSatisfy { $0.name.utf8.count <= 30 })
      let made = try await backbone.simulator.counts()
      #expect(rig.hasAll(made, beside: backbone.empty), "\(made)")

      // At rest the operator sends the cloud nothing, and every ten minutes it checks everything.
      let sent = try await backbone.simulator.exchanges().count
      for _ in 0..<8 {
        world.time.advance(by: .seconds(60))
        try await world.beat()
        try await world.reconcile()
      }
      #expect(try await backbone.simulator.exchanges().count == sent)
      world.time.advance(by: .seconds(90))
      try await world.beat()
      try await world.reconcile()
      let look = try await backbone.simulator.operations(after: sent)
      #expect(look.count <= rig.mostReads && !look.isEmpty, "\(look)")

      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      #expect(try await world.counts() == empty)
      #expect(try await backbone.simulator.counts() == backbone.empty)
      #expect(world.server.gatewayObjects == [])
      let found = try await rig.mistakes()
      #expect(found.isEmpty, "\(found)")
    }

    @Test(arguments: MachineRig.all)
    func aChangedMachineIsReplacedByANewConnectorOneSeatAtATime(rig: MachineRig) async throws {
      let backbone = try await rig.backbone()
      let world = try await MachineRig.settled(backbone)
      let before = Set(try await world.machines().keys)
      world.changeSpec(rig.change)
      #expect(try await world.isReplaced(before), "\(world.words)")
      #expect(try await world.reconcile { world.isSettled && world.status?.connectors?.count == 2 }, "\(world.words)")
      #expect(try await world.objects("Connector").count == 2)
      let isTidy = try await world.reconcile {
        let counts = try await backbone.simulator.counts()
        return rig.hasAll(counts, beside: backbone.empty)
      }
      #expect(isTidy, "what the old connectors had goes once their machines are gone")
    }

    @Test(arguments: MachineRig.all.flatMap { rig in rig.losses.map { (rig, $0) } })
    func aMachineThatSomebodyTakesAwayIsMadeAgain(rig: MachineRig, verb: String) async throws {
      let world = try await rig.settled()
      let first = try #require(world.status?.connectors?.first)
      let host = try #require(first.host)
      let before = try await world.machines()[host]
      try await world.cloud?.control("POST", "machines", [verb: .string(host)])
      #expect(try await world.machines()[host] == nil)
      world.time.advance(by: .seconds(300))
      let isBack = try await world.reconcile(atMost: 60) {
        let machines = try await world.machines()
        let machine = world.status?.connectors?.first?.host.flatMap { machines[$0] }
        return world.isSettled && machines.count == 2 && machine != nil && machine != before
      }
      #expect(isBack, "\(world.words)")
      #expect(world.status?.connectors?.first?.id == first.id, "the same connector, with the tokens that it had")
      #expect(try await world.machines().count == 2)
    }

    @Test(arguments: MachineRig.all)
    func suspendedConnectorsStopAndComeBackAsTheyWere(rig: MachineRig) async throws {
      let world = try await rig.settled()
      let ids = world.status?.connectors?.map(\.id)
      world.change { $0.spec.suspend = true }
      #expect(try await world.reconcile { try await world.machines().isEmpty }, "\(world.words)")
      #expect(try await world.reconcile { world.ready?.reason == "Suspended" }, "\(world.words)")
      #expect(try await world.objects("Connector").count == 2)
      world.change { $0.spec.suspend = false }
      #expect(try await world.reconcile(atMost: 60) { world.isSettled }, "\(world.words)")
      #expect(world.status?.connectors?.map(\.id) == ids)
    }

    @Test(arguments: MachineRig.all)
    func newTokensMeanNewConnectorsOneSeatAtATime(rig: MachineRig) async throws {
      let world = try await rig.settled()
      let (before, ids) = (Set(try await world.machines().keys), Set(world.status?.connectors?.compactMap(\.id) ?? []))
      world.annotate(CloudLinker.Annotation.rotateTokens, "today")
      #expect(try await world.isReplaced(before), "\(world.words)")
      let after = Set(world.status?.connectors?.compactMap(\.id) ?? [])
      #expect(after.count == 2 && after.isDisjoint(with: ids))
      #expect(try await world.reconcile { try await world.rotated(to: "today") }, "the Secrets of the old ones go, too")
      let settled = Set(try await world.machines().keys)
      world.time.advance(by: .seconds(700))
      try await world.beat()
      _ = try await world.reconcile(atMost: 5) { false }
      #expect(Set(try await world.machines().keys) == settled, "once is enough")
    }

    @Test(arguments: MachineRig.all.filter { $0.provider != .aws })
    func oldMachinesTakeTheirImagesAgainOneSeatAtATime(rig: MachineRig) async throws {
      let world = try await rig.settled()
      let before = Set(try await world.machines().keys)
      world.time.advance(by: .seconds(8 * 86_400))
      try await world.beat()
      #expect(try await world.isReplaced(before), "\(world.words)")
    }

    @Test(arguments: MachineRig.all)
    func whatTheCloudRefusesIsReported(rig: MachineRig) async throws {
      let backbone = try await rig.backbone()
      let world = try await MachineRig.world(backbone)
      let refusal: [String: JSONValue] = [
        "status": 403, "code": .string(rig.refusal.code), "message": .string(rig.refusal.message),
      ]
      try await backbone.simulator.meet(refusal, .string(rig.refusal.operation), times: 1000)
      #expect(try await world.reconcile(atMost: 40) { world.ready?.reason == "PermissionMissing" }, "\(world.words)")
      #expect(world.ready?.message.contains(rig.refusal.words) == true, "\(world.words)")
      try await backbone.simulator.calm()
      world.time.advance(by: .seconds(90))
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
    }

    /// In AWS a call that was accepted fails in another way: the instance is terminated at once, and made again.
    @Test(arguments: MachineRig.all.filter { $0.failure != nil })
    func aCreationThatFailsAfterItWasAcceptedIsReportedAndTriedAgain(rig: MachineRig) async throws {
      let backbone = try await rig.backbone()
      let world = try await MachineRig.world(backbone)
      let (call, code) = try #require(rig.failure)
      let failure: [String: JSONValue] = ["fails": ["code": .string(code), "message": "none is left"]]
      try await backbone.simulator.meet(failure, .string(call), times: 1000)
      #expect(try await world.reconcile(atMost: 60) { world.ready?.reason == "QuotaExceeded" }, "\(world.words)")
      #expect(world.ready?.message.contains("none is left") == true, "\(world.words)")
      try await backbone.simulator.calm()
      world.time.advance(by: .seconds(90))
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
      #expect(try await world.machines().count == 2)
    }

    @Test(arguments: MachineRig.all)
    func whatIsNotShownAtOnceIsNoTroubleAndNotMadeTwice(rig: MachineRig) async throws {
      let backbone = try await rig.backbone()
      try await backbone.simulator.set(.object(rig.slow))
      let world = try await MachineRig.world(backbone)
      var reasons: Set<String> = []
      let isSettled = try await world.reconcile(atMost: 150) {
        reasons.insert(world.ready?.reason ?? "")
        return world.isSettled
      }
      #expect(isSettled, "\(world.words)")
      #expect(reasons.isDisjoint(with: ["CloudRefused", "CloudError", "PermissionMissing"]), "\(reasons)")
      #expect(try await world.machines().count == 2)
      try await backbone.simulator.set(["consistencyReads": 0])
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      #expect(try await backbone.simulator.counts() == backbone.empty)
    }

    @Test(arguments: MachineRig.all)
    func optionsOfAnotherCloudAreRefused(rig: MachineRig) async throws {
      let isAWS = rig.provider == .aws
      let world = try await MachineRig.world(try await rig.backbone()) { spec in
        spec.connectors?.aws = isAWS ? nil : .init(instanceType: "t3a.micro")
        spec.connectors?.gcp = isAWS ? .init(machineType: "e2-small") : nil
      }
      try await world.reconcile()
      let other = isAWS ? "connectors.gcp is for machines in GCP" : "connectors.aws is for machines in AWS"
      let words = "Backbone \"net\" is of provider \(rig.provider), and spec.twingate.\(other): take it out"
      #expect(world.ready?.message.hasSuffix(words) == true, "\(world.words)")
    }

    @Test(arguments: MachineRig.all, [FaultTransport.Fault.drop(), .loseAnswer])
    func aCrashAtAnyRequestLeavesNothingTwice(rig: MachineRig, fault: FaultTransport.Fault) async throws {
      let backbone = try await rig.backbone()
      let whole = try await MachineRig.settled(backbone)
      whole.delete()
      try #require(try await whole.reconcile(atMost: 100) { whole.isGone }, "\(whole.words)")
      let count = whole.faults.requestCount
      // Each history takes some seconds.
      let step = BackboneLifecycleTests.isLong ? 1 : max(9, count / 2)
      for number in stride(from: fault == .loseAnswer ? 5 : 1, through: count, by: step) {
        let world = try await MachineRig.world(backbone)
        let empty = try await world.counts()
        let place: Comment = "\(fault) at request \(number) of \(count)"
        world.crash(with: fault, at: number)
        #expect(try await world.reconcile(atMost: 120) { world.isSettled }, "\(world.words) \(place)")
        #expect(try await world.machines().count == 2, place)
        #expect(try await world.objects("Connector").count == 2, place)
        let made = try await backbone.simulator.counts()
        #expect(rig.hasAll(made, beside: backbone.empty), place)
        world.delete()
        #expect(try await world.reconcile(atMost: 120) { world.isGone }, "\(world.words) \(place)")
        #expect(try await backbone.simulator.counts() == backbone.empty, place)
        #expect(try await world.counts() == empty, place)
        #expect(world.server.gatewayObjects == [], place)
      }
    }

    @Test(arguments: MachineRig.all)
    func noTokenIsWhereOthersCanRead(rig: MachineRig) async throws {
      let backbone = try await rig.backbone()
      let world = try await MachineRig.settled(backbone)
      try await backbone.simulator.meet(["status": 500], .string(rig.calls), times: 20)
      world.time.advance(by: .seconds(700))
      for _ in 0..<3 { _ = try? await world.reconcile() }
      try await backbone.simulator.calm()
      let shown = try await backbone.simulator.objects()
      var text = try await world.published() + String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
      if rig.provider == .aws {
        for id in try await world.machines().keys {
          text += try await AWSMachineTests.userData(of: id, backbone.simulator)
        }
      }
      var secrets: [String] = []
      for secret in world.server.objects(Secret.self) where secret.metadata.labels?[ConnectorObjects.keyLabel] != nil {
        for value in SecretReader.decode(secret.data ?? [:]).values {
          secrets.append(String(decoding: value, as: UTF8.self))
        }
      }
      #expect(secrets.count == 4 && text.contains(rig.hint))
      for secret in secrets {
        #expect(!text.contains(secret))
        #expect(!text.contains(Data(secret.utf8).base64EncodedString().prefix(40)))
      }
    }
  }
}
