import AWS
import Cloud
import CloudResources
import Foundations
import HTTPTransport
import HTTPTransportTesting

@testable import CloudNetworks
@testable import Reconcilers

/// A Backbone's network over `FakeEC2`, and the reconciler.
struct AWSBench {
  let world = BackboneWorld()
  let cloud = FakeEC2()
  var desired: DesiredNetwork
  var recent = RecentlyMade()
  /// The account of the credentials.
  var account = "111111111111"
  /// By which what was made a moment ago is told from what was made before.
  var time: any TimeSource = SystemTimeSource()
  /// Between the client and EC2.
  let faults: FaultTransport

  init(zones: [String] = ["a", "b"], change: (inout DesiredNetwork) -> Void = { _ in }) {
    faults = FaultTransport(cloud.transport)
    let mark = OwnershipMark(namespace: "production", name: "main", uid: "u-1")
    let subnets = zones.enumerated().map { index, zone in
      DesiredNetwork.Subnet(
        name: "private-\(zone)",
        zone: "eu-west-1\(zone)",
        cidr: IPv4Network(containing: IPv4Address(bits: 0x0a00_0000 + UInt32(index) << 12), prefixLength: 20)
      )
    }
    let cidr = IPv4Network(containing: IPv4Address(bits: 0x0a00_0000), prefixLength: 16)
    desired = DesiredNetwork(mark: mark, region: "eu-west-1", cidr: cidr, subnets: subnets)
    desired.egressRules = [.init(cidr: Self.everywhere, transport: .tcp, ports: [443...443])]
    desired.ingressRules = [.init(cidr: cidr, transport: .all)]
    desired.tags = ["team": "platform"]
    change(&desired)
  }

  static let everywhere = IPv4Network(containing: IPv4Address(bits: 0), prefixLength: 0)

  var network: AWSNetwork {
    let account = account
    let sts = InMemoryTransport { _ in
      let identity = "<Account>\(account)</Account><Arn>arn:aws:iam::\(account):user/operator</Arn>"
      let body = "<R><GetCallerIdentityResult>\(identity)</GetCallerIdentityResult></R>"
      return .whole(HTTPResponse(head: HTTPResponseHead(status: 200), body: Array(body.utf8)))
    }
    return AWSNetwork(
      ec2: EC2Client(query("ec2", EC2Client.version, faults)),
      sts: STSClient(query("sts", STSClient.version, sts)),
      recent: recent,
      time: time
    )
  }

  private func query(_ service: String, _ version: String, _ transport: any Transport) -> QueryClient {
    QueryClient(
      endpoint: AWSEndpoint(service: service, region: desired.region),
      version: version,
      // Not signed: that is tested elsewhere, and takes half the time here.
      credentials: nil,
      transport: transport,
      policy: RetryPolicy(maxAttempts: 1),
      budget: RequestBudget(perSecond: 1_000_000, burst: 1_000_000)
    )
  }

  private static let now = Timestamp(seconds: 1_767_225_600)

  func plan(_ goal: NetworkGoal = .present) async throws -> NetworkPlan<AWSNetworkAction> {
    AWSNetwork.plan(desired, goal: goal, try await network.gather(desired, goal), now: Self.now)
  }

  /// One pass; throws what the first of its failed actions did.
  /// - Parameter limit: the process crashes after so many actions.
  @discardableResult
  mutating func reconcile(_ goal: NetworkGoal = .present, upTo limit: Int = .max) async throws -> NetworkPlan<
    AWSNetworkAction
  > {
    // Whatever was refused before is due again.
    world.time.advance(by: RefusedAction.longestPause)
    let pass = try await world.pass(network, desired, goal, now: Self.now, crashingAfter: limit)
    desired.ledger = pass.ledger
    if let failure = pass.failures.first { throw failure }
    return pass.plan
  }

  /// Reconciles, with the cloud's slow things done in between, until there is nothing to do.
  /// - Returns: the last plan, and how many actions it took.
  @discardableResult
  mutating func settle(_ goal: NetworkGoal = .present) async throws -> (
    plan: NetworkPlan<AWSNetworkAction>, actions: Int
  ) {
    var count = 0
    for _ in 0..<20 {
      let plan = try await reconcile(goal)
      count += plan.actions.count
      cloud.settle()
      if plan.actions.isEmpty && plan.waiting.isEmpty && plan.later.isEmpty { return (plan, count) }
    }
    throw CloudError(.failed, operation: "test", message: "not settled after 20 reconciles")
  }

  /// Every part that is not ready, and why.
  static func unready(_ plan: NetworkPlan<AWSNetworkAction>) -> [String] {
    plan.parts.filter { $0.value != .ready }.map { "\($0.key): \($0.value)" }.sorted()
  }
}

extension FakeEC2 {
  /// What is there, without ids: equal for equal networks.
  var inventory: [String] {
    read { state in
      func role(_ tags: [String: String]) -> String { tags["cloudlinker.dev/role"] ?? "-" }
      let live = ["pending", "available", "deleting"]
      return
        (state.vpcs.map { "vpc \($0.cidr) \(state.dns.contains("\($0.id)/DnsHostnames"))" }
        + state.subnets.map { "\(role($0.tags)) \($0.cidr) \($0.zone)" }
        + state.gateways.map { "igw \(role($0.tags)) \($0.vpcID != nil)" }
        + state.addresses.map { "\(role($0.tags)) \($0.associationID != nil)" }
        + state.nats.filter { live.contains($0.state) }.map { "\(role($0.tags)) \($0.state)" }
        + state.tables.map { table in
          "\(role(table.tags)) routes \(table.routes.count) associations \(table.associations.count)"
        }
        + state.groups.map { "\(role($0.tags)) \($0.name) in \($0.ingress.count) out \($0.egress.count)" }
        + state.endpoints.filter { $0.state == "available" }.map { endpoint in
          endpoint.isInterface
            ? "\(role(endpoint.tags)) subnets \(endpoint.subnetIDs.count) \(endpoint.hasPrivateDNS)"
            : "s3 \(endpoint.routeTableIDs.count)"
        }
        + state.flowLogs.map { "\(role($0.tags)) \($0.destination)" })
        .sorted()
    }
  }
}
