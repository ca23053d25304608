import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  /// What others do in the cloud to a Backbone's network.
  @Suite struct DriftTests {
    @Test(arguments: CloudSimulator.all)
    func whatOthersBreakIsRepairedAndNamed(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.beginReady()
      let breakages = try await simulator.outsider().breakages(of: environment)
      for breakage in breakages {
        let before = try await simulator.objects()
        try await breakage.act()
        #expect(try await simulator.objects() != before, "\(breakage.what)")
        _ = try await environment.reconcile()
        #expect(try await environment.reconcile { environment.isReady }, "\(breakage.what): \(environment.words)")
        #expect(try await simulator.counts() == life.made, "\(breakage.what)")
        let written = environment.server.calls.count
        _ = try await environment.reconcile()
        #expect(environment.isReady && environment.server.calls.count == written, "\(breakage.what)")
      }
      let notes = await environment.notes("DriftRepaired")
      for breakage in breakages {
        #expect(notes.contains { $0.contains(breakage.note) }, "\(breakage.what): \(notes)")
      }
      try await life.live(environment, "after the drift")
    }

    /// Whoever waits for Ready, or is woken when it goes, does not care for a label: in the spec or at the cloud.
    @Test(arguments: CloudSimulator.all)
    func readyStaysTrueWhileTagsChange(simulator: CloudSimulator) async throws {
      let environment = try await BackboneLife.of(simulator).beginReady()
      for team in ["blue-team", "green-team"] {
        environment.change { $0.spec.tags = ["team": team] }
        var passes = 0
        repeat {
          _ = try await environment.reconcile()
          #expect(environment.ready?.status == "True", "\(environment.words)")
          try await environment.time.sleep(for: .seconds(5))
          passes += 1
        } while passes < 6
        #expect(environment.isReady, "\(environment.words)")
        #expect(try await simulator.objects().values.contains { "\($0)".contains(team) })
      }
      let relabel = try await simulator.outsider().breakages(of: environment).first { $0.note.contains("tags") }
      guard let relabel else { return }
      try await relabel.act()
      for _ in 0..<3 {
        _ = try await environment.reconcile()
        #expect(environment.ready?.status == "True", "\(environment.words)")
      }
    }

    /// It is named, left alone, and waited for.
    @Test(arguments: CloudSimulator.all)
    func whatOthersPutIntoTheNetworkKeepsItFromBeingDeleted(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.beginReady()
      let subnet = try #require(environment.backbone?.status?.subnets?.first?.id)
      let foreign = try await simulator.putForeign(into: subnet)
      let name = try #require(foreign.split(separator: "/").last)
      environment.delete()
      #expect(try await environment.reconcile { environment.ready?.reason == "InUse" }, "\(environment.words)")
      for _ in 0..<5 { _ = try await environment.reconcile() }
      #expect(environment.ready?.reason == "InUse" && !environment.isGone, "\(environment.words)")
      #expect(environment.ready?.message.contains(name) == true, "\(environment.words)")
      #expect(try await simulator.objects()[foreign] != nil)
      try await simulator.removeForeign(foreign)
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
      #expect(try await simulator.counts() == life.empty)
    }
  }
}
