import CloudLinkerAPI
import Foundations
import Testing

@testable import Reconcilers

/// What PrivateClusters cost in requests, on virtual time, and whether many creations get along with one worker.
/// `hack/bench clusters` runs it and shows its figures as a table.
@Suite(
  .enabled(if: !CloudSimulator.all.isEmpty, "needs the URLs of hack/clouds"),
  .serialized,
  .timeLimit(.minutes(15))
)
struct ClusterScaleTests {
  private static func fleet(_ count: Int, on simulator: CloudSimulator, operationSeconds: Double) async throws
    -> ClusterFleet
  {
    let network =
      simulator.provider == .aws ? try await ClusterNetwork() : try await ClusterNetwork(on: simulator.provider)
    try await simulator.control("POST", "settings", ["operationSeconds": .double(operationSeconds)])
    return try await ClusterFleet(count, in: network)
  }

  /// For `hack/bench`, a line that it looks for.
  private static func report(_ name: String, _ simulator: CloudSimulator, reads: Double, writes: Double) {
    print("FIGURES \(simulator.provider) \(name): \(reads) reads, \(writes) writes")
  }

  @Test(arguments: CloudSimulator.all)
  func aClusterCostsLittle(simulator: CloudSimulator) async throws {
    let fleet = try await Self.fleet(1, on: simulator, operationSeconds: 600)
    // The control plane is being made by then.
    let begun = try await fleet.run(atMost: .seconds(120))
    let pending = try await fleet.run(atMost: .seconds(300))
    let reads = Double(pending.reads) / 10
    Self.report("pending, 30 s", simulator, reads: reads, writes: Double(pending.writes))
    #expect(pending.writes == 0, "\(pending.operations)")
    // The aim is one; now and then everything is read.
    #expect(reads <= 1.5, "\(pending.operations)")

    let made = try await fleet.run(atMost: .seconds(7200)) { fleet.isReady }
    #expect(fleet.isReady, "\(fleet.words)")
    Self.report(
      "creation",
      simulator,
      reads: Double(begun.reads + pending.reads + made.reads),
      writes: Double(begun.writes + pending.writes + made.writes)
    )
    _ = try await fleet.run(atMost: .seconds(1500))

    let limit = simulator.provider == .aws ? 10.0 : 4.0
    let rest = try await fleet.run(atMost: .seconds(6000))
    Self.report("at rest, 10 min", simulator, reads: Double(rest.reads) / 10, writes: Double(rest.writes))
    #expect(rest.writes == 0 && Double(rest.reads) / 10 <= limit * 1.1, "\(rest.operations)")

    var scaled = ClusterFleet.Figures()
    // In Azure of one of two zones, which share the bounds.
    let sizes: [Int64] = simulator.provider == .azure ? [2, 1, 2, 1] : [4, 3, 5, 2]
    for size in sizes {
      try await fleet.scale(to: size)
      let figures = try await fleet.run(atMost: .seconds(750))
      (scaled.reads, scaled.writes) = (scaled.reads + figures.reads, scaled.writes + figures.writes)
      #expect(figures.writes == 0, "the autoscaler's \(size) nodes: \(figures.operations)")
    }
    let share = Double(scaled.reads) / 5
    Self.report("with an autoscaler, 10 min", simulator, reads: share, writes: Double(scaled.writes))
    #expect(fleet.first?.status?.pools?.reduce(0) { $0 + ($1.size ?? 0) } == 2)
  }

  /// Control plane, add-ons and nodes take a third of the 40 minutes each.
  @Test(.enabled(if: SimulatedBackbone.aws != nil, "needs the simulator of AWS"))
  func fiftyCreationsGetAlongWithOneWorker() async throws {
    let simulator = try #require(SimulatedBackbone.aws)
    let count = 50
    let fleet = try await Self.fleet(count, on: simulator, operationSeconds: 800)
    let made = try await fleet.run(atMost: .seconds(2 * 3600)) { fleet.isReady }
    #expect(fleet.isReady, "\(fleet.words)")
    let times = fleet.readyTimes
    let (fastest, slowest) = (times.first ?? .zero, times.last ?? .zero)
    let minutes = [fastest, slowest].map { "\(Int(($0 / .seconds(60)).rounded()))" }.joined(separator: " to ")
    let requests = made.reads + made.writes
    print("FIGURES creations of \(count) clusters with one worker took \(minutes) min: \(requests) requests")
    #expect(fastest >= .seconds(40 * 60) && slowest <= .seconds(55 * 60), "from \(fastest) to \(slowest)")
    // The requests of all first passes, at the ten a second that the account allows.
    #expect(fleet.longestDelay < .seconds(300), "\(fleet.longestDelay)")
    let each = [
      "eks:CreateCluster": 1, "eks:CreateNodegroup": 1, "eks:CreateAddon": 4, "eks:CreateAccessEntry": 1,
      "eks:CreatePodIdentityAssociation": 1, "iam:CreateRole": 4, "ec2:CreateSecurityGroup": 1,
      "ec2:CreateLaunchTemplate": 1, "autoscaling:CreateOrUpdateTags": 1,
      // What it takes to complete those that are made in more than one request.
      "iam:AttachRolePolicy": 4, "iam:PutRolePolicy": 1, "ec2:RevokeSecurityGroupEgress": 1,
      "eks:AssociateAccessPolicy": 1,
    ]
    for (operation, times) in each { #expect(made.operations[operation] == times * count, "\(operation)") }
    #expect(made.writes == each.values.reduce(0, +) * count, "\(made.operations)")
  }
}
