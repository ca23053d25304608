public import Foundations

extension Schema {
  /// The fields of `value` that this schema does not have, each with the names that are allowed in its place. An API
  /// server prunes such fields from custom resources. Input that no API server checks must be refused instead, because
  /// a misspelt field would be ignored without a word.
  public func unknownFields(in value: JSONValue, at path: String = "") -> [FieldError] {
    switch (kind, value) {
    case (.object(let fields), .object(let members)):
      let known = Dictionary(fields.map { ($0.name, $0.schema) }, uniquingKeysWith: { first, _ in first })
      return members.sorted { $0.key < $1.key }.flatMap { name, member -> [FieldError] in
        let memberPath = path.isEmpty ? name : "\(path).\(name)"
        guard let schema = known[name] else {
          return [
            FieldError(
              memberPath,
              nil,
              "is not a field; the fields here are \(known.keys.sorted().joined(separator: ", "))"
            )
          ]
        }
        return schema.unknownFields(in: member, at: memberPath)
      }
    case (.map(let schema), .object(let members)):
      return members.sorted { $0.key < $1.key }.flatMap { schema.unknownFields(in: $1, at: "\(path).\($0)") }
    case (.list(let schema, _), .array(let items)):
      return items.enumerated().flatMap { schema.unknownFields(in: $1, at: "\(path)[\($0)]") }
    default: return []
    }
  }
}
