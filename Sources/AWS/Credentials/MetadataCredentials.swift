internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// The answer of both local services.
private struct MetadataAnswer: Decodable {
  var accessKeyID: String
  var secretAccessKey: String
  var token: String?
  var expiration: Timestamp?
  enum CodingKeys: String, CodingKey {
    case accessKeyID = "AccessKeyId"
    case secretAccessKey = "SecretAccessKey"
    case token = "Token"
    case expiration = "Expiration"
  }
}

/// Sends a request to a service of the node, which has no TLS, no throttling and no structure in its errors.
struct MetadataService: Sendable {
  var transport: any Transport
  var operation: String

  func text(_ method: String, _ url: String, headers: HTTPHeaders) async throws(CloudError) -> String {
    let request = HTTPRequest(
      method: method,
      url: url,
      headers: headers,
      timeouts: HTTPTimeouts(connect: .seconds(2), total: .seconds(5)),
      isIdempotent: true
    )
    let response: HTTPResponse
    do throws(TransportError) { response = try await transport.send(request) } catch {
      throw CloudError(error, operation: operation)
    }
    guard response.status == 200 else {
      let kind: CloudError.Kind = response.status >= 500 || response.status == 429 ? .unavailable : .unauthenticated
      throw CloudError(kind, operation: operation, message: "the credential service answered \(response.status)")
    }
    return String(decoding: response.body, as: UTF8.self)
  }

  func credentials(_ url: String, headers: HTTPHeaders) async throws(CloudError) -> AWSCredentials {
    let text = try await text("GET", url, headers: headers)
    guard let answer = try? JSONDecoder().decode(MetadataAnswer.self, from: Data(text.utf8)),
      !answer.accessKeyID.isEmpty, !answer.secretAccessKey.isEmpty
    else {
      throw CloudError(.malformed, operation: operation, message: "the credential service answered with no credentials")
    }
    return AWSCredentials(
      accessKeyID: answer.accessKeyID,
      secretAccessKey: answer.secretAccessKey,
      sessionToken: answer.token,
      expiration: answer.expiration
    )
  }
}

/// EKS Pod Identity and ECS: a URL on the node, and a token file with the content of the Authorization header.
struct ContainerCredentials: CredentialProvider {
  var transport: any Transport
  var url: String
  var tokenFile: String?
  /// Replaces the file.
  var token: String?
  var canChange: Bool { true }
  private static let operation = "eks-auth:AssumeRoleForPodIdentity"

  func fetch() async throws(CloudError) -> AWSCredentials {
    guard let target = HTTPTarget(url), target.scheme == .https || Self.isLocal(target.host) else {
      throw CloudError(
        .unauthenticated,
        operation: Self.operation,
        message:
          "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of the node; no token is sent there"
      )
    }
    var headers: HTTPHeaders = [:]
    if let tokenFile {
      headers["Authorization"] = try await TokenFile.read(tokenFile, operation: Self.operation)
    } else {
      headers["Authorization"] = token
    }
    return try await MetadataService(transport: transport, operation: Self.operation).credentials(url, headers: headers)
  }

  /// The loopback addresses and the link-local ones of ECS and EKS Pod Identity (SDK Reference, "Container
  /// credentials").
  private static func isLocal(_ host: String) -> Bool {
    ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(host)
      || IPv4Address(host).map { $0.bits >> 24 == 127 } == true
  }
}

/// The role of the EC2 instance, from version 2 of its metadata service. A pod reaches it only if the instance's hop
/// limit is 2 or more.
struct InstanceCredentials: CredentialProvider {
  var transport: any Transport
  /// By default `http://169.254.169.254`.
  var endpoint: String
  var canChange: Bool { true }

  func fetch() async throws(CloudError) -> AWSCredentials {
    let service = MetadataService(transport: transport, operation: "ec2:InstanceMetadata")
    let token = try await service.text(
      "PUT",
      "\(endpoint)/latest/api/token",
      headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"]
    )
    let headers: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
    let folder = "\(endpoint)/latest/meta-data/iam/security-credentials/"
    let roles = try await service.text("GET", folder, headers: headers)
    guard let role = roles.split(whereSeparator: \.isNewline).first else {
      throw CloudError(
        .unauthenticated,
        operation: service.operation,
        message: "the instance has no role: attach an instance profile, or give credentials in a Secret"
      )
    }
    return try await service.credentials(folder + PercentEncoding.encode(role), headers: headers)
  }
}
