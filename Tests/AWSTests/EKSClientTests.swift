import Cloud
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

@Suite struct EKSClientTests {
  private func client(_ transport: InMemoryTransport) -> EKSClient {
    EKSClient(
      ServiceClient(
        endpoint: AWSEndpoint(service: "eks", region: "eu-west-1"),
        credentials: AWSCredentialSource(AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hidden")),
        transport: transport,
        policy: RetryPolicy(maxAttempts: 1)
      )
    )
  }

  private static func json(_ text: String, status: Int = 200, type: String? = nil) -> InMemoryTransport.Answer {
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    headers["x-amzn-ErrorType"] = type
    return .whole(HTTPResponse(head: HTTPResponseHead(status: status, headers: headers), body: Array(text.utf8)))
  }

  @Test func anARNInAPathIsEncoded() async throws {
    let transport = InMemoryTransport { _ in Self.json("{}") }
    try await client(transport).setTags("arn:aws:eks:eu-west-1:1:cluster/main", ["team": "a b"])
    let request = try #require(transport.requests.first)
    #expect(request.method == "POST")
    #expect(request.url == "https://eks.eu-west-1.amazonaws.com/tags/arn%3Aaws%3Aeks%3Aeu-west-1%3A1%3Acluster%2Fmain")
    #expect(String(decoding: request.body ?? [], as: UTF8.self) == #"{"tags":{"team":"a b"}}"#)
    #expect(request.headers["Authorization"]?.contains("/eu-west-1/eks/aws4_request") == true)
  }

  @Test func aClusterIsAskedForPrivate() async throws {
    let transport = InMemoryTransport { _ in Self.json(#"{"cluster":{}}"#) }
    let request = EKSClient.ClusterRequest(
      name: "main",
      version: "1.34",
      roleARN: "arn:aws:iam::1:role/r",
      subnetIDs: ["subnet-1", "subnet-2"],
      groupIDs: ["sg-1"],
      tags: [:]
    )
    try await client(transport).createCluster(request)
    try await client(transport).createCluster(request)
    let bodies = try transport.requests.map {
      try JSONDecoder().decode([String: JSONValue].self, from: Data($0.body ?? []))
    }
    #expect(
      bodies[0]["resourcesVpcConfig"] == [
        "subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"], "endpointPublicAccess": false,
        "endpointPrivateAccess": true,
      ]
    )
    #expect(
      bodies[0]["accessConfig"] == ["authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": false]
    )
    #expect(bodies[0]["bootstrapSelfManagedAddons"] == false)
    #expect(
      bodies[0]["clientRequestToken"] != nil && bodies[0]["clientRequestToken"] != bodies[1]["clientRequestToken"]
    )
  }

  /// EKS has one code for three situations.
  @Test(arguments: [
    ("Cluster already exists with name: main", CloudError.Kind.conflict),
    ("Cluster main currently has an update in progress", .conflict), ("Cluster has nodegroups attached", .inUse),
  ])
  func whatIsInUseIsToldApart(_ message: String, _ kind: CloudError.Kind) async {
    let transport = InMemoryTransport { _ in
      Self.json(#"{"message":"\#(message)"}"#, status: 409, type: "ResourceInUseException:http://internal.amazon.com/")
    }
    let error = await failure { () async throws(CloudError) in try await client(transport).deleteCluster("main") }
    #expect(error?.kind == kind && error?.code == "ResourceInUseException" && error?.message == message)
    #expect(error?.operation == "eks:DeleteCluster")
  }

  @Test func whatIsGoneIsDeletedAndNotFound() async throws {
    let transport = InMemoryTransport { _ in Self.json("{}", status: 404, type: "ResourceNotFoundException") }
    try await client(transport).deleteCluster("main")
    #expect(try await client(transport).cluster("main") == nil)
    #expect(try await client(transport).nodeGroup("general", of: "main") == nil)
  }

  @Test func pagesAreReadToTheLastAndNotInACircle() async throws {
    let transport = InMemoryTransport { request in
      Self.json(request.url.contains("nextToken=2") ? #"{"clusters":["b"]}"# : #"{"clusters":["a"],"nextToken":"2"}"#)
    }
    #expect(try await client(transport).clusterNames() == ["a", "b"])
    let circle = InMemoryTransport { _ in Self.json(#"{"clusters":[],"nextToken":"2"}"#) }
    let error = await failure { () async throws(CloudError) in try await client(circle).clusterNames() }
    #expect(error?.kind == .malformed)
  }

  @Test func anAnswerThatIsNoneIsMalformed() async {
    let transport = InMemoryTransport { _ in Self.json("<html>") }
    let error = await failure { () async throws(CloudError) in try await client(transport).cluster("main") }
    #expect(error?.kind == .malformed)
  }
}
