public import Cloud
internal import Foundations

/// Elastic Kubernetes Service (API version 2017-11-01).
///
/// Creations and updates go with a token that is new for each call, so that a call can be repeated; names do the rest. An
/// earlier call's token would bring its answer for an unknown time, also after what it made was deleted. Deleting what is
/// not there any more is a success.
///
/// EKS calls three things ResourceInUseException: a name that is taken, another update that is under way, and a cluster with
/// node groups. The last is `inUse`; the others are `conflict`, because the next look shows which of them it is.
public struct EKSClient: Sendable {
  let rest: RESTClient

  public init(_ service: ServiceClient) { rest = RESTClient(service) }

  func read<Answer: Decodable>(
    _ operation: String,
    _ path: [String],
    query: [(String, String)] = [],
    as type: Answer.Type = Answer.self
  ) async throws(CloudError) -> Answer {
    try await rest.call(operation, "GET", path, query: query, isIdempotent: true)
  }

  /// As `read`; nil: it is not there.
  func find<Answer: Decodable>(
    _ operation: String,
    _ path: [String],
    query: [(String, String)] = [],
    as type: Answer.Type = Answer.self
  ) async throws(CloudError) -> Answer? {
    do throws(CloudError) { return try await read(operation, path, query: query, as: type) } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  /// Every name of a paged list.
  func names(_ operation: String, _ path: [String], _ list: String) async throws(CloudError) -> [String] {
    try await pages(operation, path) { (answer: [String: JSONValue]) in
      guard case .array(let items)? = answer[list] else { return [] }
      return items.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }
  }

  /// Every element of a paged list; none where what it is a list of is gone.
  func pages<Page: Decodable, Item>(
    _ operation: String,
    _ path: [String],
    query: [(String, String)] = [],
    _ items: (Page) -> [Item]
  ) async throws(CloudError) -> [Item] {
    var found: [Item] = []
    var token: String?
    var tokens = PageTokens("eks:\(operation)")
    repeat {
      let page = query + [("maxResults", "100")] + (token.map { [("nextToken", $0)] } ?? [])
      guard let answer = try await find(operation, path, query: page, as: Paged<Page>.self) else { return [] }
      found += items(answer.page)
      token = try tokens.next(answer.nextToken)
    } while token != nil
    return found
  }

  private struct Paged<Page: Decodable>: Decodable {
    var nextToken: String?
    var page: Page
    enum Key: String, CodingKey { case nextToken }
    init(from decoder: any Decoder) throws {
      nextToken = try decoder.container(keyedBy: Key.self).decodeIfPresent(String.self, forKey: .nextToken)
      page = try Page(from: decoder)
    }
  }

  /// - Parameter body: without a token, which is added.
  func write<Answer: Decodable>(
    _ operation: String,
    _ path: [String],
    _ body: [String: JSONValue],
    hasToken: Bool = true,
    as type: Answer.Type = Answer.self
  ) async throws(CloudError) -> Answer {
    var body = body
    if hasToken { body["clientRequestToken"] = .string(Self.token()) }
    do throws(CloudError) {
      return try await rest.call(operation, "POST", path, .object(body), isIdempotent: true)
    } catch {
      throw Self.told(error)
    }
  }

  func remove(_ operation: String, _ path: [String]) async throws(CloudError) {
    do throws(CloudError) {
      _ = try await rest.call(operation, "DELETE", path, isIdempotent: true, as: RESTClient.Nothing.self)
    } catch {
      if error.kind != .notFound { throw Self.told(error) }
    }
  }

  private static func told(_ error: CloudError) -> CloudError {
    guard error.code == "ResourceInUseException" else { return error }
    var told = error
    told.kind = error.message.contains("nodegroups attached") ? .inUse : .conflict
    return told
  }

  private static func token() -> String {
    var random = RandomSource()
    return "cloudlinker-" + String(random.next(), radix: 16) + String(random.next(), radix: 16)
  }

  public func setTags(_ arn: String, _ tags: [String: String]) async throws(CloudError) {
    let body: [String: JSONValue] = ["tags": .object(tags.mapValues { .string($0) })]
    _ = try await write("TagResource", ["tags", arn], body, hasToken: false, as: RESTClient.Nothing.self)
  }

  public func removeTags(_ arn: String, keys: [String]) async throws(CloudError) {
    guard !keys.isEmpty else { return }
    _ = try await rest.call(
      "UntagResource",
      "DELETE",
      ["tags", arn],
      query: keys.map { ("tagKeys", $0) },
      isIdempotent: true,
      as: RESTClient.Nothing.self
    )
  }
}

extension JSONValue {
  static func strings(_ items: [String]) -> JSONValue { .array(items.map { .string($0) }) }
  static func map(_ items: [String: String]) -> JSONValue { .object(items.mapValues { .string($0) }) }
}
