internal import Cloud
internal import Foundations

/// An object in a collection.
protocol PageItem: Sendable {
  /// Recognises the object if two pages contain it.
  var identity: String { get }
  /// - Parameter edge: an element of a page: the object as `node`, and properties of its relation to the collection.
  init(edge: any Decoder) throws
}

extension PageItem where Self: Decodable {
  init(edge: any Decoder) throws { self = try edge.container(keyedBy: EdgeKey.self).decode(Self.self, forKey: .node) }
}

private enum EdgeKey: String, CodingKey { case node }

/// A page of a Relay connection (Relay, Cursor Connections Specification).
struct Page<Item: PageItem>: Decodable, Sendable {
  var items: [Item]
  /// The cursor of the next page; nil: this is the last.
  var next: String?

  private struct Info: Decodable {
    var hasNextPage: Bool
    var endCursor: String?
  }
  private struct Edge: Decodable {
    var item: Item
    init(from decoder: any Decoder) throws { item = try Item(edge: decoder) }
  }
  private enum Key: String, CodingKey { case pageInfo, edges }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let info = try fields.decode(Info.self, forKey: .pageInfo)
    items = try fields.decode([Edge].self, forKey: .edges).map(\.item)
    next = info.hasNextPage ? info.endCursor ?? "" : nil
  }
}

enum PageRequest {
  /// Twingate's Terraform provider reads as many when it reads many.
  static let size = 100
  /// 100,000 objects. A server whose pages never end is refused.
  static let limit = 1000
}

extension TwingateClient {
  /// Reads every page of a collection. Each item is returned once, although items may move to another page meanwhile.
  func list<Item: PageItem>(
    _ document: Document,
    filter: JSONValue? = nil,
    lane: Lane
  ) async throws(CloudError) -> [Item] {
    try await pages(document, ["filter": filter].compactMapValues { $0 }, lane: lane) { (page: Page<Item>) in
      page
    } ?? []
  }

  /// Reads every page of a collection inside an object.
  /// - Returns: nil if the object does not exist.
  func nested<Item: PageItem>(
    _ document: Document,
    id: String,
    after: String? = nil,
    lane: Lane
  ) async throws(CloudError) -> [Item]? {
    try await pages(document, ["id": .string(id)], after: after, lane: lane) { (object: Nested<Item>) in
      object.page
    }
  }

  private func pages<Answer: Decodable & Sendable, Item: PageItem>(
    _ document: Document,
    _ variables: [String: JSONValue],
    after: String? = nil,
    lane: Lane,
    page: (Answer) -> Page<Item>
  ) async throws(CloudError) -> [Item]? {
    var variables = variables
    variables["first"] = .int(Int64(PageRequest.size))
    variables["after"] = after.map { .string($0) }
    var (items, known, cursors): ([Item], Set<String>, Set<String>) = ([], [], [])
    while true {
      guard let answer: Answer = try await query(document, variables, lane: lane) else { return nil }
      let page = page(answer)
      items += page.items.filter { known.insert($0.identity).inserted }
      guard let next = page.next else { return items }
      guard !next.isEmpty, cursors.insert(next).inserted, cursors.count < PageRequest.limit else {
        throw CloudError(.malformed, operation: document.operation, message: "the pages have no end")
      }
      variables["after"] = .string(next)
    }
  }
}

private struct Nested<Item: PageItem>: Decodable, Sendable { var page: Page<Item> }
