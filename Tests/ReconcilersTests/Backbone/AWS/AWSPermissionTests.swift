import FoundationEssentials
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// `manifests/permissions/aws-policy.json` grants what is called, and nothing else.
@Suite struct AWSPermissionTests {
  private struct Policy: Decodable {
    struct Statement: Decodable { var Action: [String] }
    var Statement: [Statement]
  }

  @Test func thePolicyIsWhatIsCalled() async throws {
    // EC2 itself asks for these where flow logs go to S3 (VPC User Guide, "Publish flow logs to Amazon S3").
    var called: Set<String> = ["logs:CreateLogDelivery", "logs:DeleteLogDelivery"]
    // And for this one where an endpoint has a private name (Service Authorization Reference, CreateVpcEndpoint).
    called.insert("route53:AssociateVPCWithHostedZone")
    func run(_ body: (inout AWSBench) async throws -> Void) async throws {
      var bench = AWSBench {
        $0.hasFlowLogs = true
        $0.flowLogsBucketARN = "arn:aws:s3:::flow-logs"
        $0.privateServices = ["sts"]
        $0.podRanges = [IPv4Network("100.64.0.0/16")].compactMap { $0 }
        $0.hasGivenPodRanges = true
      }
      try await bench.settle()
      try await body(&bench)
      called.formUnion(bench.cloud.log.map { "ec2:\($0)" })
    }
    try await run { bench in
      // What has drifted, and a zone less.
      bench.cloud.change { state in
        state.dns = []
        state.vpcs[0].tags["team"] = nil
        state.tables[2].routes[0].target = state.gateways[0].id
        state.tables[1].associations.append(state.tables[2].associations.removeLast())
        state.endpoints[0].routeTableIDs.removeLast()
      }
      try await bench.settle()
      bench.desired.subnets.removeLast()
      bench.desired.hasGivenPodRanges = false
      bench.desired.ingressRules[0].description = "inside"
      bench.desired.egressRules[0].description = "anywhere"
      try await bench.settle()
      bench.cloud.change { $0.attachments = [EC2.Attachment(kind: "network ACL", id: "acl-1", tags: [:])] }
      _ = try? await bench.settle(.absent)
      bench.cloud.change { $0.attachments = [] }
      try await bench.settle(.absent)
    }
    try await run { bench in
      bench.cloud.change { state in
        let subnet = state.subnets[3].id
        state.interfaces = [
          EC2.NetworkInterface(
            id: "eni-1",
            subnetID: subnet,
            description: "",
            kind: "interface",
            groupIDs: [],
            tags: [:]
          )
        ]
      }
      _ = try? await bench.settle(.absent)
      _ = try? await bench.network.zones()
    }
    try await run { bench in
      bench.desired.egress.addresses = .none
      bench.cloud.change { $0.tables[2].routes[0].target = "igw-else" }
      try await bench.settle()
      try await bench.settle(.released)
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../../manifests/permissions/aws-policy.json")
    let policy = try JSONDecoder().decode(Policy.self, from: Data(contentsOf: file))
    for statement in policy.Statement { #expect(Set(statement.Action).count == statement.Action.count) }
    let granted = policy.Statement.flatMap(\.Action)
    #expect(Set(granted).symmetricDifference(called) == [])
  }
}
