struct YAMLKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: YAMLTreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil(forKey key: Key) throws { encoder.member(key).content = .single(.null) }
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try encoder.member(key).set(value) }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<Nested> { encoder.member(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.member(key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { encoder.member(YAMLNameKey("super")) }
  func superEncoder(forKey key: Key) -> any Encoder { encoder.member(key) }
}

struct YAMLUnkeyedContainer: UnkeyedEncodingContainer {
  let encoder: YAMLTreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int {
    guard case .array(let items) = encoder.content else { return 0 }
    return items.count
  }

  func encodeNil() throws { encoder.item().content = .single(.null) }
  func encode<Value: Encodable>(_ value: Value) throws { try encoder.item().set(value) }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    encoder.item().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.item().unkeyedContainer() }
  func superEncoder() -> any Encoder { encoder.item() }
}

struct YAMLSingleValueContainer: SingleValueEncodingContainer {
  let encoder: YAMLTreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil() throws { encoder.content = .single(.null) }
  func encode<Value: Encodable>(_ value: Value) throws { try encoder.set(value) }
}

/// Lets a tree be part of a value that is encoded or decoded.
extension YAMLValue: Encodable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .bool(let value): try value.encode(to: encoder)
    case .int(let value): try value.encode(to: encoder)
    case .double(let value): try value.encode(to: encoder)
    case .string(let value): try value.encode(to: encoder)
    case .array(let items): try items.encode(to: encoder)
    case .object(let members):
      var container = encoder.container(keyedBy: YAMLNameKey.self)
      for member in members { try container.encode(member.value, forKey: YAMLNameKey(member.key)) }
    }
  }
}
