public import Cloud
internal import FoundationEssentials
public import Foundations
public import HTTPTransport

/// Reads a small file; nil if that fails.
public typealias CredentialFileReader = @Sendable (String) -> [UInt8]?

/// The identity of a client. A value; `tokens` creates the tokens for requests.
///
/// A tenant writes a Secret, and the operator's owner the process's environment, so different content is allowed in
/// them. An `external_account` names files to read and addresses to send them to. From a Secret it could send the
/// operator's own token anywhere, so only the environment may contain one. For the same reason the `token_uri` of a key
/// in a Secret must be Google's.
public struct GoogleCredentialSource: Sendable, CustomStringConvertible, CustomReflectable {
  enum Kind: Sendable {
    case key(ServiceAccountKey, tokenURL: String)
    case external(ExternalAccount)
    case metadata(host: String?)
  }
  let kind: Kind
  private let readFile: CredentialFileReader

  /// Without the key.
  public var description: String {
    switch kind {
    case .key(let key, _): "key of service account \(key.client_email)"
    case .external(let account): "workload identity federation with \(account.audience)"
    case .metadata: "the metadata server"
    }
  }
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// The project that the credentials name, if any.
  public var projectID: String? {
    if case .key(let key, _) = kind { return key.project_id }
    return nil
  }

  /// Reads a Secret, whose `key.json` is a service account's key.
  /// - Parameter tokenURL: replaces the key's own, for emulators and sovereign clouds.
  public init(secret data: [String: [UInt8]], tokenURL: String? = nil) throws(CloudError) {
    guard let bytes = data["key.json"] else { throw Self.unusable("the Secret lacks key.json") }
    let json = try Self.type(of: bytes, at: "key.json")
    guard json == "service_account" else {
      throw Self.unusable(
        "key.json of the Secret is of \(Self.shownType(json)): only service_account is allowed"
      )
    }
    let key = try Self.key(in: bytes, at: "key.json")
    let url = tokenURL ?? key.token_uri ?? ServiceAccountKey.defaultTokenURL
    guard tokenURL != nil || Self.isGoogles(url) else {
      throw Self.unusable("token_uri in key.json is not https://oauth2.googleapis.com/token")
    }
    kind = .key(key, tokenURL: url)
    readFile = { _ in nil }
  }

  /// Reads the process's environment: the file in GOOGLE_APPLICATION_CREDENTIALS, or else the metadata server
  /// (https://cloud.google.com/docs/authentication/application-default-credentials).
  /// - Parameter allowsMetadata: whether the metadata server may be used. Every program on the node has its identity,
  ///   unless GKE's workload identity answers instead.
  public init(
    environment: [String: String],
    tokenURL: String? = nil,
    allowsMetadata: Bool = true,
    readFile: @escaping CredentialFileReader = GoogleCredentialSource.fileContent
  ) throws(CloudError) {
    self.readFile = readFile
    guard let path = environment["GOOGLE_APPLICATION_CREDENTIALS"], !path.isEmpty else {
      guard allowsMetadata else {
        throw Self.unusable(
          "the operator has no identity of its own in Google Cloud (GOOGLE_APPLICATION_CREDENTIALS), and may not use that of "
            + "the metadata server (--node-cloud-identity)"
        )
      }
      kind = .metadata(host: environment["GCE_METADATA_HOST"])
      return
    }
    guard let bytes = readFile(path) else { throw Self.unusable("\(path) cannot be read") }
    switch try Self.type(of: bytes, at: path) {
    case "service_account":
      let key = try Self.key(in: bytes, at: path)
      kind = .key(key, tokenURL: tokenURL ?? key.token_uri ?? ServiceAccountKey.defaultTokenURL)
    case "external_account":
      guard let account = try? JSONDecoder().decode(ExternalAccount.self, from: Data(bytes)) else {
        throw Self.unusable("\(path) lacks what an external_account needs")
      }
      kind = .external(account)
    case let type: throw Self.unusable("\(path) is of \(Self.shownType(type)), which is not supported here")
    }
  }

  /// google-auth's refresh threshold: the metadata server renews its own token by then.
  private static let margin: Duration = .seconds(225)

  /// - Parameter transport: without retries of its own; requests for tokens are retried here.
  public func tokens(
    over transport: any Transport,
    time: any TimeSource = SystemTimeSource()
  ) -> CredentialCache<String> {
    let exchange = TokenExchange(transport: RetryingTransport(transport, time: time), time: time)
    let (kind, readFile) = (self.kind, self.readFile)
    return CredentialCache(margin: Self.margin, time: time) { () async throws(CloudError) in
      let begun = time.now
      let token: AccessToken
      switch kind {
      case .key(let key, let url): token = try await key.fetch(exchange, tokenURL: url)
      case .external(let account): token = try await account.fetch(exchange, readFile: readFile)
      case .metadata(let host):
        token = try await MetadataServer(host: host, transport: exchange.transport, time: time).fetch()
      }
      return CredentialCache.Fetched(token.value, lifetime: begun.duration(to: token.expiresAt))
    }
  }

  public static let fileContent: CredentialFileReader = { path in
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  private struct Typed: Decodable { var type: String? }

  private static func type(of bytes: [UInt8], at place: String) throws(CloudError) -> String {
    guard let type = (try? JSONDecoder().decode(Typed.self, from: Data(bytes)))?.type else {
      throw unusable("\(place) is not a credential file: JSON with a type")
    }
    return type
  }

  /// The names of types that Google's libraries know (https://google.aip.dev/auth/4110). Any other text is content of a
  /// credential file, which an error must not show.
  private static func shownType(_ type: String) -> String {
    let known = [
      "service_account", "external_account", "external_account_authorized_user", "authorized_user",
      "impersonated_service_account", "gdch_service_account",
    ]
    return known.contains(type) ? "type \(type)" : "a type of \(type.unicodeScalars.count) characters"
  }

  private static func key(in bytes: [UInt8], at place: String) throws(CloudError) -> ServiceAccountKey {
    guard let key = try? JSONDecoder().decode(ServiceAccountKey.self, from: Data(bytes)) else {
      throw unusable("\(place) lacks client_email or private_key")
    }
    return key
  }

  private static func isGoogles(_ url: String) -> Bool {
    guard let target = HTTPTarget(url) else { return false }
    return target.scheme == .https && target.port == 443
      && (target.host == "googleapis.com" || target.host.hasSuffix(".googleapis.com"))
  }

  private static func unusable(_ message: String) -> CloudError {
    CloudError(.unauthenticated, operation: "credentials", message: message)
  }
}
