public import Foundations

/// A type that describes itself as a structural schema (apiextensions.k8s.io/v1). Type and schema stand side by side,
/// and a test compares them in both directions: field by field, type by type, and whether each is optional.
public protocol SchemaDescribing: Codable {
  static var schema: Schema { get }
}

/// An OpenAPI v3 schema, as far as custom resources know it.
public struct Schema: Sendable, Hashable {
  public indirect enum Kind: Sendable, Hashable {
    case object([Field])
    case map(Schema)
    case list(Schema, ListType)
    case string
    case integer(format: String)
    case boolean
    case intOrString
    /// An object of any content; nothing is pruned.
    case anyObject
  }
  public enum ListType: Sendable, Hashable {
    case atomic
    case set
    case map(keys: [String])
  }
  public struct Field: Sendable, Hashable {
    public var name: String
    public var schema: Schema
    public var isRequired: Bool
    public static func required(_ name: String, _ schema: Schema) -> Field {
      Field(name: name, schema: schema, isRequired: true)
    }
    public static func optional(_ name: String, _ schema: Schema) -> Field {
      Field(name: name, schema: schema, isRequired: false)
    }
  }
  /// One entry of `x-kubernetes-validations`; API servers before 1.25 drop it.
  public struct Rule: Sendable, Hashable {
    public var expression: String
    /// What the user should do.
    public var message: String
    public init(_ expression: String, _ message: String) {
      self.expression = expression
      self.message = message
    }
  }

  public var kind: Kind
  public var description: String
  public var defaultValue: JSONValue?
  public var rules: [Rule] = []
  /// The remaining keywords, by their OpenAPI names.
  var keywords: [String: JSONValue] = [:]

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

// MARK: Making one

extension Schema {
  public static func object(_ description: String, _ fields: [Field]) -> Schema { Schema(.object(fields), description) }
  public static func map(_ description: String, of values: Schema) -> Schema { Schema(.map(values), description) }
  public static func list(_ description: String, of items: Schema, _ type: ListType = .atomic) -> Schema {
    Schema(.list(items, type), description)
  }
  public static func string(_ description: String) -> Schema { Schema(.string, description) }
  public static func integer(_ description: String, in range: ClosedRange<Int>? = nil) -> Schema {
    var schema = Schema(.integer(format: "int32"), description)
    if let range {
      schema.keywords["minimum"] = .int(Int64(range.lowerBound))
      schema.keywords["maximum"] = .int(Int64(range.upperBound))
    }
    return schema
  }
  public static func integer64(_ description: String) -> Schema { Schema(.integer(format: "int64"), description) }
  public static func boolean(_ description: String) -> Schema { Schema(.boolean, description) }
  public static func timestamp(_ description: String) -> Schema {
    Schema(.string, description).with("format", "date-time")
  }
  public static func intOrString(_ description: String) -> Schema { Schema(.intOrString, description) }
  public static func anyObject(_ description: String) -> Schema { Schema(.anyObject, description) }
  public static func enumeration<E: OpenEnumeration>(_ description: String, _: E.Type) -> Schema {
    Schema(.string, description).oneOf(E.allCases.map(\.rawValue))
  }

  /// The same schema with another description, for the place where it is used.
  public func described(_ description: String) -> Schema {
    var schema = self
    schema.description = description
    return schema
  }
  public func oneOf(_ values: [String]) -> Schema { with("enum", .array(values.map(JSONValue.string))) }
  public func matching(_ pattern: String) -> Schema { with("pattern", .string(pattern)) }
  public func length(_ range: ClosedRange<Int>) -> Schema {
    with("minLength", .int(Int64(range.lowerBound))).with("maxLength", .int(Int64(range.upperBound)))
  }
  public func items(_ range: ClosedRange<Int>) -> Schema {
    let schema = range.lowerBound > 0 ? with("minItems", .int(Int64(range.lowerBound))) : self
    return schema.with("maxItems", .int(Int64(range.upperBound)))
  }
  /// A map or an object that server-side apply replaces as a whole.
  ///
  /// Kubernetes 1.20 writes a null in place of one that is not atomic when server-side apply removes its last member, and
  /// then refuses that null.
  public var atomic: Schema { with("x-kubernetes-map-type", "atomic") }
  public func properties(atMost count: Int) -> Schema { with("maxProperties", .int(Int64(count))) }
  public func minimum(_ value: Int) -> Schema { with("minimum", .int(Int64(value))) }
  public func defaulting(to value: JSONValue) -> Schema {
    var schema = self
    schema.defaultValue = value
    return schema
  }
  public func rule(_ expression: String, _ message: String) -> Schema {
    var schema = self
    schema.rules.append(Rule(expression, message))
    return schema
  }
  public func rules(_ rules: [Rule]) -> Schema {
    var schema = self
    schema.rules += rules
    return schema
  }
  private func with(_ keyword: String, _ value: JSONValue) -> Schema {
    var schema = self
    schema.keywords[keyword] = value
    return schema
  }
}

// MARK: Writing it

extension Schema {
  /// The schema as JSON for a CustomResourceDefinition.
  public var json: JSONValue {
    var fields = keywords
    if !description.isEmpty { fields["description"] = .string(description) }
    if let defaultValue { fields["default"] = defaultValue }
    if !rules.isEmpty {
      fields["x-kubernetes-validations"] = .array(
        rules.map { .object(["rule": .string($0.expression), "message": .string($0.message)]) }
      )
    }
    switch kind {
    case .object(let members):
      fields["type"] = "object"
      if !members.isEmpty {
        fields["properties"] = .object(
          Dictionary(members.map { ($0.name, $0.schema.json) }, uniquingKeysWith: { first, _ in first })
        )
      }
      let required = members.filter(\.isRequired).map(\.name).sorted()
      if !required.isEmpty { fields["required"] = .array(required.map(JSONValue.string)) }
    case .map(let values):
      fields["type"] = "object"
      fields["additionalProperties"] = values.json
    case .list(let items, let type):
      fields["type"] = "array"
      fields["items"] = items.json
      switch type {
      case .atomic: fields["x-kubernetes-list-type"] = "atomic"
      case .set: fields["x-kubernetes-list-type"] = "set"
      case .map(let keys):
        fields["x-kubernetes-list-type"] = "map"
        fields["x-kubernetes-list-map-keys"] = .array(keys.map(JSONValue.string))
      }
    case .string: fields["type"] = "string"
    case .integer(let format):
      fields["type"] = "integer"
      fields["format"] = .string(format)
    case .boolean: fields["type"] = "boolean"
    case .intOrString:
      fields["x-kubernetes-int-or-string"] = true
      fields["anyOf"] = [["type": "integer"], ["type": "string"]]
    case .anyObject:
      fields["type"] = "object"
      fields["x-kubernetes-preserve-unknown-fields"] = true
    }
    return .object(fields)
  }
}
