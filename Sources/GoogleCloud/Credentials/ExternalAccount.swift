internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Workload identity federation (`"type": "external_account"`, https://google.aip.dev/auth/4117). A token of another
/// identity provider, from a file or a URL, is exchanged at STS (RFC 8693), and the result, if so configured, for a
/// token of a service account. Programs (`executable`) and AWS's own source are not supported.
struct ExternalAccount: Sendable, Decodable {
  struct Source: Sendable, Decodable {
    struct Format: Sendable, Decodable {
      /// `text`, the default, or `json`.
      var type: String?
      var subject_token_field_name: String?
    }
    var file: String?
    var url: String?
    var headers: [String: String]?
    var format: Format?
  }
  var audience: String
  var subject_token_type: String
  var token_url: String
  var credential_source: Source
  var service_account_impersonation_url: String?

  private struct Impersonated: Decodable {
    var accessToken: String?
    var expireTime: String?
  }
  private struct Impersonation: Encodable {
    var scope = [TokenExchange.scope]
    var lifetime = "3600s"
  }

  func fetch(_ exchange: TokenExchange, readFile: CredentialFileReader) async throws(CloudError) -> AccessToken {
    let subject = try await subjectToken(exchange, readFile: readFile)
    let federated = try await exchange.post(
      [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("audience", audience),
        ("scope", TokenExchange.scope), ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("subject_token", subject), ("subject_token_type", subject_token_type),
      ],
      to: token_url,
      operation: "sts.token"
    )
    guard let url = service_account_impersonation_url else { return federated }
    return try await impersonate(url, with: federated, exchange)
  }

  private func impersonate(_ url: String, with federated: AccessToken, _ exchange: TokenExchange)
    async throws(CloudError) -> AccessToken
  {
    let operation = "iam.serviceAccounts.getAccessToken"
    let request = HTTPRequest(
      method: "POST",
      url: url,
      headers: ["Authorization": "Bearer \(federated.value)", "Content-Type": "application/json"],
      body: (try? JSONEncoder().encode(Impersonation())).map { [UInt8]($0) },
      isIdempotent: true
    )
    let (now, wall) = (exchange.time.now, exchange.time.timestamp)
    let body = try await exchange.answer(to: request, operation: operation)
    let answer: Impersonated = try TokenExchange.decode(body, operation: operation)
    guard let value = answer.accessToken, TokenExchange.isHeaderSafe(value),
      let end = answer.expireTime.flatMap({ Timestamp($0) }), end > wall
    else {
      throw CloudError(.malformed, operation: operation, message: "the answer holds no accessToken with expireTime")
    }
    return AccessToken(value: value, expiresAt: now.advanced(by: min(end.since(wall), .seconds(86_400))))
  }

  /// Read again each time, because its issuer renews it.
  private func subjectToken(_ exchange: TokenExchange, readFile: CredentialFileReader) async throws(CloudError)
    -> String
  {
    let (bytes, place) = try await subject(exchange, readFile: readFile)
    let isJSON = credential_source.format?.type == "json"
    let text: String?
    if isJSON {
      let field = credential_source.format?.subject_token_field_name ?? ""
      text = (try? JSONDecoder().decode([String: LenientString].self, from: Data(bytes)))?[field]?.value
    } else {
      text = String(validating: bytes, as: UTF8.self)
    }
    let token = text.map { String($0.trimmed) } ?? ""
    guard TokenExchange.isHeaderSafe(token) else {
      throw CloudError(.unauthenticated, operation: "sts.token", message: "\(place) holds no subject token")
    }
    return token
  }

  private func subject(_ exchange: TokenExchange, readFile: CredentialFileReader) async throws(CloudError)
    -> ([UInt8], String)
  {
    if let file = credential_source.file {
      guard let bytes = readFile(file) else {
        throw CloudError(.unauthenticated, operation: "sts.token", message: "\(file) cannot be read")
      }
      return (bytes, file)
    }
    guard let url = credential_source.url else {
      throw CloudError(
        .unauthenticated,
        operation: "sts.token",
        message: "credential_source names neither a file nor a url, and nothing else is supported"
      )
    }
    var headers = HTTPHeaders()
    for (name, value) in (credential_source.headers ?? [:]).sorted(by: { $0.key < $1.key }) { headers.add(name, value) }
    let request = HTTPRequest(url: url, headers: headers)
    return (try await exchange.answer(to: request, operation: "credential_source.url"), "the answer of \(url)")
  }
}

/// A string; nil for any other JSON value.
private struct LenientString: Decodable {
  var value: String?
  init(from decoder: any Decoder) throws { value = try? decoder.singleValueContainer().decode(String.self) }
}

extension String {
  /// Without whitespace at both ends.
  var trimmed: Substring {
    let isBlank: (Character) -> Bool = { $0.isWhitespace }
    guard let start = firstIndex(where: { !isBlank($0) }), let end = lastIndex(where: { !isBlank($0) }) else {
      return ""
    }
    return self[start...end]
  }
}
