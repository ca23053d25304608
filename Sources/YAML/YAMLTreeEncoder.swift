/// Turns an `Encodable` into a tree and keeps the order in which keys are encoded.
final class YAMLTreeEncoder: Encoder {
  /// A container under construction; shared by the encoder and the containers it has handed out.
  enum Content {
    case none
    case single(YAMLValue)
    case array([YAMLTreeEncoder])
    case object([(key: String, value: YAMLTreeEncoder)])
  }
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  var content = Content.none

  private init(_ codingPath: [any CodingKey]) { self.codingPath = codingPath }

  static func encode(_ value: any Encodable, codingPath: [any CodingKey]) throws -> YAMLValue {
    let encoder = YAMLTreeEncoder(codingPath)
    try value.encode(to: encoder)
    return encoder.value
  }

  var value: YAMLValue {
    switch content {
    case .none: .object([])
    case .single(let value): value
    case .array(let items): .array(items.map(\.value))
    case .object(let members): .object(members.map { YAMLValue.Member($0.key, $0.value.value) })
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .none = content { content = .object([]) }
    return KeyedEncodingContainer(YAMLKeyedContainer<Key>(encoder: self))
  }
  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .none = content { content = .array([]) }
    return YAMLUnkeyedContainer(encoder: self)
  }
  func singleValueContainer() -> any SingleValueEncodingContainer { YAMLSingleValueContainer(encoder: self) }

  /// The encoder of the value at `key`, which replaces an earlier one of that name.
  func member(_ key: any CodingKey) -> YAMLTreeEncoder {
    let child = YAMLTreeEncoder(codingPath + [key])
    var members: [(key: String, value: YAMLTreeEncoder)] = []
    if case .object(let known) = content { members = known }
    content = .none
    if let index = members.firstIndex(where: { $0.key == key.stringValue }) {
      members[index].value = child
    } else {
      members.append((key.stringValue, child))
    }
    content = .object(members)
    return child
  }

  func item() -> YAMLTreeEncoder {
    var items: [YAMLTreeEncoder] = []
    if case .array(let known) = content { items = known }
    content = .none
    let child = YAMLTreeEncoder(codingPath + [YAMLIndexKey(items.count)])
    items.append(child)
    content = .array(items)
    return child
  }

  /// Encodes one value of any type: YAML's own scalars directly, any other through its `encode(to:)`.
  func set(_ value: some Encodable) throws {
    switch value {
    case let value as Bool: content = .single(.bool(value))
    case let value as String: content = .single(.string(value))
    case let value as any BinaryInteger:
      guard let integer = Int64(exactly: value) else {
        let context = EncodingError.Context(codingPath: codingPath, debugDescription: "exceeds 64 bits with a sign")
        throw EncodingError.invalidValue(value, context)
      }
      content = .single(.int(integer))
    case let value as Double: content = .single(.double(value))
    case let value as Float: content = .single(.double(Double(value)))
    case let value as YAMLValue: content = .single(value)
    case let values as [String: any Encodable]:
      // Swift's dictionaries have no order; sorting by key gives one that is the same in every run.
      content = .object([])
      for (key, value) in values.sorted(by: { $0.key < $1.key }) { try member(YAMLNameKey(key)).set(value) }
    default: try value.encode(to: self)
    }
  }
}

struct YAMLNameKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

struct YAMLIndexKey: CodingKey {
  var stringValue: String { "\(index)" }
  var intValue: Int? { index }
  private let index: Int
  init(_ index: Int) { self.index = index }
  init?(stringValue: String) { nil }
  init?(intValue: Int) { index = intValue }
}
