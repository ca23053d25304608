import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Which Backbones are looked at when one changes: each look costs its cloud several requests.
@Suite(.timeLimit(.minutes(10))) struct BackboneWakingTests {
  private let informers: BackboneInformers
  private let controller = Controller(name: "backbone", registry: MetricsRegistry()) { _, _ in .done }
  private let aws = BackboneWorld.backbone("aws")

  init() async {
    informers = BackboneInformers(
      InformerSet(client: MemoryServer(), manager: Manager(leadership: nil)),
      scope: OperatorScope()
    )
    informers.wake(controller)
    controller.connect()
    put(aws)
    put(BackboneWorld.backbone("gcp"))
    _ = await woken()
  }

  private func put(_ backbone: Backbone) {
    informers.backbones.emit([informers.backbones.store.put(backbone)].compactMap { $0 })
  }

  private func woken() async -> [String] {
    var names: [String] = []
    while controller.queue.count > 0, let key = await controller.queue.next() {
      names.append(key.name)
      controller.queue.done(key)
    }
    return names.sorted()
  }

  @Test func anAnnotationConcernsNobodyElse() async {
    var asked = aws
    asked.metadata.annotations = [CloudLinker.Annotation.requestedAt: "now"]
    put(asked)
    #expect(await woken() == ["aws"])
  }

  @Test func aChangedRangeConcernsTheNeighboursToo() async {
    var changed = aws
    changed.spec.network.cidr = "10.99.0.0/16"
    put(changed)
    #expect(await woken() == ["aws", "gcp"])
  }

  @Test func aDeletedBackboneIsReconciledOnceMoreSoThatNothingIsKeptForIt() async {
    informers.backbones.emit([informers.backbones.store.remove(aws.key)].compactMap { $0 })
    #expect(await woken() == ["aws", "gcp"])
  }
}
