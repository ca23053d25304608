internal import FoundationEssentials
internal import Foundations

/// The answer of a GraphQL server (GraphQL specification, October 2021, §7.1). Every document here calls its only field
/// `result`.
enum GraphQLAnswer<Result> {
  fileprivate struct Failure: Decodable {
    /// Text; a dictionary by field has been seen too.
    var message: JSONValue?
    var text: String {
      if case .string(let text)? = message { return text }
      guard let message, let bytes = try? JSONEncoder().encode(message) else { return "an error without a message" }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
  fileprivate struct Failures: Decodable { var errors: [Failure]? }

  /// The messages of an answer's top-level errors.
  static func errors(in body: [UInt8]) throws -> [String] {
    try JSONDecoder().decode(Failures.self, from: Data(body)).errors?.map(\.text) ?? []
  }
}

extension GraphQLAnswer where Result: Decodable {
  private struct Whole: Decodable {
    struct Fields: Decodable { var result: Result? }
    var data: Fields?
  }

  /// The only field of the answer; nil: it is null.
  static func result(in body: [UInt8]) throws -> Result? {
    try JSONDecoder().decode(Whole.self, from: Data(body)).data?.result
  }
}
