internal import Cloud
internal import Foundations
internal import HTTPTransport

/// Builds requests for tokens and parses the answers, without sending anything.
struct TokenRequest {
  let endpoints: AzureEndpoints

  /// - Parameter assertion: for a workload identity, the content of its file.
  func request(_ credential: AzureCredential, assertion: String?) -> HTTPRequest {
    switch credential {
    case .clientSecret(let tenant, let client, let secret):
      return post(tenant, [("client_id", client), ("client_secret", secret.value)])
    case .workloadIdentity(let tenant, let client, _):
      return post(
        tenant,
        [
          ("client_id", client),
          ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
          ("client_assertion", assertion ?? ""),
        ]
      )
    case .managedIdentity(let client):
      var query = [("api-version", "2018-02-01"), ("resource", endpoints.audience + "/")]
      if let client { query.append(("client_id", client)) }
      return HTTPRequest(
        url: "\(endpoints.metadata)/metadata/identity/oauth2/token?\(PercentEncoding.form(query))",
        headers: ["Metadata": "true", "Accept": "application/json"],
        timeouts: HTTPTimeouts(connect: .seconds(2), total: .seconds(10))
      )
    }
  }

  private func post(_ tenant: String, _ fields: [(String, String)]) -> HTTPRequest {
    let form = fields + [("grant_type", "client_credentials"), ("scope", endpoints.audience + "/.default")]
    return HTTPRequest(
      method: "POST",
      url: "\(endpoints.authority)/\(tenant)/oauth2/v2.0/token",
      headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
      body: Array(PercentEncoding.form(form).utf8),
      isIdempotent: true
    )
  }

  /// The token and its lifetime.
  static func token(in response: HTTPResponse) throws(CloudError) -> (String, Duration) {
    let body = JSONValue(parsing: response.body) ?? .null
    guard response.status == 200 else { throw refusal(response, body) }
    // The metadata service writes the number as text.
    let seconds = body["expires_in"].flatMap { $0.int ?? $0.string.flatMap { Int64($0) } }
    guard let token = body["access_token"]?.string, !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      let seconds, seconds > 0
    else { throw CloudError(.malformed, operation: "token", message: "the answer holds no token") }
    return (token, .seconds(min(seconds, 86_400)))
  }

  /// The first line of `error_description` says what is wrong. The rest contains trace ids and a time, which always
  /// differ.
  private static func refusal(_ response: HTTPResponse, _ body: JSONValue) -> CloudError {
    let code = body["error"]?.string ?? ""
    let message = body["error_description"]?.string ?? "status \(response.status)"
    let line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? message
    let end = line.firstRange(of: " Trace ID:")?.lowerBound ?? line.endIndex
    let text = String(line[..<end].prefix(300))
    switch response.status {
    case 429: return CloudError(.throttled, operation: "token", code: code, message: text)
    case 500...: return CloudError(.unavailable, operation: "token", code: code, message: text)
    default: return CloudError(.unauthenticated, operation: "token", code: code, message: text)
    }
  }
}
