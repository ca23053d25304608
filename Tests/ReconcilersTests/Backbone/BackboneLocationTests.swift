import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Kubernetes
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// A network cannot move, so nothing may make the operator look for it elsewhere.
@Suite(.timeLimit(.minutes(10))) struct BackboneLocationTests {
  private static let azure = BackboneSpec.AzureOptions(subscriptionID: "0a0a0a0a-0000-4000-8000-000000000000")

  private static func spec(_ provider: CloudProvider) -> BackboneSpec {
    var spec = BackboneSpec(provider: provider, region: "r-1", network: .init(cidr: "10.10.0.0/16"))
    switch provider {
    case .gcp: spec.gcp = .init(project: "demo-one")
    case .azure: spec.azure = azure
    default: spec.aws = .init(assumeRoleARN: "arn:aws:iam::111111111111:role/backbone")
    }
    return spec
  }

  private static let moves: [(CloudProvider, String, @Sendable (inout BackboneSpec) -> Void)] = [
    (.gcp, "spec.gcp.project", { $0.gcp = .init(project: "demo-two") }),
    (.gcp, "spec.region", { $0.region = "r-2" }),
    (.gcp, "spec.network.cidr", { $0.network.cidr = "10.20.0.0/16" }),
    (.gcp, "spec.network.existing.id", { $0.network.existing = .init(id: "theirs") }),
    (.azure, "spec.azure.subscriptionID", { $0.azure?.subscriptionID = "0b0b0b0b-0000-4000-8000-000000000000" }),
    (.azure, "spec.azure.resourceGroup", { $0.azure?.resourceGroup = "theirs" }),
    (.aws, "spec.aws.assumeRoleARN", { $0.aws?.assumeRoleARN = "arn:aws:iam::222222222222:role/backbone" }),
    (.aws, "spec.network.existing.id", { $0.network.existing = .init(id: "vpc-1") }),
    (.aws, "spec.provider", { $0 = spec(.gcp) }),
  ]

  @Test(arguments: moves.indices)
  func anotherPlaceIsRefusedOnceTheNetworkExists(index: Int) {
    let (provider, field, move) = Self.moves[index]
    var backbone = Backbone(
      metadata: ObjectMeta(name: "net", namespace: "production"),
      spec: Self.spec(provider),
      status: BackboneStatus()
    )
    backbone.status?.location = .init(backbone.spec, account: nil)
    #expect(backbone.validate() == [])
    move(&backbone.spec)
    #expect(backbone.validate().map(\.description).contains { $0.hasPrefix(field) }, "\(backbone.validate())")
    let located = backbone.spec.located(at: backbone.status?.location)
    #expect(located.network == Self.spec(provider).network && located.region == "r-1" && located.provider == provider)
    #expect(provider == .aws || located.account == Self.spec(provider).account)
    backbone.status?.location = nil
    #expect(!backbone.validate().contains { $0.description.contains("cannot move") })
  }

  @Test func anotherRoleOfTheSameAccountIsNoMove() {
    var backbone = Backbone(
      metadata: ObjectMeta(name: "net", namespace: "production"),
      spec: Self.spec(.aws),
      status: BackboneStatus()
    )
    backbone.status?.location = .init(backbone.spec, account: nil)
    backbone.spec.aws?.assumeRoleARN = "arn:aws:iam::111111111111:role/other"
    #expect(backbone.validate() == [])
  }

  @Test func whereTheNetworkIsIsRecordedWithItsFirstObject() async throws {
    let world = BackboneWorld()
    try await world.reconcile()
    #expect(world.status?.location?.region == "eu-west-1")
    world.change { $0.spec.region = "eu-west-2" }
    try await world.reconcile()
    #expect(world.condition(.accepted)?.reason == "InvalidSpec")
    #expect(world.condition(.ready)?.message.contains("spec.region") == true)
  }

  @Test func planModeRecordsNoPlace() async throws {
    let world = BackboneWorld()
    world.change { $0.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan] }
    try await world.reconcile()
    #expect(world.status?.location == nil)
  }

  /// Otherwise the network would be made a second time, and a deletion would leak the first.
  @Test(arguments: [NetworkGoal.present, .absent, .released])
  func credentialsOfAnotherAccountNeitherMakeNorForgetANetwork(goal: NetworkGoal) async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.desired.account = "111111111111"
    let known = bench.desired.knownIDs
    var elsewhere = AWSBench(zones: ["a"])
    elsewhere.desired = bench.desired
    elsewhere.account = "222222222222"
    let plan = try await elsewhere.reconcile(goal)
    #expect(plan.actions.isEmpty && !plan.isGone)
    #expect(plan.problems.map(\.kind) == [.credentialsRefused])
    #expect(plan.problems.first?.message.contains("222222222222") == true)
    #expect(elsewhere.desired.knownIDs == known)
    #expect(try await bench.settle(.absent).plan.isGone, "in its own account it is gone when it is gone")
  }
}
