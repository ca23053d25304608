internal import FoundationEssentials
import HTTPTransport

/// One request and what came of it, as it is kept in a file: no timings, secrets removed.
public struct RecordedExchange: Sendable, Hashable, Codable {
  public struct Field: Sendable, Hashable, Codable {
    public var name: String
    public var value: String
  }
  public var method: String
  public var url: String
  public var requestHeaders: [Field]
  public var requestBody: Content?
  /// Nil when there was no answer.
  public var status: Int?
  public var responseHeaders: [Field]
  public var responseBody: Content
  /// The kind of the error that stood in place of an answer, or that broke the body off.
  public var error: String?

  /// Text where the bytes are UTF-8, so that a recording can be read and compared; base64 otherwise.
  public struct Content: Sendable, Hashable, Codable {
    public var bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    private enum CodingKeys: CodingKey { case text, base64 }
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if let text = try container.decodeIfPresent(String.self, forKey: .text) {
        bytes = Array(text.utf8)
      } else {
        bytes = Array(try container.decode(Data.self, forKey: .base64))
      }
    }
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      if let text = String(validating: bytes, as: UTF8.self) {
        try container.encode(text, forKey: .text)
      } else {
        try container.encode(Data(bytes), forKey: .base64)
      }
    }
  }

  /// One exchange a line, keys in order: two recordings of the same conversation are the same bytes.
  public static func lines(_ exchanges: [RecordedExchange]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try exchanges.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
  }

  /// Reads what `lines` wrote.
  public static func read(lines: String) throws -> [RecordedExchange] {
    let decoder = JSONDecoder()
    return try lines.split(separator: "\n").map { try decoder.decode(RecordedExchange.self, from: Data($0.utf8)) }
  }
}
