import AWS
import Cloud
import CloudLinkerAPI
import Foundations
import HTTPTransport
import Kubernetes

@testable import CloudNetworks
@testable import Reconcilers

struct AWSOutsider: Outsider {
  let ec2: EC2Client

  init(_ simulator: CloudSimulator) async throws {
    let transport = CurlTransport(.init(proxy: .none))
    let region = simulator.spec().region
    let surroundings = AWSCredentialSource.Surroundings(region: region, transport: transport)
    let secret = try await simulator.secret().mapValues { Array($0.utf8) }
    ec2 = EC2Client(
      QueryClient(
        endpoint: AWSEndpoint(service: "ec2", region: region, override: simulator.url),
        version: EC2Client.version,
        credentials: try AWSCredentialSource(secret: secret, surroundings),
        transport: transport,
        budget: RequestBudget(perSecond: 1000)
      )
    )
  }

  func makeNetwork() async throws -> HandMade {
    let vpc = try await ec2.createVPC(cidr: "10.10.0.0/16", tags: ["Name": "theirs"])
    let (zone, range) = ("eu-west-1a", CloudSimulator.handMadeRange)
    let subnet = try await ec2.createSubnet(vpcID: vpc, cidr: range, zone: zone, tags: ["Name": "theirs"])
    let address = try await ec2.allocateAddress(tags: ["Name": "theirs"])
    return HandMade(
      network: vpc,
      subnet: .init(name: "theirs", zone: zone, cidr: range, existingID: subnet),
      address: address
    )
  }

  func breakages(of environment: SimulatedEnvironment) async throws -> [Breakage] {
    let ec2 = ec2
    let zone = "eu-west-1a"
    // Read when it is done: what is repaired has another id.
    let settled: @Sendable (String) -> String = { environment.backbone?.status?.ledger?.settled?[$0] ?? "unknown" }
    let id: @Sendable (String) -> String = { environment.backbone?.status?.objects?[$0] ?? "unknown" }
    let ssh = EC2.Rule(transport: "tcp", from: 22, to: 22, peer: .ipv4("0.0.0.0/0"))
    let all = EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))
    return [
      Breakage("a tag is taken off", note: "had other tags than the spec says: set team") {
        try await ec2.deleteTags([id(AWSRole.vpc)], keys: ["team"])
      },
      Breakage("the default route is deleted", note: "route 0.0.0.0/0 in rtb-") {
        try await ec2.deleteRoute(id(AWSRole.routes(zone)), to: "0.0.0.0/0")
      },
      Breakage("the workload group is opened", note: "that the spec does not have: TCP 22 0.0.0.0/0") {
        try await ec2.authorize(.ingress, [ssh], groupID: id(AWSRole.workload))
      },
      Breakage("the default group is opened", note: "that the spec does not have: all 0.0.0.0/0") {
        try await ec2.authorize(.egress, [all], groupID: settled("firewall-default"))
      },
      Breakage("the S3 endpoint is deleted", note: "s3-endpoint vpce-") {
        try await ec2.deleteEndpoint(id(AWSRole.s3Endpoint))
      },
      Breakage("the private subnet is deleted", note: "subnet-\(zone) subnet-") {
        try await ec2.deleteSubnet(id(AWSRole.subnet(zone)))
      },
      Breakage("the NAT gateway is deleted", note: "nat-\(zone) nat-") {
        try await ec2.deleteNATGateway(id(AWSRole.natGateway(zone)))
      },
      Breakage("the internet gateway is detached", note: "was not attached to vpc-") {
        let nat = id(AWSRole.natGateway(zone))
        try await ec2.deleteNATGateway(nat)
        while try await ec2.natGateways([EC2Client.Filter("nat-gateway-id", [nat])]).contains(where: {
          $0.state != "deleted"
        }) {}
        try await ec2.detachInternetGateway(id(AWSRole.internetGateway), vpcID: id(AWSRole.vpc))
      },
    ]
  }
}
