import Cloud
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import AWS

@Suite struct CredentialSourceTests {
  private let time = ImpatientTimeSource()
  private func surroundings(_ transport: any Transport) -> AWSCredentialSource.Surroundings {
    AWSCredentialSource.Surroundings(region: "eu-west-1", transport: transport, time: time)
  }
  private static let nobody = InMemoryTransport { _ in .whole(.xml("", status: 500)) }
  private static func bytes(_ values: [String: String]) -> [String: [UInt8]] { values.mapValues { Array($0.utf8) } }
  private static let json =
    #"{"AccessKeyId":"M","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-01T06:00:00Z","Code":"Success"}"#

  /// A file that is gone with the test.
  private func withFile<Result>(_ text: String, _ body: (String) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("aws-\(UInt64.random(in: 0 ... .max))")
      .path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
  }

  @Test func aSecretsKeysAreTakenWithoutTheirLineBreaks() async throws {
    let data = Self.bytes(["accessKeyId": "A\n", "secretAccessKey": " S\n", "sessionToken": "T"])
    let keys = try await AWSCredentialSource(secret: data, surroundings(Self.nobody)).credentials()
    #expect(keys == AWSCredentials(accessKeyID: "A", secretAccessKey: "S", sessionToken: "T"))
  }

  @Test func aSecretWithoutAKeyNamesTheKey() async {
    let (data, place) = (Self.bytes(["accessKeyId": "A", "secretAccessKey": " "]), surroundings(Self.nobody))
    let error = await failure { () async throws(CloudError) in try AWSCredentialSource(secret: data, place) }
    #expect(error?.kind == .unauthenticated)
    #expect(error?.message == "the Secret has no key secretAccessKey")
  }

  @Test func aRoleInASecretIsAssumedWithItsKeys() async throws {
    let sts = InMemoryTransport { _ in .whole(.assumedRole("AssumeRole", id: "R", expires: "2026-01-01T01:00:00Z")) }
    let data = Self.bytes([
      "accessKeyId": "A", "secretAccessKey": "S", "roleArn": "arn:aws:iam::1:role/x", "externalId": "e",
    ])
    let keys = try await AWSCredentialSource(secret: data, surroundings(sts)).credentials()
    #expect(keys.accessKeyID == "R" && keys.sessionToken == "t")
    let request = try #require(sts.requests.first)
    #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
    #expect(request.headers["Authorization"]?.contains("Credential=A/20260101/eu-west-1/sts/") == true)
    #expect(request.form["RoleArn"] == "arn:aws:iam::1:role/x" && request.form["ExternalId"] == "e")
    #expect(request.form["RoleSessionName"] == "cloudlinker-operator" && request.form["Version"] == "2011-06-15")
  }

  @Test func aWebIdentityIsTradedWithoutASignatureAndReadAgainEachTime() async throws {
    let sts = InMemoryTransport { request in
      let id = request.form["WebIdentityToken"] ?? ""
      return .whole(.assumedRole("AssumeRoleWithWebIdentity", id: id, expires: "2026-01-01T00:10:00Z"))
    }
    try await withFile("one\n") { path in
      let environment = [
        "AWS_ROLE_ARN": "arn", "AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x",
      ]
      let source = try AWSCredentialSource(environment: environment, surroundings(sts))
      #expect(try await source.credentials().accessKeyID == "one")
      try Data("two".utf8).write(to: URL(fileURLWithPath: path))
      #expect(try await source.credentials().accessKeyID == "one")
      time.advance(by: .seconds(301))
      #expect(try await source.credentials().accessKeyID == "two")
    }
    #expect(sts.requests.allSatisfy { $0.headers["Authorization"] == nil })
    #expect(sts.requests.count == 2)
  }

  @Test func aTokenFileThatIsMissingIsNamed() async throws {
    let environment = ["AWS_ROLE_ARN": "arn", "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token"]
    let source = try AWSCredentialSource(environment: environment, surroundings(Self.nobody))
    let error = await failure { () async throws(CloudError) in try await source.credentials() }
    #expect(error?.kind == .unauthenticated)
    #expect(error?.message.contains("/nowhere/token") == true)
  }

  @Test func podIdentitySendsTheTokenFileAsItIs() async throws {
    let agent = InMemoryTransport { _ in .whole(.json(Self.json)) }
    try await withFile("raw-token\n") { path in
      let environment = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": path,
      ]
      let keys = try await AWSCredentialSource(environment: environment, surroundings(agent)).credentials()
      #expect(keys.accessKeyID == "M" && keys.expiration == Timestamp("2026-01-01T06:00:00Z"))
    }
    #expect(agent.requests.first?.headers["Authorization"] == "raw-token")
  }

  @Test(arguments: ["http://169.254.1.1/x", "http://evil.example/x", "nonsense"])
  func podIdentitysTokenIsSentNowhereElseInTheClear(url: String) async throws {
    let agent = InMemoryTransport { _ in .whole(.json(Self.json)) }
    let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret"]
    let source = try AWSCredentialSource(environment: environment, surroundings(agent))
    #expect(await failure { () async throws(CloudError) in try await source.credentials() }?.kind == .unauthenticated)
    #expect(agent.requests.isEmpty)
  }

  @Test func theInstanceIsAskedBySession() async throws {
    let metadata = InMemoryTransport { request in
      switch (request.method, request.url, request.headers["X-aws-ec2-metadata-token"]) {
      case ("PUT", "http://169.254.169.254/latest/api/token", nil): .whole(.xml("session"))
      case ("GET", "http://169.254.169.254/latest/meta-data/iam/security-credentials/", "session"):
        .whole(.xml("node-role\n"))
      case ("GET", "http://169.254.169.254/latest/meta-data/iam/security-credentials/node-role", "session"):
        .whole(.json(Self.json))
      default: .whole(.xml("", status: 401))
      }
    }
    #expect(try await AWSCredentialSource(environment: [:], surroundings(metadata)).credentials().accessKeyID == "M")
  }

  @Test func keysInTheEnvironmentComeFirst() async throws {
    let environment = [
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "", "AWS_ROLE_ARN": "arn",
      "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere",
    ]
    let keys = try await AWSCredentialSource(environment: environment, surroundings(Self.nobody)).credentials()
    #expect(keys == AWSCredentials(accessKeyID: "A", secretAccessKey: "S"))
  }
}
