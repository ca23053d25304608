package import AWS
package import Cloud
internal import CloudResources
package import Foundations

/// A Backbone's network in AWS.
///
/// | Role                   | Object                                                                                  |
/// |------------------------|-----------------------------------------------------------------------------------------|
/// | `vpc`                  | the VPC, with DNS support and host names                                                |
/// | `subnet-NAME`          | a private subnet of the spec, tagged for internal load balancers of EKS                 |
/// | `routes-ZONE`          | the zone's route table for private subnets: 0.0.0.0/0 → its NAT gateway                 |
/// | `internet-gateway`     | attached to the VPC; only if there is egress                                            |
/// | `routes-public`        | the one route table of public subnets: 0.0.0.0/0 → the internet gateway                 |
/// | `subnet-public-ZONE`   | a /28 that holds the NAT gateway and nothing else; see `AWSPublicSubnets`               |
/// | `address-ZONE`         | an elastic IP, unless the spec names a user-supplied one                                |
/// | `nat-ZONE`             | a NAT gateway; with shared egress only in the first zone                                |
/// | `s3-endpoint`          | a gateway endpoint on the private route tables: S3 without NAT, free of charge          |
/// | `firewall-workload`    | a security group with the spec's rules, whose members may talk to each other            |
/// | `pod-range-RANGE`      | a secondary range of the VPC for pods; only if the spec names one                       |
/// | `pods-ZONE-RANGE`      | a subnet of that range, an eighth of it                                                 |
/// | `endpoint-SERVICE`     | an interface endpoint with private DNS, in a private subnet of each zone                |
/// | `firewall-endpoints`   | the security group of the interface endpoints: 443 from the Backbone's ranges           |
/// | `flow-log`             | all flows of the VPC to the bucket that the spec names; only if it asks for them        |
///
/// The VPC's default security group is emptied. The role of an object is read from its tags. Remembered ids are hints
/// only; see `gather`.
///
/// An adopted VPC (`existingNetworkID`) keeps its DNS attributes, tags and default security group. Its internet gateway
/// is used if it has one. Adopted subnets keep their tags and routes.
package struct AWSNetwork: NetworkProvider {
  let ec2: EC2Client
  /// Tells which account the credentials belong to.
  let sts: STSClient?
  let recent: RecentlyMade
  let dnsSightings = DNSSightings()
  let time: any TimeSource

  /// - Parameter recent: shared by everything in this process that creates networks.
  package init(
    ec2: EC2Client,
    sts: STSClient? = nil,
    recent: RecentlyMade = .shared,
    time: any TimeSource = SystemTimeSource()
  ) {
    self.ec2 = ec2
    self.sts = sts
    self.recent = recent
    self.time = time
  }

  package func otherAccount(than account: String, seeing networkID: String) async throws(CloudError) -> String? {
    guard let caller = try await sts?.callerIdentity().account, caller != account else { return nil }
    // A network that its account shares with the caller's is shown.
    let isShown = try await !ec2.vpcs([EC2Client.Filter("vpc-id", [networkID])]).isEmpty
    return isShown ? nil : caller
  }

  package static func plan(
    _ desired: DesiredNetwork,
    goal: NetworkGoal,
    _ observed: AWSNetworkState,
    now: Timestamp
  ) -> NetworkPlan<AWSNetworkAction> {
    var planner = AWSNetworkPlanner(desired, observed, now: now)
    switch goal {
    case .present: planner.planPresence()
    case .absent: planner.planAbsence()
    case .released: planner.planRelease()
    }
    var plan = planner.plan
    plan.report.ledger.fresh = desired.ledger.fresh.filter { observed.unseen[$0.key] != nil }
    return plan
  }
}

/// Objects that this process created a short while ago. EC2 may not list them yet, and they must not be created again.
package final class RecentlyMade: Sendable {
  package static let shared = RecentlyMade()
  /// How long a listing may lag behind. EC2 gives no figure. A few seconds are usual, and Terraform's provider gives up
  /// after this time.
  package static let window = Duration.seconds(120)
  struct Key: Hashable, Sendable {
    var mark: OwnershipMark
    var role: String
  }
  struct Entry: Hashable, Sendable {
    var id: String
    var at: ContinuousClock.Instant
  }
  private let entries = Locked<[Key: Entry]>([:])
  package init() {}

  func remember(_ id: String, _ role: String, _ mark: OwnershipMark, at now: ContinuousClock.Instant) {
    entries.withLock { $0[Key(mark: mark, role: role)] = Entry(id: id, at: now) }
  }

  /// Forgets objects that EC2 has listed by now, or that are deleted.
  func forget(_ ids: Set<String>) { entries.withLock { $0 = $0.filter { !ids.contains($0.value.id) } } }

  func ids(of mark: OwnershipMark, now: ContinuousClock.Instant) -> [String: String] {
    entries.withLock { entries in
      entries = entries.filter { $0.value.at.duration(to: now) < Self.window }
      let mine = entries.filter { $0.key.mark == mark }
      return Dictionary(mine.map { ($0.key.role, $0.value.id) }) { first, _ in first }
    }
  }
}
