public import Cloud
public import Foundations
public import HTTPTransport

/// The source of credentials: a Secret's data, or the process's environment. Copies share fetched credentials.
public struct AWSCredentialSource: Sendable {
  private let provider: any CredentialProvider
  private let cache: CredentialCache<AWSCredentials>

  /// What the sources of credentials depend on.
  public struct Surroundings: Sendable {
    /// The region of STS.
    public var region: String
    public var transport: any Transport
    public var time: any TimeSource
    /// Replaces `https://sts.{region}.amazonaws.com`.
    public var stsURL: String?
    /// Appears in CloudTrail; `[A-Za-z0-9=,.@-]`, 2 to 64 characters.
    public var sessionName = "cloudlinker-operator"
    public init(
      region: String,
      transport: any Transport,
      time: any TimeSource = SystemTimeSource(),
      stsURL: String? = nil
    ) {
      self.region = region
      self.transport = transport
      self.time = time
      self.stsURL = stsURL
    }
  }

  init(_ provider: any CredentialProvider, time: any TimeSource) {
    self.provider = provider
    cache = CredentialCache(time: time) { () async throws(CloudError) in
      let fetched = try await provider.fetch()
      return CredentialCache.Fetched(fetched, lifetime: fetched.expiration?.since(time.timestamp))
    }
  }

  public init(_ credentials: AWSCredentials) {
    self.init(StaticCredentials(credentials: credentials), time: SystemTimeSource())
  }

  /// Credentials from a Secret: `accessKeyId`, `secretAccessKey` and optionally `sessionToken`. With `roleArn`, and
  /// optionally `externalId`, that role is assumed.
  /// - Throws: `.unauthenticated` naming the missing key.
  public init(secret: [String: [UInt8]], _ surroundings: Surroundings) throws(CloudError) {
    func value(_ key: String) -> String? {
      let text = secret[key].map { String(decoding: $0, as: UTF8.self) }
      return text?.split(whereSeparator: \.isWhitespace).first.map { String($0) }
    }
    func required(_ key: String) throws(CloudError) -> String {
      if let value = value(key) { return value }
      throw CloudError(.unauthenticated, operation: "credentials", message: "the Secret has no key \(key)")
    }
    let keys = AWSCredentials(
      accessKeyID: try required("accessKeyId"),
      secretAccessKey: try required("secretAccessKey"),
      sessionToken: value("sessionToken")
    )
    let base = AWSCredentialSource(StaticCredentials(credentials: keys), time: surroundings.time)
    self = value("roleArn").map { base.assuming($0, externalID: value("externalId"), surroundings) } ?? base
  }

  /// Credentials from the process's environment, in the order of AWS's SDKs: keys, a web identity (IRSA), a container's
  /// URL (EKS Pod Identity), the instance's role.
  /// - Parameter allowsInstance: whether the instance's role may be used, which every program on the instance has.
  /// - Throws: `.unauthenticated` if only that role is left and it is not allowed.
  public init(
    environment: [String: String],
    _ surroundings: Surroundings,
    allowsInstance: Bool = true
  ) throws(CloudError) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let provider: any CredentialProvider
    if let id = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") {
      let keys = AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: value("AWS_SESSION_TOKEN"))
      provider = StaticCredentials(credentials: keys)
    } else if let role = value("AWS_ROLE_ARN"), let file = value("AWS_WEB_IDENTITY_TOKEN_FILE") {
      provider = WebIdentityCredentials(
        sts: Self.sts(surroundings, credentials: nil),
        roleARN: role,
        tokenFile: file,
        sessionName: value("AWS_ROLE_SESSION_NAME") ?? surroundings.sessionName
      )
    } else if let url = value("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      provider = ContainerCredentials(
        transport: surroundings.transport,
        url: url,
        tokenFile: value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        token: value("AWS_CONTAINER_AUTHORIZATION_TOKEN")
      )
    } else {
      guard allowsInstance else {
        throw CloudError(
          .unauthenticated,
          operation: "credentials",
          message:
            "the operator has no identity of its own in AWS (IRSA, EKS Pod Identity, or keys in its environment), and "
            + "may not use that of its node (--node-cloud-identity)"
        )
      }
      let endpoint = value("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
      provider = InstanceCredentials(
        transport: surroundings.transport,
        endpoint: endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
      )
    }
    self.init(provider, time: surroundings.time)
  }

  /// A role that these credentials assume.
  /// - Parameter trust: for the message when STS refuses: what the role's owner needs to know to trust these
  ///   credentials.
  public func assuming(
    _ roleARN: String,
    externalID: String? = nil,
    trust: String? = nil,
    _ surroundings: Surroundings
  ) -> AWSCredentialSource {
    let provider = AssumedRoleCredentials(
      sts: Self.sts(surroundings, credentials: self),
      roleARN: roleARN,
      externalID: externalID,
      trust: trust,
      sessionName: surroundings.sessionName
    )
    return AWSCredentialSource(provider, time: surroundings.time)
  }

  /// Valid for at least five more minutes, unless newer ones cannot be fetched.
  /// - Parameter refused: the credentials that a service refused. Others are fetched unless that was done already.
  public func credentials(refusing refused: AWSCredentials? = nil) async throws(CloudError) -> AWSCredentials {
    try await cache.credentials(refusing: refused)
  }

  /// Whether asking again after a refusal can give other credentials.
  var canRefresh: Bool { provider.canChange }

  private static func sts(_ surroundings: Surroundings, credentials: AWSCredentialSource?) -> STSClient {
    STSClient(
      QueryClient(
        endpoint: AWSEndpoint(service: "sts", region: surroundings.region, override: surroundings.stsURL),
        version: STSClient.version,
        credentials: credentials,
        transport: surroundings.transport,
        time: surroundings.time
      )
    )
  }
}
