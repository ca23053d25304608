/// Answers to mutations.
struct Done: MutationPayload {
  var ok: Bool
  var error: String?
}

struct Made<Entity: Decodable & Sendable>: MutationPayload {
  var ok: Bool
  var error: String?
  var entity: Entity?
}

struct MadeTokens: MutationPayload {
  struct Pair: Decodable, Sendable { var accessToken, refreshToken: String }
  var ok: Bool
  var error: String?
  var connectorTokens: Pair?
}

struct MadeKey: MutationPayload {
  var ok: Bool
  var error: String?
  var token: String?
  var entity: ServiceAccountKey?
}
