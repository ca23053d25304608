public import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Twingate's answer about a pair of tokens.
public enum TokenCheck: Sendable, Hashable {
  case valid
  case refused
  /// Twingate throttles, has trouble or cannot be reached. That is no reason to make other tokens.
  case unknown(CloudError)
}

extension TwingateClient {
  private static let validation = "validateTokens"

  /// Every connector of the tenant: there is no filter by remote network.
  public func connectors(lane: Lane) async throws(CloudError) -> [Connector] {
    try await list(.connectors, lane: lane)
  }

  public func createConnector(
    _ name: String,
    in remoteNetworkID: String,
    notifiesWhenOffline: Bool,
    lane: Lane
  ) async throws(CloudError) -> Connector {
    try await entity(
      .connectorCreate,
      [
        "name": .string(name), "remoteNetworkId": .string(remoteNetworkID),
        "hasStatusNotificationsEnabled": .bool(notifiesWhenOffline),
      ],
      lane: lane
    )
  }

  /// - Parameter name: nil: the name stays.
  public func updateConnector(
    _ id: String,
    name: String? = nil,
    notifiesWhenOffline: Bool? = nil,
    lane: Lane
  ) async throws(CloudError) -> Connector {
    var variables: [String: JSONValue] = ["id": .string(id)]
    variables["name"] = name.map { .string($0) }
    variables["hasStatusNotificationsEnabled"] = notifiesWhenOffline.map { .bool($0) }
    return try await entity(.connectorUpdate, variables, lane: lane)
  }

  public func deleteConnector(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.connectorDelete, id, lane: lane)
  }

  /// Makes a pair of tokens, which invalidates the previous one. This needs a key of level Read, Write & Provision.
  public func generateTokens(_ connectorID: String, lane: Lane) async throws(CloudError) -> ConnectorTokens {
    let document = Document.connectorGenerateTokens
    let made: MadeTokens = try await mutate(document, ["connectorId": .string(connectorID)], lane: lane)
    guard let pair = made.connectorTokens else { return try lacking(document, "the tokens") }
    return ConnectorTokens(access: SecretText(pair.accessToken), refresh: SecretText(pair.refreshToken))
  }

  /// Asks whether a pair of tokens is valid, which changes nothing. The API key is not sent.
  ///
  ///     200            valid
  ///     401            refused
  ///     anything else  unknown
  public func check(_ tokens: ConnectorTokens, lane: Lane) async -> TokenCheck {
    do throws(CloudError) {
      let body: JSONValue = ["refresh_token": .string(tokens.refresh.value)]
      let request = HTTPRequest(
        method: "POST",
        url: "https://\(try await shard())/api/v4/connector/validate_tokens",
        headers: ["Content-Type": "application/json", "Authorization": "Bearer \(tokens.access.value)"],
        body: (try? JSONEncoder().encode(body)).map { Array($0) },
        isIdempotent: true
      )
      let response = try await answered(request, kind: .read, lane: lane, operation: Self.validation)
      switch response.status {
      case 200: return .valid
      case 401: return .refused
      default:
        let kind = TwingateErrors.kind(status: response.status) ?? .malformed
        return .unknown(CloudError(kind, operation: Self.validation, message: "status \(response.status)"))
      }
    } catch {
      return .unknown(error)
    }
  }
}
