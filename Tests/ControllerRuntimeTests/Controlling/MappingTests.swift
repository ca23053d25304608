import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime

/// Which keys a change wakes.
@Suite(.timeLimit(.minutes(10))) struct MappingTests {
  private let time = VirtualTimeSource()
  private let informer = Informer<ConfigMap>(client: MemoryServer())

  /// Connected to what it watches, and without workers.
  private func controller() -> Controller {
    let controller = Controller(name: "test", registry: MetricsRegistry(), time: time) { _, _ in .done }
    controller.connect()
    return controller
  }
  /// What is in the queue now, in its order.
  private func keys(_ controller: Controller) async -> [String] {
    var keys: [String] = []
    while controller.queue.count > 0, let key = await controller.queue.next() { keys.append(key.description) }
    return keys
  }
  private func referring(_ secret: String) -> ConfigMap { ConfigMap("a", version: secret, data: ["secret": secret]) }

  @Test func aReferenceThatIsPointedElsewhereWakesBothEnds() async {
    let controller = controller()
    controller.watch(informer) { change in change.sides.compactMap { $0.data?["secret"].map(key) } }
    informer.emit([Change(old: referring("x"), new: referring("y"))])
    #expect(Set(await keys(controller)) == ["team/x", "team/y"])
    informer.emit([Change(old: referring("y"), new: nil)])
    controller.queue.done(key("y"))
    #expect(await keys(controller) == ["team/y"])
  }

  @Test func whatAListBroughtComesAfterWhatAUserDid() async {
    let controller = controller()
    controller.watch(primary: informer)
    informer.emit((0..<3).map { Change(old: nil, new: ConfigMap("list-\($0)"), isInitial: true) })
    informer.emit([Change(old: nil, new: ConfigMap("user"))])
    #expect(await keys(controller) == ["team/user", "team/list-0", "team/list-1", "team/list-2"])
  }

  @Test func whatSomebodyWaitsForComesFirstOfAList() async {
    let controller = controller()
    controller.watch(informer, awaited: .labelled("changed")) { $0.sides.map(\.key) }
    var changed = ConfigMap("changed")
    changed.metadata.labels = ["changed": ""]
    informer.emit(
      (["list-0", "list-1"].map { ConfigMap($0) } + [changed]).map { Change(old: nil, new: $0, isInitial: true) }
    )
    #expect(await keys(controller) == ["team/changed", "team/list-0", "team/list-1"])
  }

  @Test func aDeletedPrimaryIsLookedAtOnceMore() async {
    let controller = controller()
    controller.watch(primary: informer, where: .generationChanged)
    informer.emit([Change(old: ConfigMap("a"), new: nil)])
    #expect(await keys(controller) == ["team/a"])
  }

  @Test func whatThePredicateRefusesWakesNobody() async {
    let controller = controller()
    controller.watch(primary: informer, where: .labelled("app"))
    informer.emit([Change(old: nil, new: ConfigMap("a"))])
    #expect(await keys(controller) == [])
  }

  @Test func manyChangesWithinADelayAreOneLook() async {
    let controller = controller()
    controller.watch(informer, after: .seconds(2)) { _ in [key("all")] }
    for name in ["a", "b", "c"] { informer.emit([Change(old: nil, new: ConfigMap(name))]) }
    #expect(controller.queue.count == 0)
    await time.pass(.seconds(2))
    #expect(await eventually { controller.queue.count == 1 })
    #expect(await keys(controller) == ["team/all"])
    #expect(controller.queue.delayedCount == 0)
  }

  @Test func whatAListBroughtStaysInTheBackgroundWhereChangesAreCollected() async {
    let controller = controller()
    controller.watch(informer, after: .seconds(2)) { change in change.sides.map(\.key) }
    informer.emit([Change(old: nil, new: ConfigMap("list"), isInitial: true)])
    await time.pass(.seconds(2))
    #expect(await eventually { controller.queue.count == 1 })
    controller.queue.add(key("user"))
    #expect(await keys(controller) == ["team/user", "team/list"])
  }

  @Test func ownersAreFoundByGroupAndKindWhateverTheirVersion() async {
    let owner = ResourceType(group: "apps", version: "v1", kind: "Deployment", plural: "deployments")
    let controller = controller()
    controller.watch(owned: informer, by: owner)
    func owned(_ apiVersion: String, _ kind: String, _ name: String, controller: Bool? = true) -> ConfigMap {
      var object = ConfigMap("child-of-\(name)")
      object.metadata.ownerReferences = [
        OwnerReference(apiVersion: apiVersion, kind: kind, name: name, uid: "u", controller: controller)
      ]
      return object
    }
    informer.emit([
      Change(old: nil, new: owned("apps/v1", "Deployment", "a")),
      Change(old: nil, new: owned("apps/v1beta2", "Deployment", "b")),
      Change(old: nil, new: owned("apps/v1", "ReplicaSet", "c")),
      Change(old: nil, new: owned("example.com/v1", "Deployment", "d")),
      Change(old: nil, new: owned("v1", "Deployment", "e")),
      Change(old: nil, new: owned("apps/v1", "Deployment", "f", controller: nil)),
      Change(old: nil, new: ConfigMap("orphan")),
    ])
    #expect(await keys(controller) == ["team/a", "team/b"])
  }

  @Test func aClusterScopedOwnerHasNoNamespace() {
    let node = ResourceType(group: "", version: "v1", kind: "Node", plural: "nodes", isNamespaced: false)
    var metadata = ObjectMeta(name: "child", namespace: "team")
    metadata.ownerReferences = [OwnerReference(apiVersion: "v1", kind: "Node", name: "n1", uid: "u")]
    #expect(metadata.owners(node) == [])
    #expect(metadata.owners(node, controllerOnly: false) == [ObjectKey(name: "n1")])
  }

  @Test func aChannelFeedsTheQueueUntilItEnds() async {
    let controller = controller()
    let (channel, feed) = AsyncStream<ObjectKey>.makeStream()
    feed.yield(key("a"))
    feed.yield(key("b"))
    feed.finish()
    await controller.watch(channel: channel)
    #expect(await keys(controller) == ["team/a", "team/b"])
  }
}
