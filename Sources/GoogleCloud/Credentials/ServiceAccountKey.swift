internal import Cloud
internal import FoundationEssentials
internal import Foundations

/// A service account's key file (`"type": "service_account"`), exchanged for a token by a signed assertion (RFC 7523;
/// https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests).
struct ServiceAccountKey: Sendable, Decodable {
  var client_email: String
  var private_key: String
  var private_key_id: String?
  var token_uri: String?
  var project_id: String?

  private struct Header: Encodable {
    var alg = "RS256"
    var typ = "JWT"
    var kid: String?
  }
  private struct Claims: Encodable {
    var iss: String
    var scope: String
    var aud: String
    var iat: Int64
    var exp: Int64
  }
  static let defaultTokenURL = "https://oauth2.googleapis.com/token"
  static let operation = "oauth2.token"

  /// The signed assertion, valid for an hour, the longest time that Google accepts.
  func assertion(audience: String, now: Timestamp) throws(CloudError) -> String {
    let claims = Claims(
      iss: client_email,
      scope: TokenExchange.scope,
      aud: audience,
      iat: now.seconds,
      exp: now.seconds &+ 3600
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let header = try? encoder.encode(Header(kid: private_key_id)), let claims = try? encoder.encode(claims),
      let token = RS256.token(header: [UInt8](header), claims: [UInt8](claims), pem: private_key)
    else {
      throw CloudError(
        .unauthenticated,
        operation: Self.operation,
        message: "private_key of the service account's key is no RSA key in PEM: make a new key"
      )
    }
    return token
  }

  /// Tries once more if the local clock caused the refusal.
  func fetch(_ exchange: TokenExchange, tokenURL: String) async throws(CloudError) -> AccessToken {
    let offset = exchange.clock.offset
    do throws(CloudError) {
      return try await fetchOnce(exchange, tokenURL)
    } catch {
      guard error.kind == .unauthenticated, exchange.clock.offset != offset else { throw error }
      return try await fetchOnce(exchange, tokenURL)
    }
  }

  private func fetchOnce(_ exchange: TokenExchange, _ tokenURL: String) async throws(CloudError) -> AccessToken {
    try await exchange.post(
      [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", try assertion(audience: tokenURL, now: exchange.clock.timestamp)),
      ],
      to: tokenURL,
      operation: Self.operation
    )
  }
}
