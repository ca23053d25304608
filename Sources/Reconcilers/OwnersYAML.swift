internal import CloudLinkerAPI
internal import Foundations
internal import YAML

/// A value that the cluster's owner writes into a ConfigMap, in YAML. No API server validates it, so an unknown field
/// is an error: if a misspelt field were ignored, it would have no effect and nobody would notice.
enum OwnersYAML {
  /// Nil: the text is empty.
  static func read<Value: Decodable & SchemaDescribing>(
    _ type: Value.Type,
    _ text: String
  ) throws(OwnersYAMLProblem) -> Value? {
    let tree = try decode(JSONValue.self, text)
    try refuse(Value.schema.unknownFields(in: tree))
    return tree == .null ? nil : try decode(type, text)
  }

  static func refuse(_ errors: [FieldError]) throws(OwnersYAMLProblem) {
    guard !errors.isEmpty else { return }
    throw OwnersYAMLProblem(errors.map(\.description).joined(separator: "; "))
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws(OwnersYAMLProblem) -> Value {
    do {
      return try YAML.decode(type, from: Array(text.utf8))
    } catch {
      throw OwnersYAMLProblem("\(error)")
    }
  }
}

/// A problem of the value, for the cluster's owner.
struct OwnersYAMLProblem: Error, Hashable, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
