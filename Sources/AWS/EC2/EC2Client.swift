public import Cloud
internal import Foundations

/// The part of EC2's query API (version 2016-11-15) that networks need.
///
/// It is not an error if an object to be deleted does not exist. Creations that a crash may repeat use a token if EC2
/// has one, and all of them set tags at once.
public struct EC2Client: Sendable {
  public static let version = "2016-11-15"
  let query: QueryClient

  public init(_ query: QueryClient) { self.query = query }

  public struct Filter: Sendable, Hashable {
    public var name: String
    public var values: [String]
    public init(_ name: String, _ values: [String]) {
      self.name = name
      self.values = values
    }
    public init(tag key: String, _ value: String) { self.init("tag:\(key)", [value]) }
  }

  /// Reads every page of a list.
  /// - Parameters:
  ///   - set: the name of the list in the answer.
  ///   - pageSize: nil for calls without pages.
  func describe<Item>(
    _ action: String,
    _ filters: [Filter],
    set: String,
    pageSize: Int? = 1000,
    parameters: QueryParameters = QueryParameters(),
    decode: (XMLElement) -> Item?
  ) async throws(CloudError) -> [Item] {
    var parameters = parameters
    parameters.list("Filter", filters) { parameters, name, filter in
      parameters["\(name).Name"] = filter.name
      parameters.list("\(name).Value", filter.values)
    }
    parameters["MaxResults"] = pageSize.map { String($0) }
    var items: [Item] = []
    var tokens = PageTokens("ec2:\(action)")
    repeat {
      let answer = try await query.call(action, parameters, isIdempotent: true)
      items += answer.list(set).compactMap(decode)
      parameters["NextToken"] = try tokens.next(answer.string("nextToken"))
    } while parameters["NextToken"] != nil
    return items
  }

  /// Tags that an object has from its creation on.
  static func tag(_ kind: String, _ tags: [String: String], _ parameters: inout QueryParameters) {
    guard !tags.isEmpty else { return }
    parameters["TagSpecification.1.ResourceType"] = kind
    Self.tags("TagSpecification.1.Tag", tags, &parameters)
  }

  static func tags(_ name: String, _ tags: [String: String], _ parameters: inout QueryParameters) {
    parameters.list(name, tags.sorted { $0.key < $1.key }) { parameters, name, tag in
      parameters["\(name).Key"] = tag.key
      parameters["\(name).Value"] = tag.value
    }
  }

  /// Makes a call whose answer contains nothing of interest.
  func perform(_ action: String, isIdempotent: Bool = true, _ fill: (inout QueryParameters) -> Void)
    async throws(CloudError)
  {
    var parameters = QueryParameters()
    fill(&parameters)
    _ = try await query.call(action, parameters, isIdempotent: isIdempotent)
  }

  /// Like `perform`, but succeeds if the object no longer exists.
  func remove(_ action: String, _ fill: (inout QueryParameters) -> Void) async throws(CloudError) {
    do throws(CloudError) { try await perform(action, fill) } catch {
      if error.kind != .notFound { throw error }
    }
  }

  /// Like `remove`, for calls that answer for each object with status 200.
  func removeEach(_ action: String, _ parameters: QueryParameters) async throws(CloudError) {
    do throws(CloudError) {
      let answer = try await query.call(action, parameters, isIdempotent: true)
      if let error = Self.refusal(in: answer, action) { throw error }
    } catch {
      if error.kind != .notFound { throw error }
    }
  }

  /// The error that an answer with status 200 contains.
  static func refusal(in answer: XMLElement, _ action: String) -> CloudError? {
    guard let error = answer.list("unsuccessful").first?["error"] else { return nil }
    let code = error.string("code") ?? ""
    return CloudError(
      AWSError.kind(code, status: 400),
      operation: "ec2:\(action)",
      code: code,
      message: error.string("message") ?? "refused"
    )
  }

  /// - Parameters:
  ///   - path: the path from the answer's outermost element to the text.
  func create(
    _ action: String,
    isIdempotent: Bool = false,
    result path: [String],
    _ fill: (inout QueryParameters) -> Void
  ) async throws(CloudError) -> String {
    var parameters = QueryParameters()
    fill(&parameters)
    let answer = try await query.call(action, parameters, isIdempotent: isIdempotent)
    guard let text = path.reduce(Optional(answer), { $0?[$1] })?.text, !text.isEmpty else {
      throw CloudError(
        .malformed,
        operation: "ec2:\(action)",
        message: "the answer holds no \(path.joined(separator: "/"))",
        mayHaveBeenProcessed: true
      )
    }
    return text
  }

  public func createTags(_ ids: [String], _ tags: [String: String]) async throws(CloudError) {
    try await perform("CreateTags") { parameters in
      parameters.list("ResourceId", ids)
      Self.tags("Tag", tags, &parameters)
    }
  }

  /// - Parameter keys: removed whatever their values.
  public func deleteTags(_ ids: [String], keys: [String]) async throws(CloudError) {
    try await remove("DeleteTags") { parameters in
      parameters.list("ResourceId", ids)
      parameters.list("Tag", keys) { $0["\($1).Key"] = $2 }
    }
  }
}
