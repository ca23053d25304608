internal import Cloud
internal import Foundations

extension TwingateClient {
  /// Makes or changes an object.
  /// - Returns: the object as Twingate has it now.
  func entity<Entity: Decodable & Sendable>(
    _ document: Document,
    _ variables: [String: JSONValue],
    lane: Lane
  ) async throws(CloudError) -> Entity {
    let made: Made<Entity> = try await mutate(document, variables, lane: lane)
    guard let entity = made.entity else { return try lacking(document, "the object") }
    return entity
  }

  /// Deletes an object. One that does not exist counts as deleted.
  func delete(_ document: Document, _ id: String, lane: Lane) async throws(CloudError) {
    do throws(CloudError) {
      let _: Done = try await mutate(document, ["id": .string(id)], lane: lane)
    } catch {
      // Twingate answered so until 2024; since then it answers "ok".
      if error.kind != .notFound { throw error }
    }
  }

  func lacking<Value>(_ document: Document, _ what: String) throws(CloudError) -> Value {
    throw CloudError(
      .malformed,
      operation: document.operation,
      message: "the answer says that it is done and lacks \(what)",
      mayHaveBeenProcessed: true
    )
  }

  static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

  /// The filter for objects with one of these names.
  static func named(_ names: [String]) -> JSONValue { ["name": ["in": strings(names)]] }
}
