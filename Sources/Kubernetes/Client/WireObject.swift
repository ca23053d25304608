internal import FoundationEssentials

/// An object as it is sent: with `apiVersion` and `kind`, and of its metadata what a writer may say.
struct WireObject<Object: Resource>: Encodable {
  let object: Object
  /// Nil: everything; else metadata's name and namespace, and these top-level fields.
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
    for field in Mirror(reflecting: object).children {
      guard let label = field.label, fields.contains(label), let value = field.value as? any Encodable else { continue }
      try container.encode(AnyEncodable(value), forKey: Key(stringValue: label))
    }
  }

  private struct AnyEncodable: Encodable {
    let value: any Encodable
    init(_ value: any Encodable) { self.value = value }
    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
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
