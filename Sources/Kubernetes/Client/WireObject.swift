internal import FoundationEssentials
internal import Foundations

/// An object in the form in which it is sent: with `apiVersion` and `kind`, and only the metadata that a writer may
/// set.
struct WireObject<Object: Resource>: Encodable {
  let object: Object
  /// Nil: all fields; else metadata's name and namespace, and these top-level fields.
  let fields: Set<String>?

  init(_ object: Object, only fields: Set<String>?) {
    self.object = object
    self.fields = fields
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Object.resourceType.apiVersion, forKey: Key(stringValue: "apiVersion"))
    try container.encode(Object.resourceType.kind, forKey: Key(stringValue: "kind"))
    guard let fields else { return try object.encode(to: encoder) }
    var metadata = ObjectMeta(name: object.metadata.name, namespace: object.metadata.namespace)
    metadata.uid = object.metadata.uid
    try container.encode(metadata, forKey: Key(stringValue: "metadata"))
    // By their names in JSON, which may differ from those in a type's code.
    let members = try JSONDecoder().decode(Members.self, from: JSONEncoder().encode(object))
    for field in fields {
      if let member = try members.value(of: field) { try container.encode(member, forKey: Key(stringValue: field)) }
    }
  }

  /// The members of an encoded object, each decoded only when it is used.
  private struct Members: Decodable {
    private let container: KeyedDecodingContainer<Key>
    init(from decoder: any Decoder) throws { container = try decoder.container(keyedBy: Key.self) }
    func value(of field: String) throws -> JSONValue? {
      try container.decodeIfPresent(JSONValue.self, forKey: Key(stringValue: field))
    }
  }
}

/// JSON bodies of requests.
enum RequestBody {
  static func encode(_ value: some Encodable, what: String) throws(KubernetesError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(value))
    } catch {
      throw KubernetesError(.configuration, "\(what): cannot be written as JSON: \(KubernetesError.words(error))")
    }
  }
}
