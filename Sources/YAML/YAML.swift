internal import FoundationEssentials

/// YAML to and from `Codable` values, read the way kubectl reads it: YAML 1.1 by go-yaml, then JSON.
///
///     let settings = try YAML.decode(Settings.self, from: bytes)
///     let text = try YAML.encode(settings)
public enum YAML {
  /// Decodes the one document in `bytes` (UTF-8). An empty input decodes as null.
  /// - Throws: `YAMLError` if there are several documents, or if the document does not decode as `Value`.
  public static func decode<Value: Decodable>(
    _ type: Value.Type,
    from bytes: [UInt8],
    limits: YAMLLimits = YAMLLimits()
  ) throws(YAMLError) -> Value {
    let documents = try parse(bytes, limits: limits)
    guard documents.count <= 1 else { throw YAMLError("found \(documents.count) documents where one was expected") }
    return try decode(type, from: documents.first ?? .null)
  }

  /// Decodes every document in `bytes` (UTF-8). Skips empty ones, such as those between two `---`, as kubectl does.
  public static func decodeAll<Value: Decodable>(
    _ type: Value.Type,
    from bytes: [UInt8],
    limits: YAMLLimits = YAMLLimits()
  ) throws(YAMLError) -> [Value] {
    var values: [Value] = []
    for document in try parse(bytes, limits: limits) where document != .null {
      values.append(try decode(type, from: document))
    }
    return values
  }

  /// Decodes a value that was parsed before.
  public static func decode<Value: Decodable>(
    _ type: Value.Type,
    from value: YAMLValue
  ) throws(YAMLError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(value.json))
    } catch {
      throw YAMLError(decoding: error)
    }
  }

  /// The documents in `bytes` (UTF-8), as trees.
  public static func parse(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> [YAMLValue] {
    var parser = YAMLParser(limits: limits)
    return try parser.parse(bytes)
  }

  /// Writes `value` in block style, with its keys in the order in which it encodes them.
  public static func encode(_ value: some Encodable) throws(YAMLError) -> String {
    try write([tree(of: value)])
  }

  /// `value` as a tree, with its keys in the order in which it encodes them.
  public static func tree(of value: some Encodable) throws(YAMLError) -> YAMLValue {
    do {
      return try YAMLTreeEncoder.encode(value, codingPath: [])
    } catch {
      throw YAMLError(encoding: error)
    }
  }

  /// Writes documents in block style, separated by `---`.
  public static func write(_ documents: [YAMLValue]) throws(YAMLError) -> String {
    try YAMLEmitter.write(documents)
  }
}
