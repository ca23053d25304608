import Foundations
internal import Kubernetes

/// What a type reads when it is decoded: the tree of its fields.
indirect enum DecodedShape: Equatable {
  case object([String: Member])
  case list(DecodedShape)
  case map(DecodedShape)
  case string, integer, boolean
  /// A `JSONValue`.
  case any

  struct Member: Equatable {
    var shape: DecodedShape
    var isRequired: Bool
  }

  /// Decodes the type from a decoder that has every key, and writes down what was asked for.
  static func of(_ type: any Decodable.Type) throws -> DecodedShape { try FieldRecorder.record(type).1 }
}

/// A decoder that answers every question with a plausible value and records the questions.
private final class FieldRecorder: Decoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  var members: [String: DecodedShape.Member] = [:]
  var single: DecodedShape?
  var element: DecodedShape?

  static func record(_ type: any Decodable.Type) throws -> (any Decodable, DecodedShape) {
    if type == JSONValue.self { return (JSONValue.null, .any) }
    let recorder = FieldRecorder()
    let value = try type.init(from: recorder)
    if type is any DictionaryShaped.Type { return (value, .map(recorder.members["key"]?.shape ?? .any)) }
    return (value, recorder.single ?? recorder.element.map(DecodedShape.list) ?? .object(recorder.members))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Keyed<Key>(recorder: self))
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { Unkeyed(recorder: self) }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { Single(recorder: self) }

  static func shape(of type: any Decodable.Type) -> (any Decodable, DecodedShape)? {
    switch type {
    case is String.Type: ("1970-01-01T00:00:00Z", .string)
    case is Bool.Type: (true, .boolean)
    case is Int.Type: (1, .integer)
    case is Int64.Type: (Int64(1), .integer)
    default: nil
    }
  }

  struct Mismatch: Error { var type: String }
  static func value<T: Decodable>(_ type: T.Type) throws -> (T, DecodedShape) {
    let (value, shape) = try shape(of: type) ?? record(type)
    guard let value = value as? T else { throw Mismatch(type: "\(type)") }
    return (value, shape)
  }

  struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: FieldRecorder
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { Key(stringValue: "key").map { [$0] } ?? [] }
    func contains(_ key: Key) -> Bool {
      recorder.members[key.stringValue] = .init(shape: .any, isRequired: false)
      return true
    }
    func decodeNil(forKey key: Key) throws -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      let (value, shape) = try FieldRecorder.value(type)
      recorder.members[key.stringValue] = .init(shape: shape, isRequired: recorder.members[key.stringValue] == nil)
      return value
    }
    func nestedContainer<N: CodingKey>(keyedBy: N.Type, forKey: Key) throws -> KeyedDecodingContainer<N> {
      throw Mismatch(type: "nested container")
    }
    func nestedUnkeyedContainer(forKey: Key) throws -> any UnkeyedDecodingContainer {
      throw Mismatch(type: "nested container")
    }
    func superDecoder() throws -> any Decoder { recorder }
    func superDecoder(forKey key: Key) throws -> any Decoder { recorder }
  }

  struct Unkeyed: UnkeyedDecodingContainer {
    let recorder: FieldRecorder
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var currentIndex = 0
    var isAtEnd: Bool { currentIndex > 0 }
    init(recorder: FieldRecorder) { self.recorder = recorder }
    mutating func decodeNil() throws -> Bool { false }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
      currentIndex += 1
      let (value, shape) = try FieldRecorder.value(type)
      recorder.element = shape
      return value
    }
    mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> {
      throw Mismatch(type: "nested container")
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      throw Mismatch(type: "nested container")
    }
    mutating func superDecoder() throws -> any Decoder { recorder }
  }

  struct Single: SingleValueDecodingContainer {
    let recorder: FieldRecorder
    var codingPath: [any CodingKey] { [] }
    func decodeNil() -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
      let (value, shape) = try FieldRecorder.value(type)
      recorder.single = shape
      return value
    }
  }
}

private protocol DictionaryShaped {}
extension Dictionary: DictionaryShaped where Key == String {}
