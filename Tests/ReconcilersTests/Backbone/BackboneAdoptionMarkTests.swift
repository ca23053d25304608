import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// A Backbone takes over the network of one that is gone.
@Suite(.timeLimit(.minutes(10))) struct BackboneAdoptionMarkTests {
  let world = BackboneWorld()
  private static let former = "production/aws/uid-of-the-lost"

  /// What a Backbone of a cluster that is lost has left.
  private func leaveNetwork() {
    world.cloud.state.withLock { state in
      state.mark = Self.former
      state.objects = [
        "network": "id-1", "subnet-a": "id-2", "subnet-b": "id-3", "subnet-c": "id-4", "gateway": "id-5",
      ]
    }
  }
  private func annotate(_ value: String?) {
    world.change { $0.metadata.annotations = value.map { [CloudLinker.Annotation.adopt: $0] } }
  }
  private var calls: [String] { world.cloud.state.withLock { $0.calls } }

  @Test func itIsTakenOverWithoutAWrite() async throws {
    leaveNetwork()
    annotate(Self.former)
    try await world.reconcile()
    #expect(world.status?.adopted == Self.former)
    #expect(world.status?.networkID == "id-1" && world.status?.location != nil)
    #expect(world.backbone?.metadata.finalizers == [BackboneKind.finalizer])
    #expect(!calls.contains { $0.hasPrefix("create") || $0.hasPrefix("delete") })
    annotate(nil)
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "True", "the status remembers it")
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    for _ in 0..<2 { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
  }

  @Test func withoutTheAnnotationAnotherNetworkIsMade() async throws {
    leaveNetwork()
    try await world.reconcile()
    #expect(calls.contains("create network"))
  }

  @Test func nothingIsMadeWhereNothingIsFound() async throws {
    annotate(Self.former)
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "ExistingNotFound")
    #expect(world.condition(.ready)?.message.contains(Self.former) == true)
    #expect(world.status?.adopted == nil && world.status?.location == nil)
    #expect(!calls.contains { $0.hasPrefix("create") })
  }

  @Test func planModeOnlyShowsIt() async throws {
    leaveNetwork()
    annotate(Self.former)
    world.cloud.state.withLock { $0.objects["gateway"] = nil }
    world.change {
      $0.metadata.annotations?[CloudLinker.Annotation.reconcile] = CloudLinker.Annotation.reconcilePlan
    }
    try await world.reconcile()
    #expect(world.status?.plan == ["add finalizer cloudlinker.dev/backbone", "create gateway"])
    #expect(world.status?.adopted == nil && world.status?.location == nil)
    annotate(Self.former)
    try await world.reconcile()
    #expect(world.status?.adopted == Self.former, "and then it is taken over")
  }

  @Test(arguments: [
    ("production/aws", "must be NAMESPACE/NAME/UID"), ("production/aws/uid-aws", "is this Backbone itself"),
    ("staging/aws/uid-of-the-lost", "is of another namespace"),
  ])
  func whatCannotBeFollowedIsRefused(value: String, message: String) async throws {
    leaveNetwork()
    annotate(value)
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "AdoptionRefused")
    #expect(world.condition(.ready)?.message.contains(message) == true, "\(world.condition(.ready)?.message ?? "")")
    #expect(calls == [])
  }

  @Test func aNetworkWhoseBackboneExistsIsRefused() async throws {
    leaveNetwork()
    world.putSecret(["accessKeyId": "AKIAEXAMPLE", "secretAccessKey": "x"])
    world.change { $0.spec.credentialsSecretRef = LocalReference(name: "keys") }
    var maker = BackboneWorld.backbone()
    maker.metadata.namespace = "staging"
    maker.metadata.uid = "uid-of-the-lost"
    world.server.put(maker)
    annotate("staging/aws/uid-of-the-lost")
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "AdoptionRefused", "though the cache does not show it")
    #expect(world.condition(.ready)?.message.contains("is the network of Backbone staging/aws, which exists") == true)
    #expect(calls == [])
  }

  @Test func oneThatAnotherTookOverIsRefused() async throws {
    leaveNetwork()
    var other = BackboneWorld.backbone("other", created: 5)
    other.spec.provider = .gcp
    other.spec.network.cidr = "10.99.0.0/16"
    other.status = BackboneStatus()
    other.status?.adopted = Self.former
    world.put(other)
    annotate(Self.former)
    try await world.reconcile()
    #expect(world.condition(.ready)?.message.contains("Backbone production/other, which exists") == true)
  }

  @Test func networksWithoutABackboneAreReportedToTheirNamespaceOnceADay() async throws {
    let marks = ["production/aws/uid-aws", Self.former, "production/old/uid-of-old", "staging/aws/uid-of-staging"]
    world.cloud.state.withLock { state in
      state.marked = marks.enumerated().compactMap { index, value in
        OwnershipMark(value: value).map { MarkedNetwork(id: "vpc-\(index)", mark: $0) }
      }
    }
    for _ in 0..<3 { try await world.reconcile() }
    #expect(!calls.contains("marked networks"), "not while it is made")
    world.cloud.state.withLock { $0.isGatewayPending = false }
    for _ in 0..<3 { try await world.reconcile() }
    #expect(calls.filter { $0 == "marked networks" }.count == 1)
    let notes = await world.notes("NetworkWithoutBackbone")
    #expect(notes.map { String($0.prefix(5)) }.sorted() == ["vpc-1", "vpc-2"], "\(notes)")
  }

  /// Anybody who may write a Backbone could otherwise delete any network that the credentials reach.
  @Test func aDeletionAdoptsNothing() async throws {
    leaveNetwork()
    annotate(Self.former)
    world.change { backbone in
      backbone.metadata.finalizers = [BackboneKind.finalizer]
      backbone.metadata.deletionTimestamp = world.time.timestamp
    }
    for _ in 0..<2 { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.count } == 5)
    #expect(world.backbone?.metadata.finalizers?.isEmpty != false)
  }

  @Test func aBackboneWithANetworkKeepsIt() async throws {
    for _ in 0..<3 { try await world.reconcile() }
    annotate(Self.former)
    #expect(world.backbone?.mark.uid == "uid-aws")
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "AdoptionRefused")
    #expect(world.condition(.ready)?.message.contains("this Backbone has a network") == true)
  }
}
