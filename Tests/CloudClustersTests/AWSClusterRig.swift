import Cloud
import CloudNetworks
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import SimulatorSupport

@testable import AWS
@testable import CloudClusters

/// A PrivateCluster at the AWS simulator that `hack/clouds up` starts; its URL is in `CLOUDS_AWS_URL`.
final class AWSClusterRig {
  static let url = ProcessInfo.processInfo.environment["CLOUDS_AWS_URL"]
  static let region = "eu-west-1"
  private static let door = SimulatorDoor(url: url ?? "")
  var door: SimulatorDoor { Self.door }

  let faults = FaultTransport(SimulatorDoor.web)
  let driver: ClusterDriver<AWSCluster>
  let ec2: EC2Client
  let eks: EKSClient
  let iam: IAMClient
  let scaling: AutoScalingClient
  var desired: DesiredCluster {
    get { driver.desired }
    set { driver.desired = newValue }
  }

  /// A Backbone's network with two zones, and a spec for it.
  init() async throws {
    let url = Self.url ?? ""
    let faults = faults
    func service(_ name: String) -> ServiceClient {
      ServiceClient(
        endpoint: AWSEndpoint(url: url, service: name, region: Self.region),
        credentials: AWSCredentialSource(
          AWSCredentials(accessKeyID: "AKIASIMULATOR", secretAccessKey: "simulatorsecret")
        ),
        transport: faults,
        policy: RetryPolicy(maxAttempts: 1),
        budget: RequestBudget(perSecond: 1_000_000, burst: 1_000_000)
      )
    }
    try await Self.door.reset()
    ec2 = EC2Client(QueryClient(service("ec2"), version: EC2Client.version))
    eks = EKSClient(service("eks"))
    iam = IAMClient(QueryClient(service("iam"), version: IAMClient.version))
    scaling = AutoScalingClient(QueryClient(service("autoscaling"), version: AutoScalingClient.version))
    let cluster = AWSCluster(
      eks: eks,
      ec2: ec2,
      iam: iam,
      scaling: scaling,
      balancers: LoadBalancerClient(service("elasticloadbalancing"))
    )
    let vpc = try await ec2.createVPC(cidr: "10.10.0.0/16", tags: [:])
    var subnets: [DesiredCluster.Network.Subnet] = []
    for (index, zone) in ["a", "b"].enumerated() {
      let place = Self.region + zone
      let id = try await ec2.createSubnet(vpcID: vpc, cidr: "10.10.\(index).0/24", zone: place, tags: [:])
      subnets.append(.init(name: "private-\(zone)", id: id, zone: place))
    }
    let group = try await ec2.createSecurityGroup(name: "workload", description: "w", vpcID: vpc, tags: [:])
    let people = IAMClientRequest.people
    try await iam.createRole(people, path: "/", trust: AWSClusterPolicies.trust(.node), description: "p", tags: [:])
    let asked = DesiredCluster(
      mark: OwnershipMark(namespace: "production", name: "main", uid: "u-1"),
      region: Self.region,
      version: KubernetesMinor(major: 1, minor: 33),
      network: .init(id: vpc, subnets: subnets, workloadGroupID: group),
      pools: [.init(name: "general", machineType: "m6i.large", minSize: 2, maxSize: 5)]
    )
    driver = ClusterDriver(cluster, asked)
    desired.access = [.init(.edit, .role(try await principal()), namespaces: ["shop"])]
    desired.logging = ["api", "audit"]
    desired.tags = ["team": "platform"]
  }

  enum IAMClientRequest { static let people = "people" }

  func principal() async throws -> String { try await iam.serviceRole(IAMClientRequest.people)?.arn ?? "" }

  // MARK: Passes

  @discardableResult
  func pass(_ goal: ClusterGoal = .present) async throws -> ClusterPass<AWSCluster>.Outcome {
    try await driver.pass(goal)
  }

  /// Passes until nothing is to be done, of which the first reads everything.
  /// - Returns: the last plan, and everything that was done.
  @discardableResult
  func settle(_ goal: ClusterGoal = .present) async throws -> (plan: ClusterPlan<AWSClusterAction>, done: [String]) {
    let (plan, done, _) = try await driver.settle(goal)
    return (plan, done)
  }

  // MARK: The simulator

  @discardableResult static func control(_ method: String, _ name: String, _ body: JSONValue? = nil) async throws
    -> [UInt8]
  {
    try await door.control(method, name, body)
  }

  /// Someone else changes the cluster: see docs/clouds.md.
  func console(_ change: [String: JSONValue]) async throws {
    var change = change
    change["cluster"] = .string(desired.cloudName)
    change["region"] = .string(Self.region)
    try await Self.control("POST", "cluster", .object(change))
  }

  func fault(_ operation: String, _ fault: [String: JSONValue]) async throws {
    try await Self.door.fault(operation, fault)
  }

  func counts() async throws -> [String: Int] { try await Self.door.counts() }
  func mistakes() async throws -> [String] { try await Self.door.mistakes() }
  func operations() async throws -> [String] { try await Self.door.operations() }

  var groupName: String { AWSNodePool(desired.pools[0], of: desired).groupName }

  func nodeGroup(_ name: String? = nil) async throws -> EKS.NodeGroup? {
    try await eks.nodeGroup(name ?? groupName, of: desired.cloudName)
  }
}

extension HTTPRequest {
  /// Whether it changes something at AWS.
  var isWrite: Bool {
    let path = url.split(separator: "/").dropFirst(2).joined(separator: "/")
    if path.contains("insights") { return false }
    if path.contains("clusters") || path.contains("tags") { return method != "GET" }
    let form = String(decoding: body ?? [], as: UTF8.self)
    guard let action = form.split(separator: "&").first(where: { $0.hasPrefix("Action=") })?.dropFirst(7) else {
      return false
    }
    return !["Describe", "Get", "List"].contains { action.hasPrefix($0) }
  }
}
